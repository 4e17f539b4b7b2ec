/** The page `/mappings`: where every title belongs, and the titles that wait for a decision. */
import { perform, section } from '../lib/action.js';
import { get, remove } from '../lib/api.js';
import { ask, button, buttonLink, byId, el, empty, fill, link, notice } from '../lib/dom.js';
import { hasWords, searchWords } from '../lib/form.js';
import { count, localDay, time } from '../lib/format.js';
import { table } from '../lib/table.js';
import { beat, startShell } from '../parts/shell.js';
import { nameWhatIsSeen } from '../parts/trakt-titles.js';
import { showWaiting } from '../parts/waiting.js';
import { explain, explainWaiting, startWhy, suggest } from '../parts/why.js';
import { anilistLink, manualHref, otherLinks, sourceName, traktLink } from '../words.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Column } from '../lib/table.js' */

/** @type {Api.Mappings} */
let mappings = { manual: [], auto: [] };

// What loads each section again; `start` sets them.
let loadMappings = () => {};
let loadWaiting = () => {};

function accepted() {
  loadMappings();
  loadWaiting();
  beat();
}

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

/** @type {Column<Api.ListedMapping>[]} */
const COLUMNS = [
  { label: 'Title', kind: 'wide', cell: (mapping) => anilistLink(mapping.anilistId, mapping.title) },
  { label: 'Trakt', kind: 'place slim', cell: (mapping) => [traktLink(mapping.mediaType, mapping.traktId, mapping.traktTitle), el('div', { class: 'muted' }, pin(mapping))] },
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

/** @param {Api.ListedMapping} mapping */
const searchable = (mapping) => [
  mapping.title, mapping.traktTitle?.title, mapping.anilistId, mapping.traktId, mapping.tmdbId, mapping.imdbId, mapping.tvdbId, sourceName(mapping.source), mapping.mediaType,
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
  nameWhatIsSeen();
  followAddress();
  loadMappings = showMappings();
  filterField('search').addEventListener('input', filter);
  filterField('verdict').addEventListener('change', filter);
  filterField('source').addEventListener('change', filter);
  startWhy();
  loadWaiting = showWaiting({ explain: explainWaiting, suggest: (id) => suggest(id, accepted), changed: beat });
}

start();
