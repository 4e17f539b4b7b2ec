/** Titles that are selected, and what can be done with all of them at once. */
import { button, byId, el, fill } from '../lib/dom.js';
import { confirm } from '../lib/confirm.js';
import { count } from '../lib/format.js';
import { toast, toastError } from '../lib/toast.js';
import { change, itemOf, putBack, removeQuietly, undoOf } from './items.js';
import { statusChange, statusesOf, statusName } from './naming.js';

const AT_ONCE = 6;

/** @type {Set<number>} */
const picked = new Set();
/** What is told of every change; `startBulk` sets it. */
let changed = () => {};
/** The last that was selected, from which Shift selects on. @type {number | null} */
let last = null;

/** @param {number} id */
export const isPicked = (id) => picked.has(id);

/** @param {number} id @param {boolean} to */
function set(id, to) {
  if (to) picked.add(id);
  else picked.delete(id);
}

/**
 * Selects a title or not; with `range`, all from the one before to this.
 * @param {number} id
 * @param {boolean} to
 * @param {boolean} range
 * @param {number[]} order of the titles as they are listed
 */
export function pick(id, to, range, order) {
  const [from, until] = [last === null ? -1 : order.indexOf(last), order.indexOf(id)];
  if (range && from >= 0) order.slice(Math.min(from, until), Math.max(from, until) + 1).forEach((one) => set(one, to));
  set(id, to);
  last = id;
  draw();
}

export function clear() {
  picked.clear();
  last = null;
  draw();
}

const items = () => /** @type {Api.Item[]} */ ([...picked].map(itemOf).filter(Boolean));

/**
 * Does `work` with each, a few at a time.
 * @template Entry
 * @param {Entry[]} all
 * @param {(one: Entry) => Promise<unknown>} work
 */
async function each(all, work) {
  const left = [...all];
  const next = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/** @param {(item: Api.Item) => Api.ItemChange} fieldsOf @param {string} said */
async function changeAll(fieldsOf, said) {
  const before = items();
  clear();
  /** @type {{ now: Api.Item, undo: Api.ItemChange }[]} */
  const done = [];
  await each(before, async (item) => {
    const now = await change(item, fieldsOf(item));
    if (now) done.push({ now, undo: undoOf(item, now) });
  });
  toast('bulk', `${count(done.length, 'title')}: ${said}`, { undo: () => each(done, ({ now, undo }) => change(now, undo)) });
}

async function removeAll() {
  const gone = items();
  const text = `${count(gone.length, 'title')} and all that you noted of them go from your library. Other services keep theirs.`;
  if (!(await confirm({ title: `Remove ${count(gone.length, 'title')}?`, text, yes: 'Remove' }))) return;
  clear();
  try {
    await each(gone, ({ id }) => removeQuietly(id));
    toast('bulk', `${count(gone.length, 'title')}: removed from the library`, { undo: () => putBack(gone).catch((error) => toastError('bulk', error)) });
  } catch (error) {
    toastError('bulk', error);
  }
}

/** @param {Api.ItemType} type */
function statusField(type) {
  const field = el('select', { 'aria-label': 'Status of the selected titles', onchange: () => {
    const status = /** @type {Api.Status} */ (field.value);
    changeAll((item) => statusChange(item, status), statusName(status).toLowerCase());
  } }, el('option', { value: '' }, 'Status…'), statusesOf(type).map((status) => el('option', { value: status }, statusName(status))));
  return field;
}

function scoreField() {
  const field = el('select', { 'aria-label': 'Score of the selected titles', onchange: () => {
    const score = field.value === 'none' ? null : Number(field.value);
    changeAll(() => ({ score }), score === null ? 'no score' : `score ${score}`);
  } }, el('option', { value: '' }, 'Score…'), [100, 90, 80, 70, 60, 50, 40, 30, 20, 10].map((score) => el('option', {}, score)), el('option', { value: 'none' }, 'None'));
  return field;
}

function draw() {
  const bar = byId('picked');
  const first = items()[0];
  bar.hidden = !first;
  if (!first) setSelecting(false);
  else document.body.classList.add('picking');
  if (first) {
    fill(bar, el('strong', {}, `${picked.size} selected`), statusField(first.type), scoreField(),
      button('Remove', removeAll, 'danger small'), button('Clear', clear, 'quiet small'));
  }
  changed();
}

/** Shows the boxes to select by, where no pointer hovers over a title. @param {boolean} to */
function setSelecting(to) {
  document.body.classList.toggle('picking', to);
  byId('select').setAttribute('aria-pressed', String(to));
}

/** @param {() => void} onChange */
export function startBulk(onChange) {
  changed = onChange;
  byId('select').addEventListener('click', () => {
    const to = !document.body.classList.contains('picking');
    if (!to) clear();
    setSelecting(to);
  });
}
