/** One title beside the list, where the window is wide enough: its head and its entry. */
import { byId, el, fill } from '../lib/dom.js';
import { icon } from '../lib/icon.js';
import { itemOf, onChange } from './items.js';
import { hrefOf, titleOf } from './naming.js';
import { drawEntry } from './title-entry.js';
import { drawHead } from './title-head.js';

/** From this width on there is room for both. */
const ROOM = '(min-width: 75rem)';

/** The title that is shown. @type {number | null} */
let open = null;

/** Whether there is room for a title beside the list. */
export const hasRoom = () => matchMedia(ROOM).matches;

/** @param {Api.Item} item @param {() => void} close */
function frame(item, close) {
  return [
    el('div', { class: 'row between' },
      el('a', { class: 'button', href: hrefOf(item) }, 'Open its page'),
      el('button', { type: 'button', id: 'panel-close', class: 'icon-button', 'aria-label': 'Close', title: 'Close', onclick: close }, icon('close'))),
    el('h2', { id: 'panel-title', class: 'offscreen', tabindex: '-1' }, titleOf(item)),
    el('div', { id: 'panel-head' }),
    el('form', { id: 'panel-entry' }),
  ];
}

/** @param {Api.Item} item @param {() => void} close */
function draw(item, close) {
  drawHead(byId('panel-head'), item, close);
  drawEntry(byId('panel-entry', HTMLFormElement), item);
}

/** @param {boolean} isOpen */
function setOpen(isOpen) {
  byId('panel').hidden = !isOpen;
  byId('main').classList.toggle('with-panel', isOpen);
}

/**
 * Shows a title, or none.
 * @param {number | null} id
 * @param {() => void} close is called when the person closes it
 */
export function showPanel(id, close) {
  const item = id === null ? undefined : itemOf(id);
  const isNew = item && open !== item.id;
  open = item ? item.id : null;
  setOpen(Boolean(item));
  if (!item || !isNew) return;
  fill(byId('panel'), frame(item, close));
  draw(item, close);
  byId('panel-title').focus({ preventScroll: true });
}

/** Keeps what is shown as it is in the library. @param {() => void} close */
export function startPanel(close) {
  onChange((id) => {
    const item = open === null ? undefined : itemOf(open);
    if (open !== null && !item) close();
    else if (item && (id === open || id === null)) draw(item, close);
  });
  byId('panel').addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || document.querySelector('[popover]:popover-open')) return;
    event.preventDefault();
    close();
  });
}
