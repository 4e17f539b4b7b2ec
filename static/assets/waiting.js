/** The titles that wait for a decision: `GET /api/unmapped`. */
import { get, post, remove } from './api.js';
import { perform, section } from './action.js';
import { button, byId, el, empty, notice, pill } from './dom.js';
import { anilistLink, age, HELD_SPACE, manualHref, number, ranges, reasonName, sentence } from './format.js';
import { table } from './table.js';

const waits = (row) => row.episodes?.length
  ? [ranges(row.episodes), el('div', { class: 'muted' }, `of${HELD_SPACE}${number(row.watched)}${HELD_SPACE}watched`)]
  : ['all', row.watched > 0 && el('div', { class: 'muted' }, `${number(row.watched)}${HELD_SPACE}watched`)];

// What was found about a place may fill a paragraph; the sentence says what it comes to.
const SHORT = 140;

function why({ detail, sentence: inShort }) {
  if (!detail || detail.length <= SHORT) return el('div', {}, sentence(detail || inShort));
  return [el('div', {}, sentence(inShort)), el('details', {}, el('summary', {}, 'What was found'), el('div', { class: 'muted' }, sentence(detail)))];
}

const reason = (row) => [
  pill(reasonName(row.reason), row.ignored ? '' : 'warn'),
  why(row),
  row.hint && el('div', { class: 'muted' }, sentence(row.hint)),
];

/**
 * Fills the section; `explain` opens the explanation of one that waits, `suggest` its suggestions, `changed`
 * is told of a decision. Gives back what loads the section again.
 */
export function showWaiting({ explain, suggest, changed }) {
  const setIgnored = (control, row) => perform(control, byId('waiting-result'), async () => {
    const path = `/api/unmapped/${encodeURIComponent(row.anilistId)}/ignore`;
    await (row.ignored ? remove(path) : post(path));
    load();
    changed();
    return notice('good', row.ignored ? `Waits again: ${row.title}` : `Ignored: ${row.title}`);
  });

  const decide = (control, work, done) => perform(control, byId('waiting-result'), async () => {
    await work();
    load();
    changed();
    return notice('good', done);
  });

  const keep = (row) => button('Keep plays', ({ currentTarget }) => decide(currentTarget,
    () => post(`/api/unmapped/${encodeURIComponent(row.anilistId)}/keep`),
    `Kept where they are: ${row.title}`), 'small primary');
  const afresh = (row) => button('Start afresh', ({ currentTarget }) => decide(currentTarget,
    () => remove('/api/progress', { anilistId: row.anilistId }),
    `The next sync posts it in its new place: ${row.title}`), 'small');

  const fix = (row) => el('a', { href: manualHref({ anilistId: row.anilistId }), class: 'button' }, 'Fix');

  const FIXES = {
    moved: (row) => [keep(row), afresh(row), fix(row)],
    private: () => [],
  };
  const choose = (row) => [button('Suggestions', () => suggest(row.anilistId), 'small primary'), fix(row)];
  const fixes = (row) => (FIXES[row.reason] ?? choose)(row);

  const actions = (row) => el('div', { class: 'row' },
    fixes(row),
    button('Why?', () => explain(row), 'small'),
    button(row.ignored ? 'Ask again' : 'Ignore', ({ currentTarget }) => setIgnored(currentTarget, row), 'small'));

  const columns = [
    { label: 'Title', kind: 'wide', cell: (row) => anilistLink(row.anilistId, row.title) },
    { label: 'Why', kind: 'wide', cell: reason },
    { label: 'Episodes', cell: waits },
    { label: 'Since', cell: (row) => age(row.since) },
    { label: 'Actions', kind: 'actions many', cell: actions },
  ];

  const render = ({ items }) => {
    const ignored = items.filter((row) => row.ignored);
    const open = items.filter((row) => !row.ignored);
    byId('waiting-count').textContent = open.length;
    return [
      open.length
        ? table('Titles waiting for a decision', columns, open, 25)
        : empty('Nothing waits for a decision', 'A title that a sync cannot place shows up here, with what to do about it.'),
      ignored.length > 0 && el('details', {},
        el('summary', {}, `Ignored: ${ignored.length}`),
        table('Ignored titles', columns, ignored, 25)),
    ];
  };

  const load = section(byId('waiting-list'), () => get('/api/unmapped'), render);
  return load;
}
