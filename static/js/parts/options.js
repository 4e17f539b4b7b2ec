/** Settings as lines: what it is called and what it does on the left, the control on the right. */
import { button, el } from '../lib/dom.js';
import { icon } from '../lib/icon.js';

/** @import { Child } from '../lib/dom.js' */

/**
 * A line. What the environment holds is locked, and says by which variable.
 * @param {string} label
 * @param {Child} what it does
 * @param {HTMLElement} control
 * @param {string | null} [lockedBy]
 */
export function option(label, what, control, lockedBy = null) {
  const id = control.id || `option-${label.toLowerCase().replaceAll(/\W+/g, '-')}`;
  const isField = control.matches('input, select');
  const locked = lockedBy && el('span', { class: 'locked' }, icon('lock', 'small'), el('span', {}, 'Set by ', el('code', {}, lockedBy)));
  if (lockedBy) [control, ...control.querySelectorAll('input, button')].forEach((one) => one.toggleAttribute('disabled', true));
  if (isField) {
    control.id = id;
    control.setAttribute('aria-describedby', `${id}-what`);
  }
  return el('div', { class: 'option' },
    el('div', {}, isField ? el('label', { for: id }, label) : el('strong', {}, label), el('div', { id: `${id}-what`, class: 'muted' }, what, locked)),
    el('div', { class: 'option-control' }, control));
}

/** @param {boolean} isOn @param {(isOn: boolean) => void} onSet */
export function toggle(isOn, onSet) {
  const field = el('input', { type: 'checkbox', class: 'switch', role: 'switch', checked: isOn, onchange: () => onSet(field.checked) });
  return field;
}

/** @param {string} type @param {string | number | null} value @param {(text: string) => void} onSet @param {Record<string, string | number>} [more] */
export function typed(type, value, onSet, more = {}) {
  const field = el('input', { type, value: value ?? '', autocomplete: 'off', spellcheck: 'false', ...more, onchange: () => onSet(field.value.trim()) });
  return field;
}

/** @param {[value: string, word: string][]} choices @param {string} chosen @param {(value: string) => void} onSet */
export function choice(choices, chosen, onSet) {
  const field = el('select', { onchange: () => onSet(field.value) }, choices.map(([value, word]) => el('option', { value, selected: value === chosen }, word)));
  return field;
}

/**
 * A secret, which is never shown: whether there is one, and a way to give another or take it away.
 * @param {string} label
 * @param {boolean} isSet
 * @param {string | null} host of its address, where it is one
 * @param {(value: string | null) => void} onSet
 */
export function secret(label, isSet, host, onSet) {
  const field = el('input', { type: 'password', autocomplete: 'off', 'aria-label': label, placeholder: isSet ? `Set${host ? `: ${host}` : ''}` : 'Not set' });
  return el('form', { class: 'row tight', onsubmit: (/** @type {SubmitEvent} */ event) => { event.preventDefault(); if (field.value.trim()) onSet(field.value.trim()); } },
    field, el('button', { class: 'small' }, 'Save'), isSet && button('Clear', () => onSet(null), 'small quiet'));
}
