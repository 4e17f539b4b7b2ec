/** Places to choose from for a title that waits: `GET /api/suggestions`. */
import { post } from './api.js';
import { perform } from './action.js';
import { button, el, empty, notice, pill } from './dom.js';
import { manualHref, number, sentence, sourceName, traktLink } from './format.js';

const slot = ({ season, number: episode }) => `S${season} E${episode}`;

const where = ({ kind, first, last, episodes }) => kind === 'movie' || !first
  ? null
  : `${slot(first)}${last ? ` to ${slot(last)}` : ''}, ${number(episodes)} listed`;

function suggestion(one, anilistId, output, accepted) {
  const use = ({ currentTarget }) => perform(currentTarget, output, async () => {
    await post('/api/manual-map', { body: one.map });
    accepted();
    return notice('good', `Mapped: ${one.map.title}. The next sync posts it.`);
  });
  return el('li', { class: 'candidate' },
    el('div', { class: 'row' },
      traktLink(one.kind, one.traktId, [one.title, one.year && `(${one.year})`].filter(Boolean).join(' ') || undefined),
      pill(one.origin === 'search' ? 'found by search' : sourceName(one.origin), ''),
      one.map
        ? button('Use this', use, 'small primary')
        : el('a', { class: 'button', href: manualHref({ anilistId, traktId: one.traktId, type: one.kind, season: one.season, offset: one.offset }) }, 'Map by hand')),
    el('div', { class: 'muted' }, [where(one), sentence(one.because)].filter(Boolean).join('. ')));
}

/** The suggestions; `accepted` is called once one is used. */
export function suggestions({ anilistId, title, suggestions: list, searchError }, output, accepted) {
  return el('div', { class: 'explanation' },
    el('h3', {}, title),
    searchError && notice('warn', sentence(searchError)),
    list.length
      ? el('ul', { class: 'candidates' }, list.map((one) => suggestion(one, anilistId, output, accepted)))
      : empty('No suggestions', 'Neither the sources nor a search on Trakt know this title. Map it by hand, or ignore it.'));
}
