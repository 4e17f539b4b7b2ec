/** A small box beside a button, which closes by Escape and when something else is used. */
import { el } from './dom.js';

/** @import { Child } from './dom.js' */

const GAP = 6;

/** Below its button where there is room, else above, and always within the window. @param {HTMLElement} box @param {HTMLElement} anchor */
function placeAt(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = at.bottom + GAP + height <= innerHeight || at.top < height;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  box.style.top = `${below ? Math.max(8, Math.min(at.bottom + GAP, innerHeight - height - 8)) : at.top - GAP - height}px`;
}

/**
 * Opens a box with this beside `anchor`, and moves the focus into it.
 * @param {HTMLElement} anchor
 * @param {string} label
 * @param {Child[]} content
 * @returns {() => void} what closes it
 */
export function popover(anchor, label, ...content) {
  const box = el('div', { class: 'popover', popover: 'auto', role: 'dialog', 'aria-label': label }, content);
  const close = () => box.hidePopover();
  box.addEventListener('toggle', () => {
    if (box.matches(':popover-open')) return;
    const held = box.contains(document.activeElement) || document.activeElement === document.body;
    anchor.setAttribute('aria-expanded', 'false');
    box.remove();
    if (held && anchor.isConnected) anchor.focus();
  });
  (anchor.closest('dialog') ?? document.body).append(box);
  anchor.setAttribute('aria-expanded', 'true');
  box.showPopover();
  placeAt(box, anchor);
  /** @type {HTMLElement | null} */
  const first = box.querySelector('[autofocus], :checked, button, input, select');
  first?.focus();
  return close;
}
