/** Small drawings in lines, by their names: 24 units square. */

const SVG = 'http://www.w3.org/2000/svg';

/** What each is drawn of. @type {Record<string, string>} */
const PATHS = {
  add: 'M12 5v14M5 12h14',
  take: 'M5 12h14',
  search: 'M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M16 16l4.5 4.5',
  grid: 'M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM13.5 13.5h6v6h-6z',
  rows: 'M4 6h16M4 12h16M4 18h16',
  star: 'm12 4 2.5 5.1 5.6.8-4 4 .9 5.6-5-2.7-5 2.7 1-5.6-4.1-4 5.6-.8z',
  heart: 'M12 19.5C7.5 16 4.5 13.3 4.5 9.8 4.5 7.4 6.3 6 8.2 6c1.6 0 2.9.9 3.8 2.4C12.9 6.9 14.2 6 15.8 6c1.9 0 3.7 1.4 3.7 3.8 0 3.5-3 6.2-7.5 9.7z',
  lock: 'M6 11h12v8.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'm6 9.5 6 6 6-6',
  out: 'M13 5h6v6M19 5l-8.5 8.5M10 6H5.5v12.5H18V14',
  bin: 'M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  again: 'M19 12a7 7 0 1 1-2-4.9M19 4.5V8h-3.5',
  up: 'M12 19V6M6.5 11 12 5.5 17.5 11',
  save: 'M12 5v10M7 10.5l5 5 5-5M5 19h14',
  books: 'M5 4v16M10 4v16M14.5 4.6l4.4 15',
  back: 'm14.5 6-6 6 6 6',
};

/**
 * One of them, which a reader is told nothing of.
 * @param {string} name
 */
export function icon(name, kind = '') {
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('class', `icon ${kind}`.trim());
  drawing.setAttribute('viewBox', '0 0 24 24');
  drawing.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name] ?? '');
  drawing.append(path);
  return drawing;
}
