/** What a run would post and what it would leave out: `GET /api/plan`, grouped by title. */
import { get } from './api.js';
import { perform } from './action.js';
import { el, empty, facts, fill, link, notice, pill } from './dom.js';
import {
  age, anilistLink, count, HELD_SPACE, localDays, manualHref, number, ranges, reasonName, sentence, sourceName, time, traktLink, VERDICT_TONES,
} from './format.js';
import { PAGE, table } from './table.js';

const DETAIL_ROWS = 50;
// So many titles are seen at a glance.
const FEW = 10;

// Each rewatch of a title is a row of its own.
function byTitle(plays) {
  const groups = new Map();
  for (const play of plays) {
    const key = `${play.anilistId} ${play.rewatch ?? 0}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(play);
  }
  return [...groups.values()];
}

const again = ({ rewatch }) => (rewatch ? el('div', { class: 'muted' }, `watched again, time ${rewatch}`) : null);

function slots(plays) {
  if (plays[0].kind === 'movie') return traktLink('movie', plays[0].movie);
  const seasons = new Map();
  for (const { season, number: episode } of plays) seasons.set(season, [...(seasons.get(season) ?? []), episode]);
  const text = [...seasons].map(([season, episodes]) => `S${season}${HELD_SPACE}E${ranges(episodes)}`).join('; ');
  return [traktLink('show', plays[0].show), ` ${text}`];
}

function watched(plays) {
  const times = plays.map(({ watchedAt }) => watchedAt);
  const dated = times.filter((watchedAt) => watchedAt !== 'unknown').sort();
  return [
    dated.length > 0 && localDays(dated[0], dated.at(-1)),
    dated.length < times.length && 'no date',
  ].filter(Boolean).join(', ');
}

const words = (plays, field) => [...new Set(plays.map((play) => play[field]).filter(Boolean))];

const PLAY_COLUMNS = [
  { label: 'Episode', kind: 'number', cell: (play) => String(play.abs) },
  { label: 'On Trakt', cell: (play) => (play.kind === 'movie' ? 'Film' : `S${play.season} E${play.number}`) },
  { label: 'Watched', cell: (play) => (play.watchedAt === 'unknown' ? 'no date' : time(play.watchedAt)) },
];

// The rows of one title are only made when they are opened: a first run has thousands.
function onePlayEach(plays) {
  if (plays.length === 1) return el('div', { class: 'muted' }, plays[0].kind === 'movie' ? 'film' : `episode ${plays[0].abs}`);
  const label = `${count(plays.length, 'episode')}: ${ranges(plays.map((play) => play.abs))}`;
  return el('details', { ontoggle: ({ target }) => {
    if (target.open && target.children.length === 1) target.append(table(label, PLAY_COLUMNS, plays, DETAIL_ROWS));
  } }, el('summary', {}, label));
}

const PLACE_COLUMNS = [
  { label: 'Title', kind: 'wide title', cell: (plays) => [anilistLink(plays[0].anilistId, plays[0].title), again(plays[0]), onePlayEach(plays)] },
  { label: 'On Trakt', cell: slots },
  { label: 'Watched', kind: 'brief', cell: watched },
  { label: 'Source', cell: (plays) => words(plays, 'source').map(sourceName).join(', ') },
];

const TITLE_COLUMNS = [...PLACE_COLUMNS,
  { label: 'Verdict', cell: (plays) => words(plays, 'verdict').map((word) => pill(word, VERDICT_TONES[word])) },
];

const OUTCOMES = { accepted: ['posted', 'good'], refused: ['refused', 'bad'], removed: ['taken back', ''], gone: ['gone from Trakt', ''] };

const SENT_COLUMNS = [...PLACE_COLUMNS,
  { label: 'Outcome', cell: (plays) => words(plays, 'outcome').map((word) => pill(...(OUTCOMES[word] ?? [word, 'warn']))) },
];

const SKIPPED_COLUMNS = [
  { label: 'Title', kind: 'wide', cell: (row) => anilistLink(row.anilistId, row.title) },
  { label: 'Why', kind: 'wide', cell: (row) => [pill(reasonName(row.reason), 'warn'), row.detail && el('div', {}, sentence(row.detail))] },
  { label: 'Episodes', cell: (row) => (row.episodes?.length ? ranges(row.episodes) : 'all') },
  { label: 'Next step', kind: 'wide', cell: (row) => [sentence(row.hint), ' ', link(manualHref({ anilistId: row.anilistId }), 'Fix')] },
];

/**
 * A plan, which comes in parts, from its first part on: `titles` and `skipped` grow as it is read.
 * The plays of a title follow each other, so that only the last title of a part may go on in the next.
 */
function reading(first) {
  const titles = [];
  const skipped = [];
  let [next, open, busy] = [null, [], null];
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
  const read = async (rows, wanted) => {
    while (next !== null && rows.length < wanted) await (busy ??= more());
  };
  take(first);
  return {
    titles: { rows: titles, read: (wanted) => read(titles, wanted), total: () => (next === null ? titles.length : null) },
    skipped: { rows: skipped, read: (wanted) => read(skipped, wanted), total: () => first.totals.skipped },
  };
}

/** Titles that are all there. */
const all = (titles) => ({ rows: titles, read: async () => {}, total: () => titles.length });

/** A table of titles; of more than a few, with a field that finds some of them, also of those that are still to be read. */
function filtered(caption, columns, { rows: titles, ...rest }) {
  if (rest.total() !== null && titles.length <= FEW) return table(caption, columns, titles);
  const list = el('div');
  const found = () => {
    const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return table(caption, columns, titles, PAGE, rest);
    const some = titles.filter(([{ title }]) => words.every((word) => title.toLowerCase().includes(word)));
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

const amount = (plays, titles) => `${count(plays, 'play')} of ${count(titles, 'title')}`;

function posted(totals, titles, incomplete) {
  if (!totals.plays && incomplete) return null;
  if (!totals.plays) return empty('Nothing to post', 'Trakt already has everything this would look at.');
  return [el('h3', {}, `Would be posted: ${amount(totals.plays, totals.titles)}`), filtered('What would be posted, by title', TITLE_COLUMNS, titles)];
}

/** What a run sent, and what became of it. */
export const sent = (plays) => (plays.length
  ? [el('h3', {}, `Sent: ${amount(plays.length, new Set(plays.map(({ anilistId }) => anilistId)).size)}`), filtered('What was sent, by title', SENT_COLUMNS, all(byTitle(plays)))]
  : empty('No plays', 'This run sent none, or an earlier version did, which kept none.'));

const left = (total, { rows, ...rest }) => total > 0 && [
  el('h3', {}, `Left out: ${count(total, 'title')}`),
  table('What would be left out, and why', SKIPPED_COLUMNS, rows, PAGE, rest),
];

/** Says that something is left for later, why, and when it goes on. */
export function partNotice(what, { nextAttempt, cause, remaining }) {
  return notice('warn',
    el('strong', {}, `This is only a part of ${what}.`),
    cause && el('p', {}, sentence(cause)),
    el('p', {},
      remaining > 0 && `${count(remaining, 'play')} left. `,
      Date.parse(nextAttempt) > Date.now()
        ? ['It can go on ', age(nextAttempt), ' (', time(nextAttempt), '): start the same sync again then. An automatic full sync does so by itself.']
        : 'Start the same sync again to go on; nothing is posted twice. An automatic full sync does so by itself.'));
}

/**
 * The plan whose first part is `answer`: as much as is shown at first, the rest as it is asked for.
 * `start`, if there is one, is the button that posts all of it.
 */
export async function plan(answer, start) {
  const { totals, counts = {}, complete, nextAttempt, cause } = answer;
  const { titles, skipped } = reading(answer);
  await titles.read(PAGE);
  return [
    facts([
      ['Titles looked at', counts.entries],
      ['To post', counts.toPost],
      ['Already on Trakt', counts.alreadySynced],
      ['Left out', counts.skippedUnmapped],
    ].map(([label, value]) => [label, value === undefined ? null : number(value)])),
    complete === false && partNotice('what a run would do', { nextAttempt, cause }),
    start,
    posted(totals, titles, complete === false),
    left(totals.skipped, skipped),
  ];
}
