/** What a run would post and what it would leave out: `GET /api/plan`, grouped by title. */
import { perform } from '../lib/action.js';
import { get } from '../lib/api.js';
import { el, empty, facts, fill, link, notice, pill } from '../lib/dom.js';
import { hasWords, searchWords } from '../lib/form.js';
import { age, count, HELD_SPACE, localDays, number, ranges, sentence, slotText, time } from '../lib/format.js';
import { PAGE, table } from '../lib/table.js';
import { anilistLink, manualHref, outcomeName, reasonName, sourceName, traktLink, VERDICT_TONES } from '../words.js';

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

/**
 * Each rewatch of a title is a group of its own.
 * @template {Play} Some
 * @param {Some[]} plays
 * @returns {Some[][]}
 */
function byTitle(plays) {
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

/** @param {Play[]} plays those of one title */
function slots(plays) {
  const [first] = plays;
  if (first.kind === 'movie') return traktLink('movie', first.movie);
  /** @type {Map<number, number[]>} */
  const seasons = new Map();
  for (const play of plays) {
    if (play.kind === 'episode') seasons.set(play.season, [...(seasons.get(play.season) ?? []), play.number]);
  }
  const text = [...seasons].map(([season, episodes]) => `S${season}${HELD_SPACE}E${ranges(episodes)}`).join('; ');
  return [traktLink('show', first.show), ` ${text}`];
}

/** @param {Play[]} plays */
function watched(plays) {
  const times = plays.map(({ watchedAt }) => watchedAt);
  const dated = times.filter((watchedAt) => watchedAt !== 'unknown').sort();
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
const distinct = (list) => [...new Set(list.filter((word) => word !== null && word !== undefined))];

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
const PLACE_COLUMNS = [
  { label: 'Title', kind: 'wide title', cell: (plays) => [anilistLink(plays[0].anilistId, plays[0].title), again(plays[0]), onePlayEach(plays)] },
  { label: 'On Trakt', cell: slots },
  { label: 'Watched', kind: 'brief', cell: watched },
  { label: 'Source', cell: (plays) => distinct(plays.map(({ source }) => source)).map(sourceName).join(', ') },
];

/** @type {Column<Api.PlannedPlay[]>[]} */
const TITLE_COLUMNS = [...PLACE_COLUMNS,
  { label: 'Verdict', cell: (plays) => distinct(plays.map(({ verdict }) => verdict)).map((word) => pill(word, VERDICT_TONES[word])) },
];

/** @type {Column<Api.SentPlay[]>[]} */
const SENT_COLUMNS = [...PLACE_COLUMNS,
  { label: 'Outcome', cell: (plays) => distinct(plays.map(({ outcome }) => outcome)).map((word) => pill(...outcomeName(word))) },
];

/** @type {Column<Api.SkippedTitle>[]} */
const SKIPPED_COLUMNS = [
  { label: 'Title', kind: 'wide', cell: (row) => anilistLink(row.anilistId, row.title) },
  { label: 'Why', kind: 'wide', cell: (row) => [pill(reasonName(row.reason), 'warn'), row.detail && el('div', {}, sentence(row.detail))] },
  { label: 'Episodes', cell: (row) => (row.episodes.length ? ranges(row.episodes) : 'all') },
  { label: 'Next step', kind: 'wide', cell: (row) => [sentence(row.hint), ' ', link(manualHref({ anilistId: row.anilistId }), 'Fix')] },
];

/**
 * A plan, which comes in parts, from its first part on: `titles` and `skipped` grow as it is read.
 * The plays of a title follow each other, so that only the last title of a part may go on in the next.
 * @param {Api.Plan} first
 * @returns {{ titles: Rows<Api.PlannedPlay[]>, skipped: Rows<Api.SkippedTitle> }}
 */
function reading(first) {
  /** @type {Api.PlannedPlay[][]} */
  const titles = [];
  /** @type {Api.SkippedTitle[]} */
  const skipped = [];
  /** @type {number | null} */
  let next = null;
  /** @type {Api.PlannedPlay[]} */
  let open = [];
  /** @type {Promise<void> | null} */
  let busy = null;
  /** @param {Api.Plan} part */
  const take = (part) => {
    const groups = byTitle([...open, ...part.plays]);
    next = part.next ?? null;
    open = next === null ? [] : groups.pop() ?? [];
    titles.push(...groups);
    skipped.push(...part.skipped);
  };
  const more = async () => {
    try {
      take(await get('/api/plan', { plan: first.plan, offset: next }));
    } finally {
      busy = null;
    }
  };
  /** @param {unknown[]} rows @param {number} wanted */
  const read = async (rows, wanted) => {
    while (next !== null && rows.length < wanted) await (busy ??= more());
  };
  take(first);
  return {
    titles: { rows: titles, read: (wanted) => read(titles, wanted), total: () => (next === null ? titles.length : null) },
    skipped: { rows: skipped, read: (wanted) => read(skipped, wanted), total: () => first.totals.skipped },
  };
}

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
function filtered(caption, columns, { rows: titles, ...rest }) {
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
const amount = (plays, titles) => `${count(plays, 'play')} of ${count(titles, 'title')}`;

/** @param {Api.PlanTotals} totals @param {Rows<Api.PlannedPlay[]>} titles @param {boolean} incomplete */
function posted(totals, titles, incomplete) {
  if (!totals.plays && incomplete) return null;
  if (!totals.plays) return empty('Nothing to post', 'Trakt already has everything this would look at.');
  return [el('h3', {}, `Would be posted: ${amount(totals.plays, totals.titles)}`), filtered('What would be posted, by title', TITLE_COLUMNS, titles)];
}

/**
 * What a run sent, and what became of it.
 * @param {Api.SentPlay[]} plays
 */
export const sent = (plays) => (plays.length
  ? [el('h3', {}, `Sent: ${amount(plays.length, new Set(plays.map(({ anilistId }) => anilistId)).size)}`), filtered('What was sent, by title', SENT_COLUMNS, all(byTitle(plays)))]
  : empty('No plays', 'This run sent none, or an earlier version did, which kept none.'));

/** @param {number} total @param {Rows<Api.SkippedTitle>} skipped */
const left = (total, { rows, ...rest }) => total > 0 && [
  el('h3', {}, `Left out: ${count(total, 'title')}`),
  table('What would be left out, and why', SKIPPED_COLUMNS, rows, PAGE, rest),
];

/**
 * Says that something is left for later, why, and when it goes on.
 * @param {string} what
 * @param {{ nextAttempt?: string | null, cause?: string | null, remaining?: number }} part
 */
export function partNotice(what, { nextAttempt, cause, remaining = 0 }) {
  return notice('warn',
    el('strong', {}, `This is only a part of ${what}.`),
    cause && el('p', {}, sentence(cause)),
    el('p', {},
      remaining > 0 && `${count(remaining, 'play')} left. `,
      nextAttempt && Date.parse(nextAttempt) > Date.now()
        ? ['It can go on ', age(nextAttempt), ' (', time(nextAttempt), '): start the same sync again then. An automatic full sync does so by itself.']
        : 'Start the same sync again to go on; nothing is posted twice. An automatic full sync does so by itself.'));
}

/** @param {Api.PlanCounts} counts */
const countFacts = (counts) => facts([
  ['Titles looked at', number(counts.entries)],
  ['To post', number(counts.toPost)],
  ['Already on Trakt', number(counts.alreadySynced)],
  ['Left out', number(counts.skippedUnmapped)],
]);

/**
 * The plan whose first part is `answer`: as much as is shown at first, the rest as it is asked for.
 * `start`, if there is one, is the button that posts all of it.
 * @param {Api.Plan} answer
 * @param {Child} [start]
 */
export async function plan(answer, start) {
  const { totals, counts, complete, nextAttempt, cause } = answer;
  const { titles, skipped } = reading(answer);
  await titles.read(PAGE);
  return [
    countFacts(counts),
    !complete && partNotice('what a run would do', { nextAttempt, cause }),
    start,
    posted(totals, titles, !complete),
    left(totals.skipped, skipped),
  ];
}
