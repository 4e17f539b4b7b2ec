/** Corrections of single episodes: `/api/overrides`. */
import { ApiError, get, post, remove } from './api.js';
import { onSubmit, perform, section } from './action.js';
import { ask, button, byId, empty, notice } from './dom.js';
import { anilistId, anilistLink, traktLink } from './format.js';
import { table } from './table.js';

const FIELDS = ['traktId', 'abs', 'season', 'episode', 'anilistId'];

const described = (row) => `episode ${row.abs} is S${row.season} E${row.episode}`;

/** What is sent: the title goes along unless every title of the show is meant. */
function correction(elements, formBody) {
  elements.anilistId.value = anilistId(elements.anilistId.value);
  if (elements.whole.checked) return formBody(elements, FIELDS.filter((name) => name !== 'anilistId'));
  const body = formBody(elements, FIELDS);
  if (!body.anilistId) {
    throw new ApiError('No title is given.', { code: 'bad_request', hint: 'give the title, or say that every title of the show is meant' });
  }
  return body;
}

/** The title that the page is about is the one that a correction is for. */
export function correctTitle(id) {
  byId('override-anilist').value = id;
}

/** Fills the section; `formBody` reads a form. */
export function showOverrides(formBody) {
  const removeOne = async (control, row) => {
    if (!(await ask(`Remove the correction that ${described(row)}?`, 'Remove'))) return;
    perform(control, byId('override-result'), async () => {
      await remove('/api/overrides', { traktId: row.traktId, abs: row.abs, anilistId: row.anilistId ?? '' });
      load();
      return notice('good', `Removed: ${described(row)}`);
    });
  };

  const columns = [
    { label: 'Show', cell: (row) => traktLink('show', row.traktId) },
    { label: 'Episode', kind: 'number', cell: (row) => String(row.abs) },
    { label: 'Is on Trakt', cell: (row) => `S${row.season} E${row.episode}` },
    { label: 'Only for', cell: (row) => (row.anilistId ? anilistLink(row.anilistId) : 'every title of the show') },
    { label: 'Actions', kind: 'actions', cell: (row) => button('Remove', ({ currentTarget }) => removeOne(currentTarget, row), 'small') },
  ];

  const load = section(byId('overrides'), () => get('/api/overrides'), ({ items }) => items.length
    ? table('Corrections of single episodes', columns, items, 25)
    : empty('No corrections', 'Add one when a single episode is numbered differently on Trakt.'));

  const form = byId('override-form');
  onSubmit(form, byId('override-result'), async () => {
    const body = correction(form.elements, formBody);
    await post('/api/overrides', { body });
    form.reset();
    if (body.anilistId) correctTitle(body.anilistId);
    load();
    return notice('good', `Saved: ${described(body)}, ${body.anilistId ? 'for this title' : 'for every title of the show'}`);
  }, 'Saving…');
}
