/** Fields for passwords: shown when a person wants to see what they type. */
import { fieldOf } from './form.js';

/** @param {HTMLButtonElement} control @param {boolean} shown */
function setShown(control, shown) {
  const field = control.parentElement?.querySelector('input');
  if (!field) return;
  field.type = shown ? 'text' : 'password';
  control.textContent = shown ? 'Hide' : 'Show';
  control.setAttribute('aria-label', shown ? 'Hide the password' : 'Show the password');
}

/**
 * Lets the buttons `.reveal` of a form show the field beside them. What is sent is hidden again, so that
 * password managers see a password.
 * @param {HTMLFormElement} form
 */
export function reveal(form) {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const controls = form.querySelectorAll('button.reveal');
  for (const control of controls) {
    control.addEventListener('click', () => setShown(control, control.textContent === 'Show'));
  }
  form.addEventListener('submit', () => controls.forEach((control) => setShown(control, false)));
}

/**
 * What stands in a field, as it was typed.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export const typed = (form, name) => fieldOf(form, name).value;

/**
 * What stands in a field without the spaces around it, or null where it is empty.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export const trimmed = (form, name) => typed(form, name).trim() || null;
