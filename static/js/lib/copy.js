/** Puts a text where the person can paste it from. */
import { button, byId, el } from './dom.js';

/** @param {string} text */
function copyBySelecting(text) {
  // Below an open dialog nothing can be selected.
  const area = el('textarea', { class: 'offscreen', 'aria-hidden': 'true' });
  area.value = text;
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

/**
 * The clipboard is only there on a secure address, and may be refused; the old way works elsewhere.
 * @param {string} text
 * @returns {Promise<boolean>} whether it is copied
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelecting(text);
  }
}

/**
 * A button that copies a text and says that it did.
 * @param {string} text
 */
export const copyButton = (text) => button('Copy', async ({ currentTarget }) => {
  const control = currentTarget;
  const said = (await copyText(text)) ? 'Copied' : 'Not allowed: select it instead';
  control.textContent = said;
  byId('announcer').textContent = said;
  control.focus();
}, 'primary');
