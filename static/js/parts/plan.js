/** What a run would post and what it would leave out: `GET /api/plan`, grouped by title. */
import { get } from '../lib/api.js';
import { el, empty, facts, link, notice, pill } from '../lib/dom.js';
import { age, count, number, ranges, sentence, time } from '../lib/format.js';
import { PAGE, table } from '../lib/table.js';
import { anilistLink, manualHref, reasonName, VERDICT_TONES } from '../words.js';
import { amount, byTitle, distinct, filtered, PLACE_COLUMNS } from './plays.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Column } from '../lib/table.js' */
/** @import { Rows } from './plays.js' */

/** @type {Column<Api.PlannedPlay[]>[]} */
const TITLE_COLUMNS = [...PLACE_COLUMNS,
  { label: 'Verdict', cell: (plays) => distinct(plays.map(({ verdict }) => verdict)).map((word) => pill(word, VERDICT_TONES[word])) },
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

/** @param {Api.PlanTotals} totals @param {Rows<Api.PlannedPlay[]>} titles @param {boolean} incomplete */
function posted(totals, titles, incomplete) {
  if (!totals.plays && incomplete) return null;
  if (!totals.plays) return empty('Nothing to post', 'Trakt already has everything this would look at.');
  return [el('h3', {}, `Would be posted: ${amount(totals.plays, totals.titles)}`), filtered('What would be posted, by title', TITLE_COLUMNS, titles)];
}

/** @param {number} total @param {Rows<Api.SkippedTitle>} skipped */
const left = (total, { rows, ...rest }) => total > 0 && [
  el('h3', {}, `Skipped: ${count(total, 'title')}`),
  table('What would be skipped, and why', SKIPPED_COLUMNS, rows, PAGE, rest),
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
        ? ['It can go on ', age(nextAttempt), ' (', time(nextAttempt), '): run it again then. An automatic sync does so by itself.']
        : 'Run it again to continue; nothing is posted twice. An automatic sync does so by itself.'));
}

/** @param {Api.PlanCounts} counts */
const countFacts = (counts) => facts([
  ['Titles looked at', number(counts.entries)],
  ['To post', number(counts.toPost)],
  ['Already on Trakt', number(counts.alreadySynced)],
  ['Skipped', number(counts.skippedUnmapped)],
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
