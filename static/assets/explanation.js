/** Why an entry is placed where it is: `GET /api/explain`, as a person reads it. */
import { button, el, empty, facts, hint, notice, pill } from './dom.js';
import { anilistLink, localDay, ranges, sentence, traktLink, VERDICT_TONES } from './format.js';
import { picture } from './picture.js';
import { table } from './table.js';

const MARKS = { passed: '✓', failed: '✗', unknown: '?' };
const TONES = { passed: 'good', failed: 'bad', unknown: 'muted' };

// More than these are seen better in the picture.
const SPANS = 4;

const slot = ({ season, number }) => `S${season} E${number}`;

const spanText = ({ first, last, start }) => first === last
  ? `episode ${first} is ${slot(start)}`
  : `episodes ${first}–${last} are S${start.season} E${start.number}–${start.number + last - first}`;

function placement(where) {
  if (!where) return 'Nowhere yet';
  if (where.kind === 'movie') return traktLink('movie', where.movie);
  const told = where.spans.slice(0, SPANS).map(spanText).join('; ');
  const more = where.spans.length - SPANS;
  return [traktLink('show', where.show), `: ${told}`, more > 0 && `; and ${more} more, as drawn below`];
}

const check = ({ check: name, outcome, detail }) => el('li', { class: TONES[outcome] },
  el('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[outcome] ?? '?'),
  el('span', {}, el('b', {}, name.replaceAll('_', ' ')), ` ${outcome}`, detail && `: ${detail}`));

function candidate(one, onUse) {
  const { kind, id } = one.target;
  return el('li', { class: one.chosen ? 'candidate chosen' : 'candidate' },
    el('div', { class: 'row' },
      traktLink(kind, id),
      el('span', { class: 'muted' }, [one.source, one.rule].filter(Boolean).join(' · ')),
      one.chosen && pill('chosen', 'good'),
      onUse && button('Use this', () => onUse({ kind, id, season: one.season, offset: one.offset }), 'small')),
    one.checks?.length > 0 && el('ul', { class: 'checks' }, one.checks.map(check)));
}

const candidates = (list, onUse) => list.length
  ? el('ul', { class: 'candidates' }, list.map((one) => candidate(one, onUse)))
  : empty('No candidates', 'No source proposed a Trakt show or film. Map it by hand, or refresh the datasets.');

const EPISODE_COLUMNS = [
  { label: 'Episode', kind: 'number', cell: (episode) => String(episode.abs) },
  { label: 'On Trakt', cell: (episode) => [slot(episode), ' ', episode.overridden && pill('corrected', 'warn')] },
  { label: 'First aired', cell: (episode) => (episode.firstAired ? localDay(episode.firstAired) : '–') },
];

function episodes(list) {
  if (!list?.length) return null;
  return el('details', {},
    el('summary', {}, `Episodes ${ranges(list.map((episode) => episode.abs))}, one by one`),
    table('Where each episode is on Trakt', EPISODE_COLUMNS, list, 50));
}

/** The explanation; with `onUse`, each candidate gets a button that hands its target over. */
export function explanation(entry, onUse) {
  return el('div', { class: 'explanation' },
    el('div', { class: 'row' },
      el('h3', {}, anilistLink(entry.anilistId, entry.title)),
      pill(entry.verdict, VERDICT_TONES[entry.verdict])),
    facts([
      ['Format', entry.format],
      ['Episodes', entry.episodeCount],
      ['Started', entry.startDate],
      ['Decided by', entry.source],
    ]),
    el('p', {}, el('strong', {}, 'On Trakt: '), placement(entry.placement)),
    picture(entry),
    entry.keptBecause && notice('warn', `This is what was decided before, as something is down. ${sentence(entry.keptBecause)}`),
    entry.moved?.length > 0 && notice('warn', `Episodes ${ranges(entry.moved.map((one) => one.abs))} were posted elsewhere before.`),
    entry.contests?.length > 0 && notice('warn', `Episodes ${ranges(entry.contests.map((one) => one.abs))} belong to another entry: AniList ${entry.contests[0].by}.`),
    entry.detail && hint(sentence(entry.detail)),
    el('h4', {}, 'Candidates and checks'),
    candidates(entry.candidates ?? [], onUse),
    episodes(entry.episodes));
}
