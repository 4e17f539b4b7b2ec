/** The page `/mappings`: where every title belongs, and the titles that wait for a decision. */
import { get, remove } from './api.js';
import { errorNotice, perform, section } from './action.js';
import { ask, button, byId, el, empty, fill, link, notice } from './dom.js';
import { explanation } from './explanation.js';
import { anilistLink, count, localDay, manualHref, otherLinks, sentence, sourceName, time, traktLink } from './format.js';
import { beat } from './shell.js';
import { table } from './table.js';
import { suggestions } from './suggestions.js';
import { showWaiting } from './waiting.js';

let mappings = { manual: [], auto: [] };

/** Opens something about an entry over the page. */
async function open(id, heading, busy, work) {
  byId('why-title').textContent = heading;
  fill(byId('why-body'), el('p', { class: 'working' }, busy));
  fill(byId('why-fix'), link(manualHref({ anilistId: id }), 'Map it by hand'));
  byId('why').showModal();
  try {
    fill(byId('why-body'), await work());
  } catch (error) {
    fill(byId('why-body'), errorNotice(error));
  }
}

const explain = (id) => open(id, 'Why is it placed there?', 'Working it out…',
  async () => explanation(await get('/api/explain', { anilistId: id })));

/** Why a title waits, also where that has nothing to do with its place. */
const explainWaiting = (row) => open(row.anilistId, 'Why does it wait?', 'Working it out…', async () => {
  const entry = await get('/api/explain', { anilistId: row.anilistId });
  const other = row.reason !== entry.reason && notice('warn', el('strong', {}, sentence(row.sentence)), el('p', {}, sentence(row.hint)));
  return [other, explanation(entry)];
});

const suggest = (id) => open(id, 'Where does it belong?', 'Searching Trakt…',
  async () => suggestions(await get('/api/suggestions', { anilistId: id }), byId('waiting-result'), () => {
    byId('why').close();
    loadMappings();
    loadWaiting();
    beat();
  }));

const pin = ({ season, offset }) => [
  season !== null && season !== undefined && `season ${season}`,
  offset ? `after ${count(offset, 'episode')}` : null,
].filter(Boolean).join(', ');

const editHref = (mapping) => manualHref({
  anilistId: mapping.anilistId, traktId: mapping.traktId, type: mapping.mediaType, season: mapping.season,
  offset: mapping.offset, tmdbId: mapping.tmdbId, imdbId: mapping.imdbId, tvdbId: mapping.tvdbId,
});

const spaced = (links) => links.flatMap((one) => [one, ' ']);

const COLUMNS = [
  { label: 'Title', kind: 'wide', cell: (mapping) => anilistLink(mapping.anilistId, mapping.title) },
  { label: 'Trakt', cell: (mapping) => [traktLink(mapping.mediaType, mapping.traktId), el('div', { class: 'muted' }, pin(mapping))] },
  { label: 'Elsewhere', kind: 'brief', cell: (mapping) => spaced(otherLinks(mapping)) },
  { label: 'Source', cell: (mapping) => sourceName(mapping.source) },
  { label: 'Changed', cell: (mapping) => time(mapping.updatedAt, localDay) },
];

const edit = (mapping, label) => el('a', { class: 'button', href: editHref(mapping) }, label);
const why = (mapping) => button('Why?', () => explain(mapping.anilistId), 'small');

async function removeMapping(control, mapping) {
  const name = mapping.title ?? `AniList ${mapping.anilistId}`;
  if (!(await ask(`Remove the mapping you made for ${name}? The next sync finds a place for it by itself.`, 'Remove'))) return;
  perform(control, byId('mappings-result'), async () => {
    await remove('/api/manual-map', { anilistId: mapping.anilistId });
    loadMappings();
    return notice('good', `Removed: ${name}`);
  });
}

const manualActions = (mapping) => el('div', { class: 'row' },
  why(mapping),
  edit(mapping, 'Edit'),
  button('Remove', ({ currentTarget }) => removeMapping(currentTarget, mapping), 'small'));
const autoActions = (mapping) => el('div', { class: 'row' }, why(mapping), edit(mapping, 'Correct'));

const actions = (cell) => ({ label: 'Actions', kind: 'actions', cell });

const searchable = (mapping) => [
  mapping.title, mapping.anilistId, mapping.traktId, mapping.tmdbId, mapping.imdbId, mapping.tvdbId, sourceName(mapping.source), mapping.mediaType,
].join(' ').toLowerCase();

function listed(rows, caption, cell, none) {
  const words = byId('search').value.trim().toLowerCase().split(/\s+/);
  const is = (name, value) => !byId(name).value || byId(name).value === value;
  const found = rows.filter((mapping) => is('verdict', mapping.verdict) && is('source', mapping.source)
    && words.every((word) => searchable(mapping).includes(word)));
  if (found.length) return table(caption, [...COLUMNS, actions(cell)], found, 50);
  return rows.length ? empty('Nothing matches the filter', 'Try fewer letters, or an id.') : none;
}

function draw() {
  const { manual, auto } = mappings;
  byId('manual-count').textContent = manual.length;
  byId('auto-count').textContent = auto.length;
  fill(byId('manual'), listed(manual, 'Mappings made by hand', manualActions,
    empty('None made by hand', 'When a title is placed wrongly or not at all, ', link('/manual', 'map it by hand'), '.')));
  fill(byId('auto'), listed(auto, 'Mappings found automatically', autoActions,
    empty('None yet', 'They appear with the first preview or sync: ', link('/sync', 'preview a sync'), '.')));
}

/** Lets the filter name every source that there is. */
function offerSources() {
  const chosen = byId('source').value || new URLSearchParams(location.search).get('source');
  const names = [...new Set([...mappings.manual, ...mappings.auto].map(({ source }) => source))].sort();
  fill(byId('source'), el('option', { value: '' }, 'any'), names.map((name) => el('option', { value: name }, sourceName(name))));
  byId('source').value = names.includes(chosen) ? chosen : '';
}

const loadMappings = section(byId('mappings-state'), () => get('/api/mappings'), (answer) => {
  mappings = answer;
  offerSources();
  draw();
  return null;
});

const FILTERS = ['search', 'verdict', 'source'];

// The address keeps the filter, so that it can be linked to and is there again after going back.
function filter() {
  const filled = FILTERS.map((name) => [name, byId(name).value]).filter(([, value]) => value);
  history.replaceState(null, '', `${location.pathname}${filled.length ? `?${new URLSearchParams(filled)}` : ''}${location.hash}`);
  draw();
}

const asked = new URLSearchParams(location.search);
for (const name of FILTERS) {
  if (name !== 'source') byId(name).value = asked.get(name) ?? '';
  byId(name).addEventListener(name === 'search' ? 'input' : 'change', filter);
}
byId('why-close').addEventListener('click', () => byId('why').close());
const loadWaiting = showWaiting({ explain: explainWaiting, suggest, changed: beat });
