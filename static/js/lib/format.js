/** How times, numbers and episodes are written. */
import { el } from './dom.js';

const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const withSeconds = new Intl.DateTimeFormat(undefined, {
  month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
});
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
/** @type {[unit: Intl.RelativeTimeFormatUnit, seconds: number][]} */
const UNITS = [['year', 31557600], ['month', 2629800], ['day', 86400], ['hour', 3600], ['minute', 60]];

/**
 * A time as the API tells it.
 * @typedef {string | null | undefined} Iso
 */

/** @param {Iso} iso */
const parsed = (iso) => {
  const date = new Date(iso ?? NaN);
  return Number.isNaN(date.getTime()) ? null : date;
};

/** @param {Intl.DateTimeFormat} format @param {Iso} iso */
const written = (format, iso) => {
  const date = parsed(iso);
  return date ? format.format(date) : String(iso ?? 'unknown');
};

/** How two instants follow each other. Their texts do not say it, as one has more digits of its second than another. @param {string} one @param {string} other */
export const byTime = (one, other) => Date.parse(one) - Date.parse(other);

/** @param {Iso} iso */
export const localTime = (iso) => written(dayAndTime, iso);
/** @param {Iso} iso */
export const localSeconds = (iso) => written(withSeconds, iso);
/** @param {Iso} iso */
export const localDay = (iso) => written(day, iso);

const month = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });
/** The month of a day that has no zone. @param {Iso} iso */
export const localMonth = (iso) => written(month, iso);

/**
 * The days from the first time to the last: `Nov 14 – 21, 2026`.
 * @param {string} from
 * @param {string} to
 */
export const localDays = (from, to) => day.formatRange(new Date(from), new Date(to));

/**
 * How far a time is from now: `3 hours ago`, `in 20 minutes`.
 * @param {Iso} iso
 */
function away(iso) {
  const date = parsed(iso);
  if (!date) return 'unknown';
  const seconds = (date.getTime() - Date.now()) / 1000;
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (unit) return relative.format(Math.round(seconds / unit[1]), unit[0]);
  return seconds > 0 ? 'in a moment' : 'just now';
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const SOON_MS = 20 * 3600 * 1000;
const WEEK_MS = 6 * 86400 * 1000;

/**
 * When something comes: the clock where that is within hours, then the day, then the date.
 * @param {Iso} iso
 */
export function soon(iso) {
  const away_ = (parsed(iso)?.getTime() ?? 0) - Date.now();
  const format = away_ < SOON_MS ? clock : away_ < WEEK_MS ? weekday : dayAndTime;
  return el('time', { datetime: iso, title: localTime(iso) }, written(format, iso));
}

/**
 * The clock at a time whose day is told beside it; how far away it is, and the exact time, are its tooltip.
 * @param {Iso} iso
 */
export const clockTime = (iso) => el('time', { datetime: iso, title: `${away(iso)} · ${localTime(iso)}` }, written(clock, iso));

const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const dayDate = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
/**
 * What a day of this week is called: `Today`, `Tomorrow`, `Monday`.
 * @param {Date} date
 * @param {number} from how many days from today it is
 */
export const dayOfWeek = (date, from) => (from > 1 ? dayName.format(date) : ['Today', 'Tomorrow'][from]);
/** @param {Date} date */
export const shortDay = (date) => dayDate.format(date);

/**
 * A `<time>`, local.
 * @param {Iso} iso
 */
export const time = (iso, write = localTime) => parsed(iso)
  ? el('time', { datetime: iso, title: localTime(iso) }, write(iso))
  : el('span', { class: 'muted' }, String(iso ?? 'unknown'));

/**
 * A `<time>` that says how long ago, kept right by `refreshAges`; the exact time is its tooltip.
 * @param {Iso} iso
 */
export const age = (iso) => el('time', { datetime: iso, title: localTime(iso), 'data-age': true }, away(iso));

export function refreshAges() {
  /** @type {NodeListOf<HTMLTimeElement>} */
  const ages = document.querySelectorAll('time[data-age]');
  for (const node of ages) node.textContent = away(node.dateTime);
}

/**
 * How long something takes: `3 min 20 s`.
 * @param {number} seconds
 */
export const inWords = (seconds) => (seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`);

/**
 * How long it was from one time to another.
 * @param {string} from
 * @param {string} to
 */
export const duration = (from, to) => inWords(Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000)));

const grouped = new Intl.NumberFormat();
/** @param {number} value */
export const number = (value) => grouped.format(value);

/**
 * `1 episode`, `1,234 episodes`.
 * @param {number} value
 * @param {string} one
 */
export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

// A line may break between two ranges, not within one: U+2060 joins, U+00A0 is a space that holds.
export const JOINED_DASH = '\u2060–\u2060';
export const HELD_SPACE = '\u00a0';

/**
 * `1–3, 5` from `[1, 2, 3, 5]`.
 * @param {number[]} numbers
 */
export function ranges(numbers) {
  /** @type {[first: number, last: number][]} */
  const runs = [];
  for (const value of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && value <= last[1] + 1) last[1] = value;
    else runs.push([value, value]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}${JOINED_DASH}${last}`)).join(', ');
}

/**
 * An episode of a show on Trakt: `S3 E13`.
 * @param {Api.Slot} slot
 */
export const slotText = ({ season, number: episode }) => `S${season} E${episode}`;

/**
 * A sentence with a capital and a full stop; a leading field name such as `anilistId` stays as it is.
 * @param {string | null | undefined} text
 */
export function sentence(text) {
  const trimmed = (text ?? '').trim();
  if (!trimmed) return '';
  const start = /^[a-z]+(?=[\s,]|$)/.test(trimmed) ? trimmed[0].toUpperCase() + trimmed.slice(1) : trimmed;
  return /[.!?:…]$/.test(start) ? start : `${start}.`;
}
