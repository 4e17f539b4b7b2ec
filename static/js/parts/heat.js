/** Twelve months of what was watched and read: a square a day, and the months as a table. */
import { el } from '../lib/dom.js';
import { count, localDay, localMonth, number } from '../lib/format.js';
import { kept } from '../lib/kept.js';
import { table } from '../lib/table.js';

/** @import { Column } from '../lib/table.js' */

const SVG = 'http://www.w3.org/2000/svg';
const SIZE = 12;
const STEP = 15;
const TOP = 18;
const WEEKS = 53;
const DAY_MS = 86_400_000;
/** So many a day make it darker by one. */
const LEVELS = [1, 3, 6, 12];

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} props
 * @param {string} [text]
 */
function shape(tag, props, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, String(value));
  if (text) node.textContent = text;
  return node;
}

/** The days of the library are dates without a zone, so they are counted in UTC. @param {number} at */
const dayOf = (at) => new Date(at).toISOString().slice(0, 10);

/** @param {{ episodes: number, chapters: number }} read */
function words({ episodes, chapters }) {
  return [episodes && count(episodes, 'episode'), chapters && count(chapters, 'chapter')].filter(Boolean).join(', ') || 'nothing';
}

/** @param {{ episodes: number, chapters: number }} read */
const level = ({ episodes, chapters }) => LEVELS.filter((least) => episodes + chapters >= least).length;

/** The first day that is drawn: where the week begins, a year ago. @param {number} today */
function firstDay(today) {
  const begins = kept('week') === '7' ? 0 : 1;
  const weekday = (new Date(today).getUTCDay() - begins + 7) % 7;
  return today - (weekday + (WEEKS - 1) * 7) * DAY_MS;
}

/** @param {Map<string, Api.ReadDay>} days @param {number} at @param {number} index */
function square(days, at, index) {
  const day = dayOf(at);
  const read = days.get(day) ?? { episodes: 0, chapters: 0 };
  const node = shape('rect', { x: Math.floor(index / 7) * STEP, y: TOP + (index % 7) * STEP, width: SIZE, height: SIZE, rx: 2.5, class: `heat-${level(read)}` });
  node.append(shape('title', {}, `${localDay(`${day}T12:00:00`)}: ${words(read)}`));
  return node;
}

/** The names of the months above the week in which they begin. @param {number} first */
function monthNames(first) {
  const names = [];
  for (let week = 0; week < WEEKS - 1; week += 1) {
    const at = new Date(first + week * 7 * DAY_MS);
    if (at.getUTCDate() <= 7) names.push(shape('text', { x: week * STEP, y: 11 }, at.toLocaleDateString(undefined, { month: 'short', timeZone: 'UTC' })));
  }
  return names;
}

/** @type {Column<Api.ReadDay>[]} */
const COLUMNS = [
  { label: 'Month', cell: ({ day }) => localMonth(day) },
  { label: 'Episodes', kind: 'number', cell: ({ episodes }) => number(episodes) },
  { label: 'Chapters', kind: 'number', cell: ({ chapters }) => number(chapters) },
];

/** @param {Api.ReadDay[]} days */
const total = (days) => days.reduce((sum, { episodes, chapters }) => ({ episodes: sum.episodes + episodes, chapters: sum.chapters + chapters }), { episodes: 0, chapters: 0 });

/**
 * @param {Api.ReadDay[]} days
 * @param {Api.ReadDay[]} months
 */
export function heatMap(days, months) {
  const now = new Date();
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const first = firstDay(today);
  const known = new Map(days.map((read) => [read.day, read]));
  const drawing = shape('svg', { viewBox: `0 0 ${WEEKS * STEP} ${TOP + 7 * STEP}`, role: 'img', class: 'heat', 'aria-label': `Twelve months: ${words(total(days))}` });
  drawing.append(...monthNames(first));
  for (let at = first, index = 0; at <= today; at += DAY_MS, index += 1) drawing.append(square(known, at, index));
  return [el('div', { class: 'heat-frame', tabindex: '0', role: 'group', 'aria-label': 'Twelve months, a square a day' }, drawing),
    el('details', {}, el('summary', {}, `${words(total(days))}, by month`), table('What was watched and read, by month', COLUMNS, [...months].reverse(), 12))];
}
