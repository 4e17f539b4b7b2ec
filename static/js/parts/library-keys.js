/** The keys of the library, and the list of them. */
import { el } from '../lib/dom.js';
import { isPages } from '../lib/keys.js';

/** @type {[keys: string[], what: string][]} */
const KEYS = [
  [['←', '→', '↑', '↓'], 'Go from title to title'], [['Enter'], 'Open it'], [['+', '−'], 'One more, one less'], [['e'], 'Change status or score'],
  [['x'], 'Select it'], [['Esc'], 'Select nothing'], [['f'], 'Filter by title'], [['/'], 'Search, or add a title'], [['?'], 'This list'],
];

/** Shows the list of keys. */
export function showKeys() {
  const dialog = el('dialog', { class: 'ask', 'aria-labelledby': 'keys-title', onclose: () => dialog.remove() },
    el('h2', { id: 'keys-title' }, 'Keys'),
    el('dl', { class: 'keys' }, KEYS.map(([keys, what]) => [el('dt', {}, keys.flatMap((key) => [el('kbd', {}, key), ' '])), el('dd', {}, what)])),
    el('form', { method: 'dialog', class: 'row end' }, el('button', {}, 'Close')));
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * What the keys do: `move` goes so many titles on, or so many rows; the rest is for the title that has the focus.
 * @typedef {{
 *   move: (titles: number, rows: number) => void,
 *   end: (isLast: boolean) => void,
 *   step: (by: 1 | -1) => void,
 *   pick: () => void,
 *   edit: () => void,
 *   clear: () => void,
 *   filter: () => void,
 * }} Does
 */

/** @param {Does} does @returns {Record<string, () => void>} */
const onTitle = ({ move, end, step, pick, edit }) => ({
  ArrowLeft: () => move(-1, 0), ArrowRight: () => move(1, 0), ArrowUp: () => move(0, -1), ArrowDown: () => move(0, 1),
  Home: () => end(false), End: () => end(true),
  '+': () => step(1), '=': () => step(1), '-': () => step(-1), x: pick, e: edit,
});

/** @param {Does} does @returns {Record<string, () => void>} */
const anywhere = ({ clear, filter }) => ({ '?': showKeys, Escape: clear, f: filter });

/**
 * @param {HTMLElement} list
 * @param {Does} does
 */
export function startKeys(list, does) {
  const [titles, page] = [onTitle(does), anywhere(does)];
  addEventListener('keydown', (event) => {
    if (!isPages(event)) return;
    const inList = event.target instanceof Node && list.contains(event.target);
    const act = (inList ? titles[event.key] : undefined) ?? page[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
