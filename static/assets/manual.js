/** The page `/manual`: say where an entry belongs, and correct single episodes. */
import { get, post } from './api.js';
import { errorNotice, onSubmit, perform } from './action.js';
import { byId, el, fill, hint, link, notice } from './dom.js';
import { explanation } from './explanation.js';
import { anilistId, anilistLink, traktLink } from './format.js';
import { showOverrides } from './overrides.js';

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
  return fields.anilistId.value;
}

function useTarget({ kind, id }) {
  fields.traktId.value = id;
  fields.type.value = kind;
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

/** Fills the form from the mapping that was made by hand before, where the form is still empty. */
async function fillFromSaved(id) {
  const { manual } = await get('/api/mappings');
  const saved = manual.find((mapping) => String(mapping.anilistId) === id);
  if (!saved || fields.traktId.value) return;
  for (const name of FIELDS) fields[name].value = (name === 'type' ? saved.mediaType : saved[name]) ?? '';
}

async function lookUp() {
  const id = chosenEntry();
  if (!id) return hint('Give the number or the address of the title on AniList first.');
  await Promise.all([showExplanation(id), fillFromSaved(id)]);
  return null;
}

byId('look-up').addEventListener('click', ({ currentTarget }) => perform(currentTarget, byId('map-result'), lookUp, 'Looking it up…'));

onSubmit(form, byId('map-result'), async () => {
  const id = chosenEntry();
  const body = { anilistId: value(id), ...formBody(fields, FIELDS) };
  const answer = await post('/api/manual-map', { body });
  showExplanation(String(answer.added));
  return notice('good',
    el('strong', {}, 'Saved: ', anilistLink(answer.added), ' is ', traktLink(body.type, body.traktId), '.'),
    el('p', {}, link(`/sync?anilistId=${answer.added}`, 'Sync this title'), ' now, or wait for the next run.'));
}, 'Saving…');

function prefill() {
  const query = new URLSearchParams(location.search);
  for (const name of ['anilistId', ...FIELDS]) fields[name].value = query.get(name) ?? '';
  if (query.has('tmdbId') || query.has('imdbId') || query.has('tvdbId')) byId('other-ids').open = true;
  if (query.has('anilistId')) byId('look-up').click();
}

prefill();
showOverrides(formBody);
