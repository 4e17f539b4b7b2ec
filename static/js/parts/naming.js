/** What a title of the library is called, and how far it is, in words. */
import { number } from '../lib/format.js';
import { kept } from '../lib/kept.js';

/** @typedef {import('../words.js').Tone} Tone */

/** In the order in which they are listed. @type {Record<Api.Status, string>} */
const STATUSES = {
  watching: 'Watching', reading: 'Reading', planning: 'Planning', completed: 'Completed', 'on-hold': 'On hold', dropped: 'Dropped',
};
/** @type {Record<Api.Status, Tone>} */
export const STATUS_TONES = { watching: 'accent', reading: 'accent', planning: 'calm', completed: 'good', 'on-hold': 'warn', dropped: 'bad' };

/** @param {Api.Status} status */
export const statusName = (status) => STATUSES[status] ?? status;

/** Those that a title of this type can have. @param {Api.ItemType} type */
export const statusesOf = (type) => /** @type {Api.Status[]} */ (Object.keys(STATUSES))
  .filter((status) => status !== (type === 'manga' ? 'watching' : 'reading'));

/** @type {Record<string, string>} */
const FORMATS = {
  TV: 'TV', TV_SHORT: 'TV short', MOVIE: 'Film', SPECIAL: 'Special', OVA: 'OVA', ONA: 'ONA', MUSIC: 'Music',
  MANGA: 'Manga', NOVEL: 'Novel', ONE_SHOT: 'One-shot',
};
/** @param {string} format */
export const formatName = (format) => FORMATS[format.toUpperCase()] ?? format;

/** The languages in which titles can be shown. */
export const LANGUAGES = { romaji: 'Romaji', english: 'English', native: 'Native' };

/**
 * The title in the language that this person reads; one that they gave themselves stays.
 * @param {Pick<Api.Item, 'title' | 'titles'>} item
 */
export function titleOf({ title, titles }) {
  if (!titles) return title;
  const known = Object.values(titles).includes(title);
  const language = /** @type {keyof typeof LANGUAGES} */ (kept('titles') || 'romaji');
  return (known && titles[language]) || title;
}

/** @param {Api.ItemType} type */
export const unitOf = (type) => (type === 'manga' ? 'chapter' : 'episode');

/** `12/24`, or `12` where nobody knows how many there are. @param {Api.Item} item */
export const progressText = ({ progress, max_progress: most }) => (most ? `${number(progress)}/${number(most)}` : number(progress));

/** @param {Api.Item} item */
export const progressWords = (item) => `${unitOf(item.type)} ${number(item.progress)}${item.max_progress ? ` of ${number(item.max_progress)}` : ''}`;

/** The page of a title. @param {Pick<Api.Item, 'id' | 'type'>} item */
export const hrefOf = ({ id, type }) => `/${type}/${id}`;

/** Whether one more can be seen or read. @param {Api.Item} item */
export const isOpen = ({ progress, max_progress: most }) => !most || progress < most;

/**
 * What a new status changes: what is completed was watched or read to its end.
 * @param {Api.Item} item
 * @param {Api.Status} status
 * @returns {Api.ItemChange}
 */
export function statusChange({ progress, max_progress: most, max_volumes: volumes, progress_volumes: read }, status) {
  if (status !== 'completed') return { status };
  return { status, ...(most && progress < most ? { progress: most } : {}), ...(volumes && read < volumes ? { progress_volumes: volumes } : {}) };
}
