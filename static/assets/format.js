/** How times, numbers, episodes and ids are written. */
import { el, link } from './dom.js';

const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const withSeconds = new Intl.DateTimeFormat(undefined, {
  month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
});
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS = [['year', 31557600], ['month', 2629800], ['day', 86400], ['hour', 3600], ['minute', 60]];

const parsed = (iso) => {
  const date = new Date(iso ?? NaN);
  return Number.isNaN(date.getTime()) ? null : date;
};

export const localTime = (iso) => written(dayAndTime, iso);
export const localSeconds = (iso) => written(withSeconds, iso);
export const localDay = (iso) => written(day, iso);

/** The days from the first time to the last: `Nov 14 – 21, 2026`. */
export const localDays = (from, to) => day.formatRange(parsed(from), parsed(to));

const written = (format, iso) => {
  const date = parsed(iso);
  return date ? format.format(date) : String(iso ?? 'unknown');
};

/** How far a time is from now: `3 hours ago`, `in 20 minutes`. */
export function away(iso) {
  const date = parsed(iso);
  if (!date) return 'unknown';
  const seconds = (date.getTime() - Date.now()) / 1000;
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  return unit ? relative.format(Math.round(seconds / unit[1]), unit[0]) : seconds > 0 ? 'in a moment' : 'just now';
}

/** A `<time>`, local. */
export const time = (iso, write = localTime) => parsed(iso)
  ? el('time', { datetime: iso, title: iso }, write(iso))
  : el('span', { class: 'muted' }, String(iso ?? 'unknown'));

/** A `<time>` that says how long ago, kept right by `refreshAges`; the exact time is its tooltip. */
export const age = (iso) => el('time', { datetime: iso, title: localTime(iso), 'data-age': true }, away(iso));

export function refreshAges() {
  for (const node of document.querySelectorAll('time[data-age]')) node.textContent = away(node.dateTime);
}

/** How long a run took. */
export function duration(from, to) {
  const seconds = Math.max(0, Math.round((parsed(to) - parsed(from)) / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const grouped = new Intl.NumberFormat();
export const number = (value) => grouped.format(value);

/** `1 episode`, `1,234 episodes`. */
export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

// A line may break between two ranges, not within one: U+2060 joins, U+00A0 is a space that holds.
export const JOINED_DASH = '\u2060–\u2060';
export const HELD_SPACE = '\u00a0';

/** `1–3, 5` from `[1, 2, 3, 5]`. */
export function ranges(numbers) {
  const runs = [];
  for (const value of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && value <= last[1] + 1) last[1] = value;
    else runs.push([value, value]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}${JOINED_DASH}${last}`)).join(', ');
}

/** A sentence with a capital and a full stop; a leading field name such as `anilistId` stays as it is. */
export function sentence(text) {
  const trimmed = String(text ?? '').trim();
  if (!trimmed) return '';
  const start = /^[a-z]+(?=[\s,]|$)/.test(trimmed) ? trimmed[0].toUpperCase() + trimmed.slice(1) : trimmed;
  return /[.!?:…]$/.test(start) ? start : `${start}.`;
}

/** The AniList id in what a person typed or pasted. What holds none goes to the API as it is, which says so. */
export function anilistId(text) {
  const trimmed = String(text ?? '').trim();
  return /anilist\.co\/anime\/(\d+)/i.exec(trimmed)?.[1] ?? trimmed;
}

export const MODES = {
  full: 'Changed since last time',
  completed: 'Completed library',
  watching: 'Watching library',
  show: 'Single title',
  undo: 'Undo',
};
export const modeName = (mode) => MODES[mode] ?? mode;

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
export const reasonName = (reason) => REASONS[reason] ?? String(reason ?? 'Unknown').replaceAll('_', ' ');

const SOURCES = {
  manual: 'By hand', anibridge: 'AniBridge', otaku: 'Otaku', fribbs: 'Fribbs', saved: 'Found before', search: 'By title',
  air_dates: 'By air date', prequels: 'By prequels', breakpoints: 'By count',
};
export const sourceName = (source) => SOURCES[source] ?? String(source ?? '').replaceAll('_', ' ');

const VERDICTS = { unmapped: 'no place' };
export const verdictName = (verdict) => VERDICTS[verdict] ?? verdict;

export const VERDICT_TONES = { verified: 'good', likely: 'warn', conflict: 'bad', unmapped: 'bad' };

export const anilistLink = (id, title) => link(`https://anilist.co/anime/${id}`, title || `AniList ${id}`);
export const traktLink = (kind, id, label) =>
  link(`https://trakt.tv/${kind === 'movie' ? 'movies' : 'shows'}/${id}`, label ?? `${kind === 'movie' ? 'Film' : 'Show'}${HELD_SPACE}${id}`);

/** Links to TMDB, IMDb and TheTVDB, for the ids a mapping has. */
export function otherLinks({ mediaType, tmdbId, imdbId, tvdbId }) {
  const movie = mediaType === 'movie';
  return [
    tmdbId && link(`https://www.themoviedb.org/${movie ? 'movie' : 'tv'}/${tmdbId}`, 'TMDB'),
    imdbId && link(`https://www.imdb.com/title/${imdbId}/`, 'IMDb'),
    tvdbId && link(`https://thetvdb.com/dereferrer/${movie ? 'movie' : 'series'}/${tvdbId}`, 'TVDB'),
  ].filter(Boolean);
}

/** The page on which an entry is mapped by hand. */
export const manualHref = (values) => `/manual?${new URLSearchParams(
  Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''))}`;
