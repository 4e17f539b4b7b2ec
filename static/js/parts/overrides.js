/** Corrections of single episodes: `/api/overrides`. */
import { perform, section } from '../lib/action.js';
import { ApiError, get, post, remove } from '../lib/api.js';
import { ask, button, byId, empty, notice } from '../lib/dom.js';
import { anilistId, fieldOf, formBody, onSubmit } from '../lib/form.js';
import { table } from '../lib/table.js';
import { anilistLink, traktLink } from '../words.js';

/** @import { Column } from '../lib/table.js' */

const FIELDS = ['traktId', 'abs', 'season', 'episode', 'anilistId'];

/** @param {{ season?: number | string, episode?: number | string }} row */
const slotOf = ({ season, episode }) => `S${season} E${episode}`;

/** @param {{ abs?: number | string, season?: number | string, episode?: number | string }} row */
const described = (row) => `episode ${row.abs} is ${slotOf(row)}`;

/**
 * What is sent: the title goes along unless every title of the show is meant.
 * @param {HTMLFormElement} form
 */
function correction(form) {
  const title = fieldOf(form, 'anilistId');
  title.value = anilistId(title.value);
  if (byId('override-whole', HTMLInputElement).checked) return formBody(form, FIELDS.filter((name) => name !== 'anilistId'));
  const body = formBody(form, FIELDS);
  if (!body.anilistId) {
    throw new ApiError('No title is given.', { code: 'bad_request', hint: 'give the title, or say that every title of the show is meant' });
  }
  return body;
}

/**
 * The title that the page is about is the one that a correction is for.
 * @param {string | number} id
 */
export function correctTitle(id) {
  byId('override-anilist', HTMLInputElement).value = String(id);
}

/** @param {HTMLElement} control @param {Api.Override} row @param {() => void} changed */
async function removeOne(control, row, changed) {
  if (!(await ask(`Remove the correction that ${described(row)}?`, 'Remove'))) return;
  await perform(control, byId('override-result'), async () => {
    await remove('/api/overrides', { traktId: row.traktId, abs: row.abs, anilistId: row.anilistId ?? '' });
    changed();
    return notice('good', `Removed: ${described(row)}`);
  });
}

/** @param {() => void} changed @returns {Column<Api.Override>[]} */
const columns = (changed) => [
  { label: 'Show', kind: 'place', cell: (row) => traktLink('show', row.traktId, row.traktTitle) },
  { label: 'Episode', kind: 'number', cell: (row) => String(row.abs) },
  { label: 'Is on Trakt', cell: slotOf },
  { label: 'Only for', cell: (row) => (row.anilistId ? anilistLink(row.anilistId, row.title) : 'every title of the show') },
  { label: 'Actions', kind: 'actions', cell: (row) => button('Remove', ({ currentTarget }) => removeOne(currentTarget, row, changed), 'small') },
];

/** Fills the section, and saves what its form says. */
export function showOverrides() {
  const load = section(byId('overrides'), () => get('/api/overrides'), ({ items }) => items.length
    ? table('Corrections of single episodes', columns(() => load()), items, 25)
    : empty('No corrections', 'Add one when a single episode is numbered differently on Trakt.'));

  const form = byId('override-form', HTMLFormElement);
  onSubmit(form, byId('override-result'), async () => {
    const body = correction(form);
    await post('/api/overrides', { body });
    form.reset();
    if (body.anilistId) correctTitle(body.anilistId);
    load();
    return notice('good', `Saved: ${described(body)}, ${body.anilistId ? 'for this title' : 'for every title of the show'}`);
  }, 'Saving…');
}
