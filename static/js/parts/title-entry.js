/** What a person says of a title: each field is saved when it is changed, and can be taken back. */
import { el, fill } from '../lib/dom.js';
import { toast } from '../lib/toast.js';
import { change, itemOf } from './items.js';
import { statusChange, statusesOf, statusName, titleOf, unitOf } from './naming.js';

/** @import { Child } from '../lib/dom.js' */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

const DATE = /^\d{4}(-\d{2}(-\d{2})?)?$/;

/** What is asked of a field before it is sent, by its kind. @type {Record<string, (text: string) => unknown>} */
const READ = {
  text: (text) => text.trim() || null,
  number: (text) => (text.trim() === '' ? null : Number(text)),
  count: (text) => Number(text) || 0,
  date: (text) => text.trim() || null,
  score: (text) => Number(text) || null,
};

/** @param {number} id @param {keyof Api.Item} name @param {unknown} value @param {string} label */
function save(id, name, value, label) {
  const item = itemOf(id);
  if (!item || item[name] === value) return;
  change(item, { [name]: value }, `${titleOf(item)}: ${label.toLowerCase()} saved`);
}

/** @param {Field} field @param {string} kind @param {(value: unknown) => void} take */
function onEdit(field, kind, take) {
  field.addEventListener('change', () => {
    if (kind === 'date' && field.value.trim() && !DATE.test(field.value.trim())) {
      toast('date', 'Write a date as 2021, 2021-05 or 2021-05-03.', { tone: 'bad' });
      return;
    }
    take(READ[kind](field.value));
  });
}

/** @param {Api.Item} item @param {keyof Api.Item} name @param {string} label @param {string} kind @param {Record<string, string | number>} [more] */
function input(item, name, label, kind, more = {}) {
  const isNumber = kind === 'number' || kind === 'count' || kind === 'score';
  const field = el('input', { id: `entry-${name}`, type: isNumber ? 'number' : 'text', min: isNumber && 0, step: isNumber && 1, inputmode: isNumber && 'numeric',
    autocomplete: 'off', value: /** @type {string | number | null} */ (item[name]) ?? '', ...more });
  onEdit(field, kind, (value) => save(item.id, name, value, label));
  return el('div', {}, el('label', { for: field.id }, label), field);
}

/** @param {Api.Item} item @param {'private' | 'repeating'} name @param {string} label */
function box(item, name, label) {
  const field = el('input', { type: 'checkbox', id: `entry-${name}`, checked: item[name], onchange: () => save(item.id, name, field.checked, label) });
  return el('label', { class: 'choice' }, field, label);
}

/** @param {Api.Item} item */
function status(item) {
  const field = el('select', { id: 'entry-status' }, statusesOf(item.type).map((one) => el('option', { value: one, selected: one === item.status }, statusName(one))));
  onEdit(field, 'text', (value) => {
    const now = itemOf(item.id);
    if (now) change(now, statusChange(now, /** @type {Api.Status} */ (value)), `${titleOf(now)}: status saved`);
  });
  return el('div', {}, el('label', { for: 'entry-status' }, 'Status'), field);
}

/** @param {Api.Item} item */
function notes(item) {
  const field = el('textarea', { id: 'entry-notes', rows: 4 });
  field.value = item.notes ?? '';
  onEdit(field, 'text', (value) => save(item.id, 'notes', value, 'Notes'));
  return el('div', {}, el('label', { for: 'entry-notes' }, 'Notes'), field);
}

/** @param {Api.Item} item @returns {Child} */
function volumes(item) {
  return item.type === 'manga' && [input(item, 'progress_volumes', 'Volumes', 'count'), input(item, 'max_volumes', 'Volumes in all', 'number', { placeholder: 'unknown' })];
}

/** @param {Api.Item} item */
function fields(item) {
  const [unit, isManga] = [unitOf(item.type), item.type === 'manga'];
  const units = `${unit[0].toUpperCase()}${unit.slice(1)}s`;
  const day = { placeholder: 'YYYY-MM-DD', inputmode: 'numeric' };
  return [
    el('div', { class: 'fields' }, status(item), input(item, 'score', 'Score, out of 100', 'score', { max: 100, placeholder: 'none' }),
      input(item, 'progress', units, 'count'), input(item, 'max_progress', `${units} in all`, 'number', { placeholder: 'unknown' }), volumes(item),
      input(item, 'started', 'Started', 'date', day), input(item, 'finished', 'Finished', 'date', day),
      input(item, 'repeats', isManga ? 'Rereads' : 'Rewatches', 'count')),
    el('div', { class: 'row' }, box(item, 'repeating', isManga ? 'Reading it again' : 'Watching it again'), box(item, 'private', 'Private')),
    notes(item),
    el('details', {}, el('summary', {}, 'Title and cover'), el('div', { class: 'fields one' }, input(item, 'title', 'Title', 'text'), input(item, 'cover_url', 'Address of the cover', 'text'))),
  ];
}

/**
 * Draws the fields, or says in those that are there how the title is now; what a person types into stays.
 * @param {HTMLFormElement} form
 * @param {Api.Item} item
 */
export function drawEntry(form, item) {
  if (!form.elements.length) {
    form.addEventListener('submit', (event) => event.preventDefault());
    fill(form, fields(item));
    return;
  }
  for (const field of form.elements) {
    const name = /** @type {keyof Api.Item} */ (field.id.replace('entry-', ''));
    if (field === document.activeElement || !(name in item)) continue;
    if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = Boolean(item[name]);
    else if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) field.value = String(item[name] ?? '');
  }
}
