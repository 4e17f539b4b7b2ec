/** What airs this week, day by day: `/api/library/calendar`. */
import { section } from '../lib/action.js';
import { get } from '../lib/api.js';
import { byId, el, empty, hint, pill } from '../lib/dom.js';
import { age, clockTime, count, dayOfWeek, number, shortDay } from '../lib/format.js';
import { cover, coverOf } from './cover.js';
import { itemOf, load, onChange } from './items.js';
import { hrefOf, titleOf } from './naming.js';

const DAYS = 7;
/** A step is shown before the service has it; so long after it the week is asked for again. */
const SETTLED_MS = 1000;

/** The beginnings of the days from today on, and of the one after the last. */
function mornings() {
  const now = new Date();
  return Array.from({ length: DAYS + 1 }, (_, from) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + from));
}

/** @param {Api.Airing} airing */
function standing({ status, behind }) {
  if (status === 'planning') return pill('Planned', 'calm');
  return behind ? pill(`${number(behind)} behind`) : null;
}

/** @param {Api.Airing} airing */
function line(airing) {
  const { item_id: id, type, title, cover_url, episode, airs_at: at } = airing;
  const item = itemOf(id);
  const name = item ? titleOf(item) : title;
  return el('li', { class: 'airing' }, cover(title, coverOf({ id, cover_url }), 'thumb'),
    el('div', {},
      el('a', { class: 'airing-name', href: hrefOf({ id, type }), title: name }, name),
      el('div', { class: 'airing-when' }, clockTime(at), el('span', {}, `episode ${number(episode)}`)),
      standing(airing)));
}

/** @param {Date} date @param {number} from @param {Api.Airing[]} airings */
function day(date, from, airings) {
  return el('li', { class: airings.length ? 'day' : 'day free' },
    el('h3', {}, dayOfWeek(date, from), ' ', el('span', { class: 'muted' }, shortDay(date))),
    airings.length ? el('ul', {}, airings.map(line)) : el('p', { class: 'muted' }, 'Nothing'));
}

/** What is said of a week that is not as it should be. @param {Api.Calendar} week */
const doubts = ({ stale, missing, as_of: asOf }) => (stale || missing > 0) && hint(
  'AniList does not answer. ',
  stale && ['This is what it said ', age(asOf), '. '],
  missing > 0 && `Of ${count(missing, 'title')} nothing is known.`);

/** @param {Api.Calendar} week @param {Date[]} edges */
function days(week, edges) {
  if (!week.items.length) return [doubts(week), empty('Nothing airs this week', 'Of what you watch and plan, that is.')];
  const within = edges.slice(0, DAYS).map((date, from) => {
    const end = edges[from + 1];
    return day(date, from, week.items.filter(({ airs_at: at }) => new Date(at) >= date && new Date(at) < end));
  });
  return [doubts(week), el('ol', { class: 'week' }, within)];
}

/** Shows the week, and again when something of the library changed. */
export function showWeek() {
  let isThere = false;
  let edges = mornings();
  const ask = async () => {
    edges = mornings();
    const [from, to] = [edges[0], edges[DAYS]].map((edge) => edge.toISOString());
    const [week] = await Promise.all([get('/api/library/calendar', { from, to }), load()]);
    return week;
  };
  const again = section(byId('week'), ask, (week) => {
    isThere = true;
    return days(week, edges);
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  onChange(() => {
    clearTimeout(soon);
    if (isThere) soon = setTimeout(again, SETTLED_MS);
  });
}
