/** The titles that wait for a decision: `GET /api/unmapped`. */
import { perform, section } from '../lib/action.js';
import { get, post, remove } from '../lib/api.js';
import { button, buttonLink, byId, el, empty, notice, pill } from '../lib/dom.js';
import { age, HELD_SPACE, number, ranges, sentence } from '../lib/format.js';
import { table } from '../lib/table.js';
import { anilistLink, manualHref, reasonName } from '../words.js';
import { cover } from './cover.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Column } from '../lib/table.js' */

/** @param {Api.Waiting} row */
const waits = (row) => row.episodes.length
  ? [ranges(row.episodes), el('div', { class: 'muted' }, `of${HELD_SPACE}${number(row.watched)}${HELD_SPACE}watched`)]
  : ['all', row.watched > 0 && el('div', { class: 'muted' }, `${number(row.watched)}${HELD_SPACE}watched`)];

// What was found about a place may fill a paragraph; the sentence says what it comes to.
const SHORT = 140;

/** @param {Api.Waiting} row */
function why({ detail, sentence: inShort }) {
  if (!detail || detail.length <= SHORT) return el('div', {}, sentence(detail || inShort));
  return [el('div', {}, sentence(inShort)), el('details', {}, el('summary', {}, 'What was found'), el('div', { class: 'muted' }, sentence(detail)))];
}

/** @param {Api.Waiting} row */
const reason = (row) => [
  pill(reasonName(row.reason), row.ignored ? '' : 'warn'),
  why(row),
  row.hint && el('div', { class: 'muted' }, sentence(row.hint)),
];

/**
 * What a person can do about one that waits: `explain` opens its explanation, `suggest` its
 * suggestions, and `decide` does `work` and then says that it is `done`.
 * @typedef {object} Ways
 * @property {(row: Api.Waiting) => void} explain
 * @property {(anilistId: number) => void} suggest
 * @property {(control: HTMLElement, work: () => Promise<unknown>, done: string) => unknown} decide
 */

/** @param {Api.Waiting} row */
const fix = (row) => buttonLink(manualHref({ anilistId: row.anilistId }), 'Fix');

/** @param {Api.Waiting} row @param {Ways} ways */
const keep = (row, { decide }) => button('Keep plays', ({ currentTarget }) => decide(currentTarget,
  () => post(`/api/unmapped/${row.anilistId}/keep`),
  `Kept where they are: ${row.title}`), 'small primary');

/** @param {Api.Waiting} row @param {Ways} ways */
const afresh = (row, { decide }) => button('Reset progress', ({ currentTarget }) => decide(currentTarget,
  () => remove('/api/progress', { anilistId: row.anilistId }),
  `The next sync posts it in its new place: ${row.title}`), 'small');

/** @param {Api.Waiting} row @param {Ways} ways */
const ignore = (row, { decide }) => button(row.ignored ? 'Ask again' : 'Ignore', ({ currentTarget }) => {
  const path = /** @type {const} */ (`/api/unmapped/${row.anilistId}/ignore`);
  return decide(currentTarget, () => (row.ignored ? remove(path) : post(path)),
    row.ignored ? `Waits again: ${row.title}` : `Ignored: ${row.title}`);
}, 'small');

/** @param {Api.Waiting} row @param {Ways} ways @returns {Child[]} */
function fixes(row, ways) {
  if (row.reason === 'moved') return [keep(row, ways), afresh(row, ways), fix(row)];
  if (row.reason === 'private') return [];
  return [button('Suggestions', () => ways.suggest(row.anilistId), 'small primary'), fix(row)];
}

/** @param {Ways} ways @returns {Column<Api.Waiting>[]} */
const columns = (ways) => [
  { label: 'Title', kind: 'wide', cell: (row) => el('div', { class: 'row tight' }, cover(row.title, row.cover, 'thumb'), el('span', {}, anilistLink(row.anilistId, row.title))) },
  { label: 'Why', kind: 'wide', cell: reason },
  { label: 'Episodes', cell: waits },
  { label: 'Since', cell: (row) => age(row.since) },
  { label: 'Actions', kind: 'actions many', cell: (row) => el('div', { class: 'row' },
    fixes(row, ways), button('Why?', () => ways.explain(row), 'small'), ignore(row, ways)) },
];

/** @param {Api.Waiting[]} items @param {Ways} ways */
function lists(items, ways) {
  const ignored = items.filter((row) => row.ignored);
  const open = items.filter((row) => !row.ignored);
  byId('waiting-count').textContent = String(open.length);
  return [
    open.length
      ? table('Titles that need review', columns(ways), open, 25)
      : empty('Nothing needs review', 'A title that a sync cannot place shows up here, with what to do about it.'),
    ignored.length > 0 && el('details', {},
      el('summary', {}, `Ignored: ${ignored.length}`),
      table('Ignored titles', columns(ways), ignored, 25)),
  ];
}

/**
 * Fills the section; `explain` opens the explanation of one that waits, `suggest` its suggestions,
 * and `changed` is told of a decision.
 * @param {Omit<Ways, 'decide'> & { changed: () => void }} listeners
 * @returns {() => void} what loads the section again
 */
export function showWaiting({ explain, suggest, changed }) {
  /** @type {Ways['decide']} */
  const decide = (control, work, done) => perform(control, byId('waiting-result'), async () => {
    await work();
    load();
    changed();
    return notice('good', done);
  });
  const load = section(byId('waiting-list'), () => get('/api/unmapped'), ({ items }) => lists(items, { explain, suggest, decide }));
  return load;
}
