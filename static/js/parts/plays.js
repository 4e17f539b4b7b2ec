/** Plays in a table: a title a row, the plays of each when it is opened. */
import { perform } from '../lib/action.js';
import { get } from '../lib/api.js';
import { el, empty, fill, pill } from '../lib/dom.js';
import { hasWords, searchWords } from '../lib/form.js';
import { byTime, count, HELD_SPACE, localDays, ranges, slotText, time } from '../lib/format.js';
import { PAGE, table } from '../lib/table.js';
import { anilistLink, outcomeName, sourceName, traktLink } from '../words.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Column, Rest } from '../lib/table.js' */

/** @typedef {Api.PlannedPlay | Api.SentPlay} Play */

/**
 * Rows that may still be read.
 * @template Row
 * @typedef {Rest & { rows: Row[] }} Rows
 */

const DETAIL_ROWS = 50;
// So many titles are seen at a glance.
const FEW = 10;
// Of more seasons only where they begin and end is told; the list of episodes has the rest.
const FEW_SEASONS = 4;

/**
 * Each rewatch of a title is a group of its own.
 * @template {Play} Some
 * @param {Some[]} plays
 * @returns {Some[][]}
 */
export function byTitle(plays) {
  /** @type {Map<string, Some[]>} */
  const groups = new Map();
  for (const play of plays) {
    const key = `${play.anilistId} ${play.rewatch ?? 0}`;
    const group = groups.get(key);
    if (group) group.push(play);
    else groups.set(key, [play]);
  }
  return [...groups.values()];
}

/** @param {Play} play */
const again = ({ rewatch }) => (rewatch ? el('div', { class: 'muted' }, `watched again, time ${rewatch}`) : null);

/** Where so many seasons begin and end. @param {[season: number, episodes: number[]][]} seasons */
function fromTo(seasons) {
  const [[first, begin], [last, end]] = [seasons[0], seasons[seasons.length - 1]];
  return `${slotText({ season: first, number: begin[0] })} to ${slotText({ season: last, number: end[end.length - 1] })}, in ${count(seasons.length, 'season')}`;
}

/** @param {Play[]} plays those of one title */
function slots(plays) {
  const [first] = plays;
  if (first.kind === 'movie') return traktLink('movie', first.movie, first.traktTitle);
  /** @type {Map<number, number[]>} */
  const seasons = new Map();
  for (const play of plays) {
    if (play.kind === 'episode') seasons.set(play.season, [...(seasons.get(play.season) ?? []), play.number]);
  }
  if (seasons.size > FEW_SEASONS) return [traktLink('show', first.show, first.traktTitle), ` ${fromTo([...seasons])}`];
  const text = [...seasons].map(([season, episodes]) => `S${season}${HELD_SPACE}E${ranges(episodes)}`).join('; ');
  return [traktLink('show', first.show, first.traktTitle), ` ${text}`];
}

/** @param {Play[]} plays */
function watched(plays) {
  const times = plays.map(({ watchedAt }) => watchedAt);
  const dated = times.filter((watchedAt) => watchedAt !== 'unknown').sort(byTime);
  return [
    dated.length > 0 && localDays(dated[0], dated[dated.length - 1]),
    dated.length < times.length && 'no date',
  ].filter(Boolean).join(', ');
}

/**
 * The different ones of a list, without those that are missing.
 * @template Word
 * @param {(Word | null | undefined)[]} list
 */
export const distinct = (list) => [...new Set(list.filter((word) => word !== null && word !== undefined))];

/** @type {Column<Play>[]} */
const PLAY_COLUMNS = [
  { label: 'Episode', kind: 'number', cell: (play) => String(play.abs) },
  { label: 'On Trakt', cell: (play) => (play.kind === 'movie' ? 'Film' : slotText(play)) },
  { label: 'Watched', cell: (play) => (play.watchedAt === 'unknown' ? 'no date' : time(play.watchedAt)) },
];

