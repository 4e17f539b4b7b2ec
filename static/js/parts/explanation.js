/** Why an entry is placed where it is: `GET /api/explain`, as a person reads it. */
import { el, facts, notice, pill } from '../lib/dom.js';
import { JOINED_DASH, localDay, ranges, sentence, slotText } from '../lib/format.js';
import { table } from '../lib/table.js';
import { anilistLink, reasonName, sourceName, traktLink, VERDICT_TONES, verdictName } from '../words.js';
import { candidates, outcome } from './evidence.js';
import { picture } from './picture.js';

/** @import { Column } from '../lib/table.js' */
/** @import { Target } from './evidence.js' */

// More than these are seen better in the picture.
const SPANS = 4;

/** @param {Api.Span} span */
const spanText = ({ first, last, start }) => first === last
  ? `episode ${first} is ${slotText(start)}`
  : `episodes ${first}${JOINED_DASH}${last} are ${slotText(start)}${JOINED_DASH}${start.number + last - first}`;

/** @param {Api.Explanation} entry */
function placement({ placement: where, traktTitle }) {
  if (!where) return 'Nowhere yet';
  if (where.kind === 'movie') return traktLink('movie', where.movie, traktTitle);
  const told = where.spans.slice(0, SPANS).map(spanText).join('; ');
  const more = where.spans.length - SPANS;
  return [traktLink('show', where.show, traktTitle), `: ${told}`, more > 0 && `; and ${more} more, as drawn below`];
}

/** @type {Column<Api.PlacedEpisode>[]} */
const EPISODE_COLUMNS = [
  { label: 'Episode', kind: 'number', cell: (episode) => String(episode.abs) },
  { label: 'On Trakt', cell: (episode) => [slotText(episode), ' ', episode.overridden && pill('corrected', 'warn')] },
  { label: 'First aired', cell: (episode) => (episode.firstAired ? localDay(episode.firstAired) : '–') },
];

/** @param {Api.PlacedEpisode[]} list */
function episodes(list) {
  if (!list.length) return null;
  return el('details', {},
    el('summary', {}, `Episodes ${ranges(list.map((episode) => episode.abs))}, one by one`),
    table('Where each episode is on Trakt', EPISODE_COLUMNS, list, 50));
}

/**
 * The explanation; with `onUse`, each candidate gets a button that hands its target over.
 * @param {Api.Explanation} entry
 * @param {(target: Target) => void} [onUse]
 */
export function explanation(entry, onUse) {
  return el('div', { class: 'explanation' },
    el('div', { class: 'row' },
      el('h3', {}, anilistLink(entry.anilistId, entry.title)),
      pill(entry.reason ? reasonName(entry.reason) : verdictName(entry.verdict), VERDICT_TONES[entry.verdict])),
    facts([
      ['Format', entry.format],
      ['Episodes', entry.episodeCount],
      ['Started', entry.startDate],
      ['Decided by', entry.source && sourceName(entry.source)],
    ]),
    el('p', {}, el('strong', {}, 'On Trakt: '), placement(entry)),
    el('p', { class: 'outcome' }, outcome(entry)),
    picture(entry),
    entry.keptBecause && notice('warn', `This is what was decided before, as something is down. ${sentence(entry.keptBecause)}`),
    entry.moved.length > 0 && notice('warn', `Episodes ${ranges(entry.moved.map((one) => one.abs))} were posted elsewhere before.`),
    entry.contests.length > 0 && notice('warn', `Episodes ${ranges(entry.contests.map((one) => one.abs))} belong to another entry: `, anilistLink(entry.contests[0].by, entry.contests[0].title), '.'),
    entry.candidates.length > 0 && el('h4', {}, 'Every place in question, for and against it'),
    candidates(entry.candidates, onUse),
    episodes(entry.episodes));
}
