/** What things are called, and where they link to. */
import { link } from './lib/dom.js';
import { HELD_SPACE } from './lib/format.js';

/** @typedef {'' | 'good' | 'warn' | 'bad' | 'accent' | 'calm'} Tone */

/**
 * What a list of words says of a key that may not be among them.
 * @template Word
 * @param {Record<string, Word>} words
 * @param {string} key
 * @returns {Word | undefined}
 */
const wordFor = (words, key) => (Object.hasOwn(words, key) ? words[key] : undefined);

/** A name that nobody gave a word, as words. @param {string} name */
const spaced = (name) => name.replaceAll('_', ' ');

/** What a run is asked to do. */
export const MODES = {
  full: 'Changed since last time',
  completed: 'Completed library',
  watching: 'Watching library',
  show: 'Single title',
  undo: 'Undo',
};
/** @param {string} mode */
export const modeName = (mode) => wordFor(MODES, mode) ?? mode;

/** @type {Record<Api.RunState, Tone>} */
export const RUN_TONES = { complete: 'good', partial: 'warn', failed: 'bad', running: 'accent' };

/** Why a title waits. @type {Record<Api.Reason, string>} */
const REASONS = {
  no_candidate: 'No match found',
  not_on_trakt: 'Not on Trakt',
  episodes_missing: 'Episodes missing on Trakt',
  conflict: 'Facts disagree',
  unconfirmed: 'Too little speaks for it',
  private: 'Private on AniList',
  refused_by_trakt: 'Refused by Trakt',
  moved: 'Belongs elsewhere now',
  watch_only_once: 'One play of each is kept',
  decided: 'Placed by hand',
};
/** @param {string} reason */
export const reasonName = (reason) => wordFor(REASONS, reason) ?? spaced(reason);

/** The published files by which titles are matched. @type {Record<Api.Dataset, string>} */
export const DATASETS = { otaku: 'Otaku', fribbs: 'Fribbs', anibridge: 'AniBridge' };

/** Who says where a title belongs. @type {Record<Api.Source, string>} */
const SOURCES = {
  ...DATASETS, manual: 'By hand', saved: 'Found before', search: 'By title',
  air_dates: 'By air date', prequels: 'By prequels', breakpoints: 'By count',
};
/** @param {string} source */
export const sourceName = (source) => wordFor(SOURCES, source) ?? spaced(source);

const SERVICES = {
  ...DATASETS, anilist: 'AniList', trakt: 'Trakt', tmdb: 'TMDB', myanimelist: 'MyAnimeList', kitsu: 'Kitsu', mangadex: 'MangaDex', local: 'By hand',
};
/** @param {string} service */
export const serviceName = (service) => wordFor(SERVICES, service) ?? service;

/** How a service stands. @type {Record<string, [name: string, tone: Tone]>} */
const STANDINGS = {
  ok: ['Connected', 'good'], expires_soon: ['Ends soon', 'warn'], not_configured: ['Not set up', 'warn'],
  signed_out: ['Signed out', 'bad'], app_gone: ['App refused', 'bad'], account_locked: ['Account locked', 'bad'],
  rate_limited: ['Asked to wait', 'warn'], unreachable: ['Not reachable', 'bad'], refused: ['Refused', 'bad'],
};
/** @param {string} state @returns {[name: string, tone: Tone]} */
export const standing = (state) => wordFor(STANDINGS, state) ?? [state, 'warn'];

/** What became of a play that was sent. @type {Record<Api.PlayOutcome, [name: string, tone: Tone]>} */
const OUTCOMES = { accepted: ['posted', 'good'], refused: ['refused', 'bad'], removed: ['taken back', ''], gone: ['gone from Trakt', ''] };
/** @param {string} outcome @returns {[name: string, tone: Tone]} */
export const outcomeName = (outcome) => wordFor(OUTCOMES, outcome) ?? [outcome, 'warn'];

/** @param {Api.Verdict} verdict */
export const verdictName = (verdict) => (verdict === 'unmapped' ? 'no place' : verdict);

