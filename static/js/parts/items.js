/** The library of whoever looks: read once, changed at once, and the same in every open tab. */
import { get, patch, post, remove as removeAt } from '../lib/api.js';
import { toast, toastError } from '../lib/toast.js';
import { progressWords, statusChange, statusName, titleOf } from './naming.js';

/** @type {Map<number, Api.Item>} */
const items = new Map();
/** @type {Set<(changed: number | null) => void>} */
const listeners = new Set();
/** What tells other tabs, and is told by them. @type {BroadcastChannel | null} */
let tabs = null;
/** @type {Promise<Api.Item[]> | null} */
let first = null;

/** All titles, by their numbers. */
export const all = () => [...items.values()];

/** @param {number} id */
export const itemOf = (id) => items.get(id);

/** @param {number | null} changed the one that changed, or null where it may be any */
const tell = (changed) => listeners.forEach((listener) => listener(changed));

/** @param {Api.Item} item */
function put(item) {
  const isNew = !items.has(item.id);
  items.set(item.id, item);
  tell(isNew ? null : item.id);
}

/** @param {number} id */
function drop(id) {
  if (items.delete(id)) tell(null);
}

/** @param {{ item?: Api.Item, gone?: number }} told */
function hear({ item, gone }) {
  if (item) put(item);
  if (gone !== undefined) drop(gone);
}

/** @param {Api.Item} item */
function putEverywhere(item) {
  put(item);
  tabs?.postMessage({ item });
}

/** @param {Api.Item[]} list */
const isKnown = (list) => list.length === items.size && list.every(({ id, updated_at: at }) => items.get(id)?.updated_at === at);

/** Reads the library again. What did not change since is not sent again, and not drawn again. */
export async function reload() {
  const list = await get('/api/library/items');
  if (list.length && isKnown(list)) return list;
  items.clear();
  for (const item of list) items.set(item.id, item);
  tell(null);
  return list;
}

/** Hears from now on what other tabs change. */
function listen() {
  if (tabs) return;
  tabs = new BroadcastChannel('library');
  tabs.addEventListener('message', ({ data }) => hear(data));
}

/** Reads the library, unless it was read on this page. */
export function load() {
  listen();
  first ??= reload().catch((error) => {
    first = null;
    throw error;
  });
  return first;
}

/** Reads one title. @param {number} id */
export async function loadOne(id) {
  listen();
  const item = await get(`/api/library/items/${id}`);
  items.set(id, item);
  return item;
}

/**
 * Calls `listener` after every change: with the number of the one title that changed, or with null
 * where some came or went.
 * @param {(changed: number | null) => void} listener
 */
export function onChange(listener) {
  listeners.add(listener);
}

/**
 * The changes of each title that are on their way, one after the other.
 * @type {Map<number, { last: Promise<unknown>, open: number }>}
 */
const turns = new Map();

/**
 * Does `work` once all that was asked of this title before is done, and keeps what it answers unless
 * more was asked meanwhile.
 * @template Answer
 * @param {number} id
 * @param {() => Promise<Answer>} work
 * @param {(answer: Answer) => Api.Item} itemIn
 */
async function inTurn(id, work, itemIn) {
  const turn = turns.get(id) ?? { last: Promise.resolve(), open: 0 };
  turns.set(id, turn);
  turn.open += 1;
  const mine = turn.last.then(work);
  turn.last = mine.catch(() => {});
  try {
    const answer = await mine;
    if (turn.open === 1) putEverywhere(itemIn(answer));
    return answer;
  } finally {
    turn.open -= 1;
    if (!turn.open) turns.delete(id);
  }
}

/** After a change that was refused: what the service has. @param {number} id */
async function readAgain(id) {
  const item = await get(`/api/library/items/${id}`).catch(() => null);
  if (item) putEverywhere(item);
}

/**
 * Changes fields of a title: shown at once, and told with a way to take it back.
 * @param {Api.Item} item
 * @param {Api.ItemChange} fields
 * @param {string} [text] what is said; nothing is where there is none
 */
