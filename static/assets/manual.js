/** The page `/manual`: say where an entry belongs, and correct single episodes. */
import { get, post, remove } from './api.js';
import { errorNotice, onSubmit, perform } from './action.js';
import { button, byId, el, empty, fill, hint, link, notice } from './dom.js';
import { explanation } from './explanation.js';
import { anilistId, anilistLink, traktLink } from './format.js';
import { correctTitle, showOverrides } from './overrides.js';
import { table } from './table.js';

const form = byId('map-form');
const fields = form.elements;
const FIELDS = ['traktId', 'type', 'season', 'offset', 'tmdbId', 'imdbId', 'tvdbId'];

// Digits go out as a number; anything else goes out as it is, and the answer names the field.
const value = (text) => (/^\d+$/.test(text) ? Number(text) : text);

/** What the form says, without the fields that are empty. */
export function formBody(elements, names) {
  const filled = names.map((name) => [name, elements[name].value.trim()]).filter(([, text]) => text !== '');
  return Object.fromEntries(filled.map(([name, text]) => [name, value(text)]));
}

function chosenEntry() {
  fields.anilistId.value = anilistId(fields.anilistId.value);
  correctTitle(fields.anilistId.value);
  return fields.anilistId.value;
}

/** Fills the form with a place: all of it, so that nothing of another place stays behind. */
function useTarget({ kind, id, season, offset }) {
  for (const name of FIELDS) fields[name].value = '';
  Object.entries({ traktId: id, type: kind, season, offset }).forEach(([name, one]) => { fields[name].value = one ?? ''; });
  fields.traktId.focus();
}

/** Shows the current explanation below the form. */
async function showExplanation(id) {
  byId('explanation-section').hidden = false;
  fill(byId('explanation'), el('p', { class: 'working' }, 'Looking it up…'));
  try {
    fill(byId('explanation'), explanation(await get('/api/explain', { anilistId: id }), useTarget));
  } catch (error) {
    fill(byId('explanation'), errorNotice(error));
  }
}

/** The mapping of this title that was made by hand before, if one was. */
async function savedMapping(id) {
  const { manual } = await get('/api/mappings');
  return manual.find((mapping) => String(mapping.anilistId) === String(id));
}

/** Puts back what was there before a mapping was saved. */
async function takeBack(id, before) {
  if (before) await post('/api/manual-map', { body: { ...before, type: before.mediaType } });
  else await remove('/api/manual-map', { anilistId: id });
  showExplanation(String(id));
  return notice('good', before ? 'The mapping from before is back.' : 'The mapping is gone; the sources decide again.');
}

/** Fills the form from the mapping that was made by hand before, where the form is still empty. */
async function fillFromSaved(id) {
  const saved = await savedMapping(id);
  if (!saved || fields.traktId.value) return;
  for (const name of FIELDS) fields[name].value = (name === 'type' ? saved.mediaType : saved[name]) ?? '';
}

async function lookUp() {
  const id = chosenEntry();
  if (!id) return hint('Give the number or the address of the title on AniList first.');
  await Promise.all([showExplanation(id), fillFromSaved(id)]);
  return null;
}

const HIT_COLUMNS = [
  { label: 'On Trakt', kind: 'wide', cell: ({ kind, traktId, title, year }) => [traktLink(kind, traktId, title), year && ` (${year})`] },
  { label: 'Is a', cell: ({ kind }) => (kind === 'movie' ? 'film' : 'show') },
  { label: '', kind: 'actions', cell: ({ kind, traktId }) => button('Use this', () => useTarget({ kind, id: traktId }), 'small') },
];

async function search() {
  const text = byId('search').value.trim();
  if (!text) return hint('Write a title, or a part of it, first.');
  const { items } = await get('/api/search', { q: text });
  return items.length ? table(`What Trakt finds for ${text}`, HIT_COLUMNS, items, 8)
    : empty('Nothing found', 'Try the original title, or fewer words.');
}

/** What the form would come to, without saving it. */
async function tryOut() {
  const body = { anilistId: value(chosenEntry()), ...formBody(fields, FIELDS) };
  const answer = await post('/api/manual-map', { params: { dry: 1 }, body });
  byId('explanation-section').hidden = false;
  fill(byId('explanation'), notice('warn', 'This is not saved yet.'), explanation(answer, useTarget));
  return answer.placement ? hint('The episodes are shown beside the form.')
    : notice('warn', 'Nothing would be placed so: Trakt lists no such season or episodes there.');
}

byId('search-button').addEventListener('click', ({ currentTarget }) => perform(currentTarget, byId('search-result'), search, 'Searching…'));
byId('search').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  byId('search-button').click();
});
byId('try').addEventListener('click', ({ currentTarget }) => perform(currentTarget, byId('map-result'), tryOut, 'Looking it up…'));
byId('look-up').addEventListener('click', ({ currentTarget }) => perform(currentTarget, byId('map-result'), lookUp, 'Looking it up…'));

onSubmit(form, byId('map-result'), async () => {
  const id = chosenEntry();
  const body = { anilistId: value(id), ...formBody(fields, FIELDS) };
  const before = await savedMapping(id);
  const answer = await post('/api/manual-map', { body });
  showExplanation(String(answer.added));
  return notice('good',
    el('strong', {}, 'Saved: ', anilistLink(answer.added), ' is ', traktLink(body.type, body.traktId), '.'),
    el('p', {}, link(`/sync?anilistId=${answer.added}`, 'Sync this title'), ' now, or wait for the next run.'),
    button('Take it back', ({ currentTarget }) => perform(currentTarget, byId('map-result'), () => takeBack(answer.added, before))));
}, 'Saving…');

function prefill() {
  const query = new URLSearchParams(location.search);
  for (const name of ['anilistId', ...FIELDS]) fields[name].value = query.get(name) ?? '';
  if (query.has('tmdbId') || query.has('imdbId') || query.has('tvdbId')) byId('other-ids').open = true;
  if (query.has('anilistId')) byId('look-up').click();
}

prefill();
showOverrides(formBody);