// The rows of one title are only made when they are opened: a first run has thousands.
/** @param {Play[]} plays */
function onePlayEach(plays) {
  if (plays.length === 1) return el('div', { class: 'muted' }, plays[0].kind === 'movie' ? 'film' : `episode ${plays[0].abs}`);
  const label = `${count(plays.length, 'episode')}: ${ranges(plays.map((play) => play.abs))}`;
  const details = el('details', { ontoggle: () => {
    if (details.open && details.children.length === 1) details.append(table(label, PLAY_COLUMNS, plays, DETAIL_ROWS));
  } }, el('summary', {}, label));
  return details;
}

/** @type {Column<Play[]>[]} */
export const PLACE_COLUMNS = [
  { label: 'Title', kind: 'wide title', cell: (plays) => [anilistLink(plays[0].anilistId, plays[0].title), again(plays[0]), onePlayEach(plays)] },
  { label: 'On Trakt', kind: 'place', cell: slots },
  { label: 'Watched', kind: 'brief', cell: watched },
  { label: 'Source', cell: (plays) => distinct(plays.map(({ source }) => source)).map(sourceName).join(', ') },
];

/** @type {Column<Api.SentPlay[]>[]} */
const SENT_COLUMNS = [...PLACE_COLUMNS,
  { label: 'Outcome', cell: (plays) => distinct(plays.map(({ outcome }) => outcome)).map((word) => pill(...outcomeName(word))) },
];

/**
 * Rows that are all there.
 * @template Row
 * @param {Row[]} rows
 * @returns {Rows<Row>}
 */
const all = (rows) => ({ rows, read: async () => {}, total: () => rows.length });

/**
 * A table of titles; of more than a few, with a field that finds some of them, also of those that are still to be read.
 * @template {Play} Some
 * @param {string} caption
 * @param {Column<Some[]>[]} columns
 * @param {Rows<Some[]>} titles
 * @returns {Child}
 */
export function filtered(caption, columns, { rows: titles, ...rest }) {
  if (rest.total() !== null && titles.length <= FEW) return table(caption, columns, titles);
  const list = el('div');
  const found = () => {
    const words = searchWords(field.value);
    if (!words.length) return table(caption, columns, titles, PAGE, rest);
    const some = titles.filter(([{ title }]) => hasWords(title ?? '', words));
    return some.length ? table(caption, columns, some) : empty('No title matches', 'Try fewer letters.');
  };
  const find = () => {
    if (rest.total() !== null) return fill(list, found());
    return perform(field, list, () => rest.read(Infinity).then(found), 'Reading the rest of the plan…');
  };
  const field = el('input', { type: 'search', id: 'find-title', autocomplete: 'off', spellcheck: 'false', oninput: find });
  fill(list, found());
  return [el('label', { for: 'find-title' }, 'Find a title'), field, list];
}

/** @param {number} plays @param {number} titles */
export const amount = (plays, titles) => `${count(plays, 'play')} of ${count(titles, 'title')}`;

/**
 * All plays of a run, a page of the API's at a time.
 * @param {string} id
 */
export async function playsOf(id) {
  /** @type {Api.SentPlay[]} */
  const plays = [];
  for (let total = 1; plays.length < total;) {
    const page = await get(`/api/runs/${encodeURIComponent(id)}`, { offset: plays.length });
    plays.push(...page.plays);
    total = page.plays.length ? page.total : 0;
  }
  return plays;
}

/**
 * What a run sent, and what became of it.
 * @param {Api.SentPlay[]} plays
 */
export const sent = (plays) => (plays.length
  ? [el('h3', {}, `Sent: ${amount(plays.length, new Set(plays.map(({ anilistId }) => anilistId)).size)}`), filtered('What was sent, by title', SENT_COLUMNS, all(byTitle(plays)))]
  : empty('No plays', 'This run sent none, or an earlier version did, which kept none.'));
