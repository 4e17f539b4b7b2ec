/** Building blocks of the page. Data only ever becomes text, never markup. */

/** Makes an element. `props` are attributes; `on…` functions are listeners; false leaves one out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...shown(children));
  return node;
}

const shown = (children) =>
  children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false);

export const byId = (id) => document.getElementById(id);

/** Replaces what is in `node`. A focus that was in there stays at this place of the page. */
export function fill(node, ...children) {
  const held = node !== document.activeElement && node.contains(document.activeElement);
  node.replaceChildren(...shown(children));
  if (!held) return;
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
}

/** A link; one to another site opens beside this page. An address that is not http(s) stays text. */
export function link(href, ...children) {
  const inside = /^[/#]/.test(href);
  if (!inside && !/^https?:\/\//i.test(href)) return el('span', {}, children);
  return el('a', inside ? { href } : { href, target: '_blank', rel: 'noopener noreferrer' }, children);
}

export const button = (label, onclick, kind = '') => el('button', { type: 'button', class: kind, onclick }, label);

export const pill = (text, tone = '') => el('span', { class: `pill ${tone}` }, text);

export const hint = (...children) => el('p', { class: 'hint' }, children);

/** What to say where there is nothing to show: what it means, and the next step. */
export const empty = (title, ...next) => el('div', { class: 'empty' }, el('strong', {}, title), el('p', {}, next));

/** Named numbers or words side by side. `pairs` are `[label, value]`; a value of null leaves one out. */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== undefined && value !== null);
  return el('dl', { class: 'facts' }, known.map(([label, value]) =>
    el('div', {}, el('dt', {}, label), el('dd', {}, value))));
}

/** A box that says how something went. */
export const notice = (tone, ...children) => el('div', { class: `notice ${tone}` }, children);

/** Asks before something that is a bother to put right. Resolves to whether the answer was yes. */
export function ask(question, yes) {
  return new Promise((resolve) => {
    const dialog = el('dialog', { class: 'ask', onclose: () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    } }, el('form', { method: 'dialog' },
      el('p', {}, question),
      el('div', { class: 'row end' },
        el('button', { value: 'no' }, 'Cancel'),
        el('button', { value: 'yes', class: 'primary' }, yes))));
    document.body.append(dialog);
    dialog.showModal();
  });
}
