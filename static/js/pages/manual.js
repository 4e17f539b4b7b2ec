/** The page `/manual`: say where an entry belongs, and correct single episodes. */
import { perform, show } from '../lib/action.js';
import { get, post, remove } from '../lib/api.js';
import { button, byId, el, empty, fill, hint, link, notice } from '../lib/dom.js';
import { anilistId, fieldOf, formBody, numberOrText, onSubmit } from '../lib/form.js';
import { table } from '../lib/table.js';
import { explanation } from '../parts/explanation.js';
import { correctTitle, showOverrides } from '../parts/overrides.js';
import { startShell } from '../parts/shell.js';
import { nameWhatIsSeen } from '../parts/trakt-titles.js';
import { anilistLink, traktLink } from '../words.js';

/** @import { Column } from '../lib/table.js' */
/** @import { Target } from '../parts/evidence.js' */

const FIELDS = /** @type {const} */ (['traktId', 'type', 'season', 'offset', 'tmdbId', 'imdbId', 'tvdbId']);

const form = () => byId('map-form', HTMLFormElement);
/** @param {'anilistId' | (typeof FIELDS)[number]} name */
const field = (name) => fieldOf(form(), name);

function chosenEntry() {
  const id = anilistId(field('anilistId').value);
  field('anilistId').value = id;
  correctTitle(id);
  return id;
}

/**
 * Fills the form with a place: all of it, so that nothing of another place stays behind.
 * @param {Target} place
 */
function useTarget({ kind, id, season, offset }) {
  for (const name of FIELDS) field(name).value = '';
  field('traktId').value = String(id);
  field('type').value = kind;
  field('season').value = String(season ?? '');
  field('offset').value = String(offset ?? '');
  field('traktId').focus();
}

/**
 * Shows the current explanation below the form.
 * @param {string | number} id
 */
function showExplanation(id) {
  byId('explanation-section').hidden = false;
  return show(byId('explanation'), 'Looking it up…',
    async () => explanation(await get('/api/explain', { anilistId: id }), useTarget));
}

/**
 * The mapping of this title that was made by hand before, if one was.
 * @param {string} id
 */
async function savedMapping(id) {
  const { manual } = await get('/api/mappings');
  return manual.find((mapping) => String(mapping.anilistId) === id);
}

/**
 * Puts back what was there before a mapping was saved.
 * @param {number} id
 * @param {Api.Mapping} [before]
 */
async function takeBack(id, before) {
  if (before) await post('/api/manual-map', { body: { ...before, type: before.mediaType } });
  else await remove('/api/manual-map', { anilistId: id });
  showExplanation(id);
  return notice('good', before ? 'The mapping from before is back.' : 'The mapping is gone; the sources decide again.');
}

/**
 * Fills the form from the mapping that was made by hand before, where the form is still empty.
 * @param {string} id
 */
async function fillFromSaved(id) {
  const saved = await savedMapping(id);
  if (!saved || field('traktId').value) return;
  const values = { ...saved, type: saved.mediaType };
  for (const name of FIELDS) field(name).value = String(values[name] ?? '');
}

async function lookUp() {
  const id = chosenEntry();
  if (!id) return hint('Give the number or the address of the title on AniList first.');
  await Promise.all([showExplanation(id), fillFromSaved(id)]);
  return null;
}

/** @type {Column<Api.Hit>[]} */
const HIT_COLUMNS = [
  { label: 'On Trakt', kind: 'wide', cell: ({ kind, traktId, title, year }) => [traktLink(kind, traktId, { title }), year && ` (${year})`] },
  { label: 'Is a', cell: ({ kind }) => (kind === 'movie' ? 'film' : 'show') },
  { label: '', kind: 'actions', cell: ({ kind, traktId }) => button('Use this', () => useTarget({ kind, id: traktId }), 'small') },
];

async function search() {
  const text = byId('search', HTMLInputElement).value.trim();
  if (!text) return hint('Write a title, or a part of it, first.');
  const { items } = await get('/api/search', { q: text });
  return items.length ? table(`What Trakt finds for ${text}`, HIT_COLUMNS, items, 8)
    : empty('Nothing found', 'Try the original title, or fewer words.');
}

/** What the form says of `id`. @param {string} id */
const body = (id) => ({ anilistId: numberOrText(id), ...formBody(form(), [...FIELDS]) });

/** What the form would come to, without saving it. */
async function tryOut() {
  const answer = await post('/api/manual-map?dry=1', { body: body(chosenEntry()) });
  byId('explanation-section').hidden = false;
  fill(byId('explanation'), notice('warn', 'This is not saved yet.'), explanation(answer, useTarget));
  return answer.placement ? hint('The episodes are shown beside the form.')
    : notice('warn', 'Nothing would be placed so: Trakt lists no such season or episodes there.');
}

async function save() {
  const id = chosenEntry();
  const kind = field('type').value === 'movie' ? 'movie' : 'show';
  const traktId = field('traktId').value.trim();
  const said = body(id);
  const before = await savedMapping(id);
  const { added } = await post('/api/manual-map', { body: said });
  // It is saved, whether or not its names can be told.
  const entry = await get('/api/explain', { anilistId: added }).catch(() => null);
  showExplanation(added);
  return notice('good',
    el('strong', {}, 'Saved: ', anilistLink(added, entry?.title), ' is ', traktLink(kind, traktId, entry?.traktTitle), '.'),
    el('p', {}, link(`/sync?anilistId=${added}`, 'Sync this title'), ' now, or wait for the next run.'),
    button('Take it back', ({ currentTarget }) => perform(currentTarget, byId('map-result'), () => takeBack(added, before))));
}

function prefill() {
  const query = new URLSearchParams(location.search);
  for (const name of /** @type {const} */ (['anilistId', ...FIELDS])) field(name).value = query.get(name) ?? '';
  if (query.has('tmdbId') || query.has('imdbId') || query.has('tvdbId')) byId('other-ids', HTMLDetailsElement).open = true;
  if (query.has('anilistId')) byId('look-up').click();
}

function offerSearch() {
  const control = byId('search-button');
  control.addEventListener('click', () => perform(control, byId('search-result'), search, 'Searching…'));
  byId('search').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    control.click();
  });
}

function start() {
  startShell();
  nameWhatIsSeen();
  offerSearch();
  const [tryButton, lookUpButton] = [byId('try'), byId('look-up')];
  tryButton.addEventListener('click', () => perform(tryButton, byId('map-result'), tryOut, 'Looking it up…'));
  lookUpButton.addEventListener('click', () => perform(lookUpButton, byId('map-result'), lookUp, 'Looking it up…'));
  onSubmit(form(), byId('map-result'), save, 'Saving…');
  prefill();
  showOverrides();
}

start();