export async function change(item, fields, text) {
  put({ ...item, ...fields });
  try {
    const changed = await inTurn(item.id, () => patch(`/api/library/items/${item.id}`, fields), (answer) => answer);
    if (text) toast(`item ${item.id}`, text, { undo: () => takeBack(changed, undoOf(item, changed)) });
    return changed;
  } catch (error) {
    toastError(`item ${item.id}`, error);
    await readAgain(item.id);
    return null;
  }
}

/** What a change may change, also by what follows from it. */
const WRITABLE = /** @type {const} */ ([
  'title', 'cover_url', 'status', 'progress', 'progress_volumes', 'max_progress', 'max_volumes', 'score', 'started', 'finished', 'repeats', 'repeating',
  'notes', 'private', 'favourite',
]);

/**
 * What takes a change back.
 * @param {Api.Item} item as it was
 * @param {Api.Item} changed
 * @returns {Api.ItemChange}
 */
export const undoOf = (item, changed) => Object.fromEntries(
  WRITABLE.filter((name) => (item[name] ?? null) !== (changed[name] ?? null)).map((name) => [name, item[name] ?? null]));

/** @param {Api.Item} item @param {Api.ItemChange} undo */
const takeBack = (item, undo) => change(item, { ...undo, force: true }, `${titleOf(item)}: as it was`);

/** Says how a title stands. @param {Api.Item} item */
const standing = (item) => `${titleOf(item)}: ${item.status === 'completed' ? statusName(item.status).toLowerCase() : progressWords(item)}`;

/** A status that suggests itself. @param {number} id @param {Api.Status} status */
const offered = (id, status) => ({ label: statusName(status), act: () => {
  const item = items.get(id);
  if (item) change(item, statusChange(item, status), `${titleOf(item)}: ${statusName(status).toLowerCase()}`);
} });

/**
 * One more or one less: shown at once, and told with a way to take it back.
 * @param {number} id
 * @param {1 | -1} by
 * @param {Api.Unit} unit
 */
export async function step(id, by, unit) {
  const item = items.get(id);
  if (!item) return;
  const field = unit === 'volume' ? 'progress_volumes' : 'progress';
  const most = (unit === 'volume' ? item.max_volumes : item.max_progress) ?? Infinity;
  const next = (item[field] ?? 0) + by;
  if (next < 0 || next > most) return;
  put({ ...item, [field]: next });
  try {
    const { item: changed, undo, offer } = await inTurn(id, () => post(`/api/library/items/${id}/step`, { body: { by, unit } }), (answer) => answer.item);
    toast(`item ${id}`, standing(items.get(id) ?? changed), { undo: () => takeBack(changed, undo), offer: offer && offered(id, offer) });
  } catch (error) {
    toastError(`item ${id}`, error);
    await readAgain(id);
  }
}

/** What the service makes of a title by itself, and so is not said when one is made again. */
const GIVEN = ['id', 'created_at', 'updated_at', 'services', 'site_url'];

/** @param {Api.Item} item @returns {Api.NewItem} */
const asNew = (item) => /** @type {Api.NewItem} */ (Object.fromEntries(Object.entries(item).filter(([name, value]) => !GIVEN.includes(name) && value !== null)));

/** Adds a title. @param {Api.NewItem} item */
export async function add(item) {
  const added = await post('/api/library/items', { body: item });
  putEverywhere(added);
  return added;
}

/** @param {number} id */
async function take(id) {
  await removeAt(`/api/library/items/${id}`);
  drop(id);
  tabs?.postMessage({ gone: id });
}

/** Removes a title without a word. @param {number} id */
export const removeQuietly = take;

/** Adds titles again that were removed. @param {Api.Item[]} gone */
export const putBack = (gone) => Promise.all(gone.map((item) => add(asNew(item))));

/**
 * Removes a title, with a way to have it back.
 * @param {Api.Item} item
 * @param {(again: Api.Item) => void} [back] is called with what came back, which has another number
 */
export async function remove(item, back = () => {}) {
  await take(item.id);
  const undo = () => putBack([item]).then(([again]) => back(again)).catch((error) => toastError('undo', error));
  toast(`item ${item.id}`, `${titleOf(item)}: removed from the library`, { undo });
}
