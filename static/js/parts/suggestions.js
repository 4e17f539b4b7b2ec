/** Places to choose from for a title that waits: `GET /api/suggestions`. */
import { perform } from '../lib/action.js';
import { post } from '../lib/api.js';
import { button, buttonLink, el, empty, notice, pill } from '../lib/dom.js';
import { number, sentence, slotText } from '../lib/format.js';
import { manualHref, sourceName, traktLink } from '../words.js';

/** @param {Api.Suggestion} suggestion */
const where = ({ kind, first, last, episodes }) => kind === 'movie' || !first
  ? null
  : `${slotText(first)}${last ? ` to ${slotText(last)}` : ''}, ${number(episodes)} listed`;

/**
 * @param {Api.ManualMap} map
 * @param {HTMLElement} output
 * @param {() => void} accepted
 */
const useButton = (map, output, accepted) => button('Use this', ({ currentTarget }) => perform(currentTarget, output, async () => {
  await post('/api/manual-map', { body: map });
  accepted();
  return notice('good', `Mapped: ${map.title}. The next sync posts it.`);
}), 'small primary');

/**
 * @param {Api.Suggestion} one
 * @param {number} anilistId
 * @param {HTMLElement} output
 * @param {() => void} accepted
 */
function suggestion(one, anilistId, output, accepted) {
  const { traktId, kind, season, offset } = one;
  return el('li', { class: 'candidate' },
    el('div', { class: 'row' },
      traktLink(kind, traktId, one.title ? { title: one.title } : null), one.title && one.year ? ` (${one.year})` : '',
      pill(one.origin === 'search' ? 'found by search' : sourceName(one.origin)),
      one.map
        ? useButton(one.map, output, accepted)
        : buttonLink(manualHref({ anilistId, traktId, type: kind, season, offset }), 'Map by hand')),
    el('div', { class: 'muted' }, [where(one), sentence(one.because)].filter(Boolean).join('. ')));
}

/**
 * The suggestions; `accepted` is called once one is used.
 * @param {Api.Choices} choices
 * @param {HTMLElement} output
 * @param {() => void} accepted
 */
export function suggestions({ anilistId, title, suggestions: list, searchError }, output, accepted) {
  return el('div', { class: 'explanation' },
    el('h3', {}, title),
    searchError && notice('warn', sentence(searchError)),
    list.length
      ? el('ul', { class: 'candidates' }, list.map((one) => suggestion(one, anilistId, output, accepted)))
      : empty('No suggestions', 'Neither the sources nor a search on Trakt know this title. Map it by hand, or ignore it.'));
}
