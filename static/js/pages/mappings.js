/** The page `/mappings`: where every title belongs, and the titles that wait for a decision. */
import { perform, section, show } from '../lib/action.js';
import { get, remove } from '../lib/api.js';
import { ask, button, buttonLink, byId, el, empty, fill, link, notice } from '../lib/dom.js';
import { hasWords, searchWords } from '../lib/form.js';
import { count, localDay, sentence, time } from '../lib/format.js';
import { table } from '../lib/table.js';
import { explanation } from '../parts/explanation.js';
import { beat, startShell } from '../parts/shell.js';
import { suggestions } from '../parts/suggestions.js';
import { showWaiting } from '../parts/waiting.js';
import { anilistLink, manualHref, otherLinks, sourceName, traktLink } from '../words.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Column } from '../lib/table.js' */

/** @type {Api.Mappings} */
let mappings = { manual: [], auto: [] };

// What loads each section again; `start` sets them.
let loadMappings = () => {};
let loadWaiting = () => {};

/** @returns {HTMLDialogElement} */
const dialog = () => byId('why', HTMLDialogElement);

/**
 * Opens something about an entry over the page.
 * @param {number} id
 * @param {string} heading
 * @param {string} busyText
 * @param {() => Promise<Child>} work
 */
function open(id, heading, busyText, work) {
  byId('why-title').textContent = heading;
  fill(byId('why-fix'), link(manualHref({ anilistId: id }), 'Map it by hand'));
  dialog().showModal();
  return show(byId('why-body'), busyText, work);
}

/** @param {number} id */
const explain = (id) => open(id, 'Why is it placed there?', 'Working it out…',
  async () => explanation(await get('/api/explain', { anilistId: id })));

/**
 * Why a title waits, also where that has nothing to do with its place.
 * @param {Api.Waiting} row
 */
const explainWaiting = (row) => open(row.anilistId, 'Why does it wait?', 'Working it out…', async () => {
  const entry = await get('/api/explain', { anilistId: row.anilistId });
  const other = row.reason !== entry.reason && notice('warn', el('strong', {}, sentence(row.sentence)), el('p', {}, sentence(row.hint)));
  return [other, explanation(entry)];
});

function accepted() {
  dialog().close();
  loadMappings();
  loadWaiting();
  beat();
}

/** @param {number} id */
const suggest = (id) => open(id, 'Where does it belong?', 'Searching Trakt…',
  async () => suggestions(await get('/api/suggestions', { anilistId: id }), byId('waiting-result'), accepted));

/** @param {Api.Mapping} mapping */
const pin = ({ season, offset }) => [
  season !== null && season !== undefined && `season ${season}`,
  offset ? `after ${count(offset, 'episode')}` : null,
].filter(Boolean).join(', ');

/** @param {Api.Mapping} mapping */
const editHref = (mapping) => manualHref({
  anilistId: mapping.anilistId, traktId: mapping.traktId, type: mapping.mediaType, season: mapping.season,
  offset: mapping.offset, tmdbId: mapping.tmdbId, imdbId: mapping.imdbId, tvdbId: mapping.tvdbId,
});

/** @param {Child[]} links */
const spaced = (links) => links.flatMap((one) => [one, ' ']);

/** @type {Column<Api.Mapping>[]} */
const COLUMNS = [
  { label: 'Title', kind: 'wide', cell: (mapping) => anilistLink(mapping.anilistId, mapping.title) },
  { label: 'Trakt', cell: (mapping) => [traktLink(mapping.mediaType, mapping.traktId), el('div', { class: 'muted' }, pin(mapping))] },
  { label: 'Elsewhere', kind: 'brief', cell: (mapping) => spaced(otherLinks(mapping)) },
  { label: 'Source', cell: (mapping) => sourceName(mapping.source) },
  { label: 'Changed', cell: (mapping) => time(mapping.updatedAt, localDay) },
];

/** @param {Api.Mapping} mapping */
const why = (mapping) => button('Why?', () => explain(mapping.anilistId), 'small');

/** @param {HTMLElement} control @param {Api.Mapping} mapping */
async function removeMapping(control, mapping) {
  const name = mapping.title ?? `AniList ${mapping.anilistId}`;
  if (!(await ask(`Remove the mapping you made for ${name}? The next sync finds a place for it by itself.`, 'Remove'))) return;
  await perform(control, byId('mappings-result'), async () => {
    await remove('/api/manual-map', { anilistId: mapping.anilistId });
    loadMappings();
    return notice('good', `Removed: ${name}`);
  });
}

