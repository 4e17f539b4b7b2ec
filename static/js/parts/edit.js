/** Status and score of a title, in one small box. */
import { button, el } from '../lib/dom.js';
import { popover } from '../lib/popover.js';
import { change, itemOf } from './items.js';
import { STATUS_TONES, statusChange, statusesOf, statusName, titleOf } from './naming.js';

const SCORES = [60, 70, 80, 90, 100];

/** @param {Api.Status} status @param {Api.Status} now @param {() => void} onclick */
const statusChoice = (status, now, onclick) => el('li', {},
  el('button', { type: 'button', 'aria-current': status === now && 'true', autofocus: status === now, onclick },
    el('span', { class: `dot ${STATUS_TONES[status]}`, 'aria-hidden': 'true' }), ' ', statusName(status)));

/** @param {string} text a score that was typed; nothing is none */
const scoreOf = (text) => (text.trim() === '' ? null : Math.max(0, Math.min(100, Math.round(Number(text)))));

/** What is said of a score. @param {number | null} score */
const scored = (score) => (score === null ? 'no score' : `score ${score}`);

/** @param {Api.Item} item @param {(score: number | null) => void} give */
function scoreForm(item, give) {
  const field = el('input', { type: 'number', id: 'edit-score', min: 0, max: 100, step: 1, inputmode: 'numeric', value: item.score ?? '', placeholder: 'none' });
  return el('form', { class: 'edit-score', onsubmit: (/** @type {SubmitEvent} */ event) => { event.preventDefault(); give(scoreOf(field.value)); } },
    el('label', { for: 'edit-score' }, 'Score ', el('span', { class: 'muted' }, 'out of 100')),
    el('div', { class: 'row tight' }, field, el('button', { class: 'primary' }, 'Set')),
    el('div', { class: 'row tight scores' }, SCORES.map((score) => button(String(score), () => give(score), 'small quiet')),
      item.score !== null && button('None', () => give(null), 'small quiet')));
}

/**
 * Opens the box beside `anchor`.
 * @param {number} id
 * @param {HTMLElement} anchor
 */
export function editBeside(id, anchor) {
  const item = itemOf(id);
  if (!item) return;
  /** @param {Api.ItemChange} fields @param {string} said */
  const apply = (fields, said) => {
    close();
    const now = itemOf(id);
    if (now) change(now, fields, `${titleOf(now)}: ${said}`);
  };
  const close = popover(anchor, `Status and score of ${titleOf(item)}`,
    el('ul', { class: 'menu bare' }, statusesOf(item.type).map((status) => statusChoice(status, item.status, () => apply(statusChange(item, status), statusName(status).toLowerCase())))),
    scoreForm(item, (score) => apply({ score }, scored(score))));
}
