/** What this browser keeps of how a person likes the pages. A browser may keep nothing at all, and says so by throwing. */

/** What can be kept. @typedef {'theme' | 'density' | 'view' | 'titles' | 'week'} Name */

/** @param {Name} name */
export function kept(name) {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

/**
 * Keeps it; what is empty is forgotten.
 * @param {Name} name
 * @param {string} value
 */
export function keep(name, value) {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // It holds for this page alone, then.
  }
}

/**
 * Keeps a look and shows it at once; `looks.js` does so on the next page.
 * @param {'theme' | 'density'} name
 * @param {string} value
 */
export function look(name, value) {
  keep(name, value);
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
}