/** @param {Api.Mapping} mapping */
const manualActions = (mapping) => el('div', { class: 'row' },
  why(mapping),
  buttonLink(editHref(mapping), 'Edit'),
  button('Remove', ({ currentTarget }) => removeMapping(currentTarget, mapping), 'small'));

/** @param {Api.Mapping} mapping */
const autoActions = (mapping) => el('div', { class: 'row' }, why(mapping), buttonLink(editHref(mapping), 'Correct'));

/** @param {Api.Mapping} mapping */
const searchable = (mapping) => [
  mapping.title, mapping.anilistId, mapping.traktId, mapping.tmdbId, mapping.imdbId, mapping.tvdbId, sourceName(mapping.source), mapping.mediaType,
].join(' ');

const FILTERS = /** @type {const} */ (['search', 'verdict', 'source']);

/** @param {(typeof FILTERS)[number]} name */
const filterField = (name) => (name === 'search' ? byId(name, HTMLInputElement) : byId(name, HTMLSelectElement));

/** @param {'verdict' | 'source'} name @param {string | null | undefined} value */
const isChosen = (name, value) => !filterField(name).value || filterField(name).value === value;

/**
 * @param {Api.ListedMapping[]} rows
 * @param {string} caption
 * @param {(mapping: Api.Mapping) => Child} actions
 * @param {Child} none what stands there when there are no rows
 */
function listed(rows, caption, actions, none) {
  const words = searchWords(filterField('search').value);
  const found = rows.filter((mapping) => isChosen('verdict', mapping.verdict) && isChosen('source', mapping.source)
    && hasWords(searchable(mapping), words));
  if (found.length) return table(caption, [...COLUMNS, { label: 'Actions', kind: 'actions', cell: actions }], found, 50);
  return rows.length ? empty('Nothing matches the filter', 'Try fewer letters, or an id.') : none;
}

function draw() {
  const { manual, auto } = mappings;
  byId('manual-count').textContent = String(manual.length);
  byId('auto-count').textContent = String(auto.length);
  fill(byId('manual'), listed(manual, 'Mappings made by hand', manualActions,
    empty('None made by hand', 'When a title is placed wrongly or not at all, ', link('/manual', 'map it by hand'), '.')));
  fill(byId('auto'), listed(auto, 'Mappings found automatically', autoActions,
    empty('None yet', 'They appear with the first preview or sync: ', link('/sync', 'preview a sync'), '.')));
}

/** Lets the filter name every source that there is. */
function offerSources() {
  const field = filterField('source');
  const chosen = field.value || new URLSearchParams(location.search).get('source') || '';
  const names = [...new Set([...mappings.manual, ...mappings.auto].map(({ source }) => source))].sort();
  fill(field, el('option', { value: '' }, 'any'), names.map((name) => el('option', { value: name }, sourceName(name))));
  field.value = names.includes(chosen) ? chosen : '';
}

const showMappings = () => section(byId('mappings-state'), () => get('/api/mappings'), (answer) => {
  mappings = answer;
  offerSources();
  draw();
  return null;
});

// The address keeps the filter, so that it can be linked to and is there again after going back.
function filter() {
  const filled = FILTERS.map((name) => [name, filterField(name).value]).filter(([, value]) => value);
  history.replaceState(null, '', `${location.pathname}${filled.length ? `?${new URLSearchParams(filled)}` : ''}${location.hash}`);
  draw();
}

// The sources to choose from are not known yet; `offerSources` chooses the one that is asked for.
function followAddress() {
  const asked = new URLSearchParams(location.search);
  filterField('search').value = asked.get('search') ?? '';
  filterField('verdict').value = asked.get('verdict') ?? '';
}

function start() {
  startShell();
  followAddress();
  loadMappings = showMappings();
  filterField('search').addEventListener('input', filter);
  filterField('verdict').addEventListener('change', filter);
  filterField('source').addEventListener('change', filter);
  byId('why-close').addEventListener('click', () => dialog().close());
  loadWaiting = showWaiting({ explain: explainWaiting, suggest, changed: beat });
}

start();