/** @type {Record<Api.Verdict, Tone>} */
export const VERDICT_TONES = { verified: 'good', likely: 'warn', conflict: 'bad', unmapped: 'bad' };

/** What is looked at to find out whether a place is right. */
const CHECKS = {
  sources: 'Named', exists: 'Listed', count: 'Number', dates: 'First day', later_dates: 'Later days', spacing: 'Pace',
  format: 'Kind', year: 'Year', title: 'Title', prequels: 'Works before it', parent: 'Main work', neighbours: 'Beside others', siblings: 'Other titles',
};
/** @param {string} check */
export const checkName = (check) => wordFor(CHECKS, check) ?? spaced(check);

/**
 * A link whose number is told where one points at it.
 * @param {number | string} id
 * @param {string | null} [title]
 */
export function anilistLink(id, title) {
  const anchor = link(`https://anilist.co/anime/${id}`, title || `AniList ${id}`);
  if (title) anchor.title = `AniList ${id}`;
  return anchor;
}

/**
 * Puts a name where the number of a show or film stands, which is told from then on where one points at it.
 * @param {HTMLElement} anchor
 * @param {Api.TraktTitle} called
 */
export function callTrakt(anchor, { title, year }) {
  anchor.title = [anchor.textContent, year].filter(Boolean).join(', ');
  anchor.textContent = title;
  delete anchor.dataset.unnamed;
}

/**
 * A link to a show or film. One without a name says so, to be given one (`parts/trakt-titles.js`), unless nobody
 * knows which of the two it is: they are numbered separately.
 * @param {Api.MediaType | null | undefined} kind
 * @param {number | string} id
 * @param {Api.TraktTitle | null} [called]
 */
export function traktLink(kind, id, called) {
  const [folder, word] = kind === 'movie' ? ['movies', 'Film'] : ['shows', 'Show'];
  const anchor = link(`https://trakt.tv/${folder}/${id}`, `${word}${HELD_SPACE}${id}`);
  if (called?.title) callTrakt(anchor, called);
  else if (kind) anchor.dataset.unnamed = `${kind} ${id}`;
  return anchor;
}

/**
 * Links to TMDB, IMDb and TheTVDB, for the ids a mapping has.
 * @param {Api.Mapping} mapping
 */
export function otherLinks({ mediaType, tmdbId, imdbId, tvdbId }) {
  const movie = mediaType === 'movie';
  return [
    tmdbId && link(`https://www.themoviedb.org/${movie ? 'movie' : 'tv'}/${tmdbId}`, 'TMDB'),
    imdbId && link(`https://www.imdb.com/title/${imdbId}/`, 'IMDb'),
    tvdbId && link(`https://thetvdb.com/dereferrer/${movie ? 'movie' : 'series'}/${tvdbId}`, 'TVDB'),
  ].filter(Boolean);
}

/**
 * The page on which an entry is mapped by hand.
 * @param {Record<string, string | number | null | undefined>} values
 */
export function manualHref(values) {
  const filled = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return `/manual?${new URLSearchParams(filled.map(([name, value]) => [name, String(value)]))}`;
}

/** What browsers and systems are called in what they say of themselves; the first that fits counts. @type {[mark: RegExp, name: string][]} */
const BROWSERS = [[/Edg/, 'Edge'], [/OPR\//, 'Opera'], [/Firefox/, 'Firefox'], [/Chrome|CriOS/, 'Chrome'], [/Safari/, 'Safari']];
/** @type {[mark: RegExp, name: string][]} */
const SYSTEMS = [[/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X/, 'Mac'], [/CrOS/, 'ChromeOS'], [/Linux/, 'Linux']];

/**
 * `Firefox on Windows` for a browser; a program is called what it says.
 * @param {string} agent
 */
export function agentName(agent) {
  const [browser, system] = [BROWSERS, SYSTEMS].map((names) => names.find(([mark]) => mark.test(agent))?.[1]);
  return browser && system && agent.startsWith('Mozilla/') ? `${browser} on ${system}` : agent || 'A program';
}
