/** What a run would post and what it would leave out: `GET /api/plan`, grouped by title. */
import { el, empty, facts, fill, link, notice, pill } from './dom.js';
import {
  age, anilistLink, count, HELD_SPACE, localDays, manualHref, number, ranges, reasonName, sentence, sourceName, time, traktLink, VERDICT_TONES,
} from './format.js';
import { table } from './table.js';

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

/** A table of titles; of more than a few, with a field that finds some of them. */
function filtered(caption, columns, titles) {
  if (titles.length <= FEW) return table(caption, columns, titles);
  const list = el('div');
  const draw = (words) => {
    const found = titles.filter(([{ title }]) => words.every((word) => title.toLowerCase().includes(word)));
    fill(list, found.length ? table(caption, columns, found) : empty('No title matches', 'Try fewer letters.'));
  };
  const field = el('input', { type: 'search', id: 'find-title', autocomplete: 'off', spellcheck: 'false',
    oninput: ({ target }) => draw(target.value.trim().toLowerCase().split(/\s+/)) });
  draw([]);
  return [el('label', { for: 'find-title' }, 'Find a title'), field, list];
}

const amount = (plays) => `${count(plays.length, 'play')} of ${count(new Set(plays.map(({ anilistId }) => anilistId)).size, 'title')}`;

function posted(plays, incomplete) {
  if (!plays.length && incomplete) return null;
  if (!plays.length) return empty('Nothing to post', 'Trakt already has everything this would look at.');
  return [el('h3', {}, `Would be posted: ${amount(plays)}`), filtered('What would be posted, by title', TITLE_COLUMNS, byTitle(plays))];
}

/** What a run sent, and what became of it. */
export const sent = (plays) => (plays.length
  ? [el('h3', {}, `Sent: ${amount(plays)}`), filtered('What was sent, by title', SENT_COLUMNS, byTitle(plays))]
  : empty('No plays', 'This run sent none, or an earlier version did, which kept none.'));

const left = (skipped) => skipped.length > 0 && [
  el('h3', {}, `Left out: ${count(skipped.length, 'title')}`),
  table('What would be left out, and why', SKIPPED_COLUMNS, skipped),
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

/** The plan; `start`, if there is one, is the button that posts it. */
export function plan({ plays, skipped, counts = {}, complete, nextAttempt, cause }, start) {
  return [
    facts([
      ['Titles looked at', counts.entries],
      ['To post', counts.toPost],
      ['Already on Trakt', counts.alreadySynced],
      ['Left out', counts.skippedUnmapped],
    ].map(([label, value]) => [label, value === undefined ? null : number(value)])),
    complete === false && partNotice('what a run would do', { nextAttempt, cause }),
    start,
    posted(plays, complete === false),
    left(skipped),
  ];
}
