/** What of a library is shown, in which order, and how the address says so. Nothing here touches the page. */
import { hasWords, searchWords } from '../lib/form.js';
import { titleOf } from './naming.js';

/**
 * What is asked for; an empty text asks for all.
 * @typedef {{ type: Api.ItemType, q: string, status: string, format: string, year: string, score: string, sort: Sort, order: '' | 'asc' | 'desc' }} Asked
 */

/** @typedef {'updated' | 'title' | 'score' | 'progress' | 'added' | 'year'} Sort */

/** A list of what can be chosen, each with how many it would show. @typedef {{ value: string, count: number }[]} Choices */

export const FACETS = /** @type {const} */ (['status', 'format', 'year', 'score']);
/** @typedef {(typeof FACETS)[number]} Facet */

/** The ranges of scores, from a least to a most. @type {Record<string, [least: number, most: number]>} */
export const SCORES = { '90': [90, 100], '80': [80, 89], '70': [70, 79], '50': [50, 69], '0': [0, 49] };
const UNSCORED = 'none';

/** @param {Api.Item} item */
function scoreRange({ score }) {
  if (score === null) return UNSCORED;
  return Object.keys(SCORES).find((name) => score >= SCORES[name][0] && score <= SCORES[name][1]) ?? UNSCORED;
}

/** What an item has for a facet. @type {Record<Facet, (item: Api.Item) => string>} */
const VALUES = {
  status: ({ status }) => status,
  format: ({ format }) => format ?? '',
  year: ({ year }) => (year === null ? '' : String(year)),
  score: scoreRange,
};

/** @type {Record<Sort, { by: (item: Api.Item) => string | number, first: 'asc' | 'desc' }>} */
const SORTS = {
  updated: { by: ({ updated_at: at }) => Date.parse(at), first: 'desc' },
  title: { by: (item) => titleOf(item).toLowerCase(), first: 'asc' },
  score: { by: ({ score }) => score ?? -1, first: 'desc' },
  progress: { by: ({ progress }) => progress, first: 'desc' },
  added: { by: ({ id }) => id, first: 'desc' },
  year: { by: ({ year }) => year ?? 0, first: 'desc' },
};

/** @param {Asked} asked */
export const orderOf = ({ sort, order }) => order || SORTS[sort].first;

/** @param {Api.Item} item */
const searchable = (item) => [item.title, item.titles?.romaji, item.titles?.english, item.titles?.native].filter(Boolean).join(' ');

/**
 * Whether an item is asked for; `but` is a facet that is left out.
 * @param {Asked} asked
 * @param {string[]} words
 * @param {Facet} [but]
 */
const fits = (asked, words, but) => (/** @type {Api.Item} */ item) => item.type === asked.type
  && FACETS.every((facet) => facet === but || !asked[facet] || VALUES[facet](item) === asked[facet])
  && (!words.length || hasWords(searchable(item), words));

/** @param {Asked} asked */
function comparing(asked) {
  const sign = orderOf(asked) === 'asc' ? 1 : -1;
  return (/** @type {{ key: string | number, item: Api.Item }} */ one, /** @type {{ key: string | number, item: Api.Item }} */ other) => {
    if (one.key === other.key) return one.item.id - other.item.id;
    return one.key < other.key ? -sign : sign;
  };
}

/**
 * The items that are asked for, in the order that is.
 * @param {Api.Item[]} items
 * @param {Asked} asked
 */
export function chosen(items, asked) {
  const { by } = SORTS[asked.sort];
  const found = items.filter(fits(asked, searchWords(asked.q))).map((item) => ({ item, key: by(item) }));
  return found.sort(comparing(asked)).map(({ item }) => item);
}

/**
 * What can be chosen of a facet with everything else as it is asked, each with how many there are.
 * @param {Api.Item[]} items
 * @param {Asked} asked
 * @param {Facet} facet
 * @returns {Choices}
 */
export function choices(items, asked, facet) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const item of items.filter(fits(asked, searchWords(asked.q), facet))) {
    const value = VALUES[facet](item);
    if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count }));
}

/** @param {string} search the query of an address @returns {Asked} */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  /** @param {string} name */
  const said = (name) => query.get(name) ?? '';
  const sort = /** @type {Sort} */ (said('sort'));
  const order = said('order');
  return {
    type: said('type') === 'manga' ? 'manga' : 'anime', q: said('q'), status: said('status'), format: said('format'), year: said('year'), score: said('score'),
    sort: sort in SORTS ? sort : 'updated', order: order === 'asc' || order === 'desc' ? order : '',
  };
}

/** The query that says what is asked; what is as it is by itself is left out. @param {Asked} asked */
export function addressOf(asked) {
  const said = Object.entries(asked).filter(([name, value]) => value
    && !(name === 'type' && value === 'anime') && !(name === 'sort' && value === 'updated') && !(name === 'order' && value === SORTS[asked.sort].first));
  return said.length ? `?${new URLSearchParams(said)}` : '';
}
