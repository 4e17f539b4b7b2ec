/** A list that comes as a file: looked at first, in four classes, then read into the library. */
import { perform } from '../lib/action.js';
import { post } from '../lib/api.js';
import { button, byId, el, hint, link, notice } from '../lib/dom.js';
import { count, number, sentence } from '../lib/format.js';
import { table } from '../lib/table.js';
import { reload } from './items.js';
import { statusName } from './naming.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Column } from '../lib/table.js' */

/** @type {Record<string, string>} */
const FORMATS = { mal: 'MyAnimeList', 'mal-xml': 'MyAnimeList', mal_xml: 'MyAnimeList', anilist: 'AniList', trakt: 'Trakt', json: 'JSON', csv: 'CSV' };

/** What each class is called, what it means, and how it is coloured. @type {Record<Api.ImportClass, [name: string, what: string, tone: string]>} */
const CLASSES = {
  new: ['New', 'Is added, or moves forward what is there.', 'accent'],
  same: ['Same', 'Is in your library already.', 'good'],
  twice: ['Twice', 'An earlier row of the file is about it.', 'calm'],
  unclear: ['Unclear', 'Differs in a way that only you can settle. Nothing of it is written.', 'warn'],
};
const NAMES = /** @type {Api.ImportClass[]} */ (Object.keys(CLASSES));

/** @param {unknown} value */
const shown = (value) => (value === null || value === undefined || value === '' ? 'none' : String(value));

/** What a row would do, or why nothing is done with it. @param {Api.ImportRow} row @returns {Child[]} */
const what = ({ status, progress, changes = [], differs = [], earlier, reason, hint: next }) => [
  status && [statusName(status), progress ? `, ${number(progress)}` : ''],
  changes.length > 0 && changes.map(({ field, before, after }) => `${field.replaceAll('_', ' ')} ${shown(before)} → ${shown(after)}`).join(', '),
  earlier !== undefined && `Row ${number(earlier)} is about the same`,
  reason && sentence(reason),
  differs.length > 0 && ` ${differs.map(({ field, library, file }) => `${field.replaceAll('_', ' ')}: ${shown(library)} here, ${shown(file)} in the file`).join('; ')}.`,
  next && el('div', { class: 'muted' }, sentence(next)),
];

/** @type {Column<Api.ImportRow>[]} */
const COLUMNS = [
  { label: 'Row', kind: 'number', cell: ({ row }) => number(row) },
  { label: 'Title', kind: 'wide', cell: ({ title, type, item_id: id }) => (id && type ? link(`/${type}/${id}`, title) : title || 'without a name') },
  { label: 'What', cell: what },
];

/** How the rows fall into the classes, as one bar. @param {Api.ImportReport} report */
function shares({ counts }) {
  const parts = NAMES.filter((name) => counts[name] > 0).map((name) => {
    const part = el('span', { class: CLASSES[name][2], title: `${CLASSES[name][0]}: ${number(counts[name])}` });
    part.style.flexGrow = String(counts[name]);
    return part;
  });
  return [el('div', { class: 'shares', 'aria-hidden': 'true' }, parts),
    el('ul', { class: 'chips' }, NAMES.map((name) => el('li', { class: 'chip' }, el('span', { class: `dot ${CLASSES[name][2]}`, 'aria-hidden': 'true' }), CLASSES[name][0], ' ', el('span', { class: 'count' }, number(counts[name])))))];
}

/** @param {Api.ImportReport} report */
const classes = (report) => NAMES.filter((name) => report[name].length).map((name) => el('details', { open: name === 'unclear' },
  el('summary', {}, `${CLASSES[name][0]}: ${count(report.counts[name], 'row')}. ${CLASSES[name][1]}`), table(CLASSES[name][0], COLUMNS, report[name], 20)));

/** @param {Api.ImportReport} report */
function done({ imported = 0, updated = 0 }) {
  return notice('good', el('strong', {}, `${count(imported, 'title')} added, ${number(updated)} changed.`), el('p', {}, link('/library', 'See your library')));
}

/** @param {File} file @param {HTMLElement} output @returns {Promise<Child>} */
async function preview(file, output) {
  const report = await post('/api/library/import', { params: { dry: 1 }, body: file });
  const { counts, format } = report;
  const read = async () => {
    const answer = await post('/api/library/import', { body: file });
    reload().catch(() => {});
    return done(answer);
  };
  const label = `Import ${count(counts.new, 'title')}`;
  return [
    el('h3', {}, `${FORMATS[format] ?? format}: ${count(counts.rows, 'row')}`),
    shares(report),
    counts.new > 0
      ? el('p', {}, button(label, ({ currentTarget }) => perform(currentTarget, output, read, 'Importing…'), 'primary'))
      : hint('Your library has all of it.'),
    classes(report),
  ];
}

/** Lets a file be chosen or dropped. */
export function startImport() {
  const [field, zone, output] = [byId('import-file', HTMLInputElement), byId('import-zone'), byId('import-result')];
  /** @param {File | undefined} file */
  const look = (file) => file && perform(zone, output, () => preview(file, output), 'Reading the file…');
  field.addEventListener('change', () => {
    look(field.files?.[0]);
    field.value = '';
  });
  zone.addEventListener('dragover', (event) => event.preventDefault());
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    look(event.dataTransfer?.files[0]);
  });
}
