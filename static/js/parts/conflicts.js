/** What only a person can say of their lists: a field that was changed in two places. */
import { perform, section } from '../lib/action.js';
import { get, post } from '../lib/api.js';
import { button, byId, el, link, notice } from '../lib/dom.js';
import { age, count } from '../lib/format.js';
import { serviceName } from '../words.js';
import { FIELD_NAMES, shownValue } from './list-words.js';

/** Sides in the order in which they are shown. */
const SIDES = /** @type {const} */ (['library', 'anilist', 'myanimelist', 'kitsu']);

/** @param {string} side */
const sideName = (side) => (side === 'library' ? 'Your library' : serviceName(side));

/** @param {Api.ListConflict} conflict */
const isDeletion = ({ field }) => field === 'deleted';

/** @param {object} which @param {string} choose @param {() => void} changed */
const resolving = (which, choose, changed) => (/** @type {MouseEvent & { currentTarget: HTMLElement }} */ { currentTarget }) =>
  perform(currentTarget, byId('conflicts-result'), async () => {
    const { resolved } = await post('/api/v1/integrations/conflicts/resolve', { body: { ...which, choose } });
    changed();
    return notice('good', el('strong', {}, `${count(resolved, 'field')} settled.`), ' The next sync tells your lists.');
  });

/** @param {Api.ListConflict} conflict @param {() => void} changed */
function deletion(conflict, changed) {
  const [service] = Object.keys(conflict.values);
  const which = { ids: [conflict.id] };
  return el('div', { class: 'row' },
    button(`Keep it everywhere but on ${serviceName(service)}`, resolving(which, 'library', changed)),
    button('Delete it everywhere', resolving(which, service, changed), 'danger'));
}

/** @param {Api.ListConflict} conflict @param {() => void} changed */
function choices(conflict, changed) {
  const said = SIDES.filter((side) => side in conflict.values);
  return el('div', { class: 'sides' }, said.map((side) => el('div', { class: 'side' },
    el('span', { class: 'muted' }, sideName(side)),
    el('strong', {}, shownValue(conflict.field, conflict.values[side])),
    button('Take this', resolving({ ids: [conflict.id] }, side, changed), 'small'))));
}

/** @param {Api.ListConflict} conflict @param {() => void} changed */
function row(conflict, changed) {
  return el('li', { class: 'card' },
    el('div', { class: 'row between' },
      el('h3', {}, link(`/${conflict.type}/${conflict.item_id}`, conflict.title), isDeletion(conflict) ? '' : `: ${FIELD_NAMES[conflict.field] ?? conflict.field}`),
      el('span', { class: 'muted' }, age(conflict.since))),
    isDeletion(conflict)
      ? el('p', {}, `It was deleted on ${Object.keys(conflict.values).map(serviceName).join(' and ')}.`)
      : conflict.agreed !== null && el('p', { class: 'muted' }, 'Before, all had ', shownValue(conflict.field, conflict.agreed), '.'),
    isDeletion(conflict) ? deletion(conflict, changed) : choices(conflict, changed));
}

/** Shows what waits, and nothing where nothing does. */
export function showConflicts() {
  /** @type {() => Promise<void>} */
  const load = section(byId('conflicts-list'), () => get('/api/v1/integrations/conflicts'), ({ items }) => {
    byId('conflicts').hidden = !items.length;
    byId('conflicts-count').textContent = items.length ? String(items.length) : '';
    return el('ul', { class: 'conflicts' }, items.map((conflict) => row(conflict, load)));
  });
}
