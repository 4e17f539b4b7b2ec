/** What was changed of a title, when, by whom and why. */
import { el, empty } from '../lib/dom.js';
import { age, sentence } from '../lib/format.js';
import { serviceName } from '../words.js';
import { statusName } from './naming.js';

/** @type {Record<string, string>} */
const AUTHORS = { you: 'You', import: 'An import', source: 'The source of the title' };

/** What a field is called in a sentence. @type {Record<string, string>} */
const FIELDS = {
  title: 'title', status: 'status', progress: 'progress', max_progress: 'length', progress_volumes: 'volumes', max_volumes: 'volumes in all', score: 'score',
  started: 'started', finished: 'finished', repeats: 'repeats', repeating: 'again', notes: 'notes', private: 'private', favourite: 'favourite',
  cover_url: 'cover', anilist_id: 'AniList id', mal_id: 'MyAnimeList id', kitsu_id: 'Kitsu id', mangadex_id: 'MangaDex id',
};

/** What is not worth a line. */
const QUIET = ['updated_at', 'created_at', 'titles', 'max_progress_by_hand', 'site_url', 'services'];

/** @param {string} field @param {unknown} value */
function shown(field, value) {
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (field === 'status') return statusName(/** @type {Api.Status} */ (value)).toLowerCase();
  if (field === 'notes' || field === 'cover_url') return 'another';
  return String(value);
}

/** @param {Api.FieldChange} change */
const line = ({ field, before, after }) => el('li', {}, el('span', { class: 'muted' }, FIELDS[field] ?? field.replaceAll('_', ' ')), ' ',
  el('span', { class: 'was' }, shown(field, before)), ' → ', el('strong', {}, shown(field, after)));

/** @param {Api.HistoryEntry} entry */
function one({ at, by, added, fields, why }) {
  const told = fields.filter(({ field }) => !QUIET.includes(field) && field in FIELDS);
  return el('li', {},
    el('div', { class: 'row between' }, el('strong', {}, AUTHORS[by] ?? serviceName(by), added && ' added it'), el('span', { class: 'muted' }, age(at))),
    !added && el('ul', { class: 'changes' }, told.map(line)),
    why && el('p', { class: 'hint' }, sentence(why)));
}

/** @param {Api.HistoryEntry[]} list the newest first */
export const history = (list) => (list.length
  ? el('ol', { class: 'history' }, list.map(one))
  : empty('Nothing changed yet', 'Every change stands here, with who made it and what it was before.'));
