/** Asks before something that cannot be taken back. */
import { el } from './dom.js';

/** @import { Child } from './dom.js' */

/**
 * What is asked: `yes` is what the red button says, and `word` is what has to be typed before it works.
 * @typedef {{ title: string, text: Child, yes: string, word?: string }} Question
 */

/** @param {string} word @param {HTMLButtonElement} yes */
function proof(word, yes) {
  yes.disabled = true;
  const field = el('input', {
    id: 'proof', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false',
    oninput: () => { yes.disabled = field.value.trim().toLowerCase() !== word.toLowerCase(); },
  });
  return [el('label', { for: 'proof' }, 'Type ', el('strong', {}, word), ' to go on'), field];
}

/**
 * @param {Question} question
 * @returns {Promise<boolean>} whether the answer was yes
 */
export function confirm({ title, text, yes, word }) {
  return new Promise((resolve) => {
    const doIt = el('button', { value: 'yes', class: 'danger' }, yes);
    const dialog = el('dialog', { class: 'ask', 'aria-labelledby': 'confirm-title', onclose: () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    } }, el('form', { method: 'dialog' },
      el('h2', { id: 'confirm-title' }, title),
      el('p', {}, text),
      word && proof(word, doIt),
      el('div', { class: 'row end' }, el('button', { type: 'button', onclick: () => dialog.close('no') }, 'Cancel'), doIt)));
    document.body.append(dialog);
    dialog.showModal();
  });
}
