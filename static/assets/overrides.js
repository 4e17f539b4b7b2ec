/** Corrections of single episodes: `/api/overrides`. */
import { get, post, remove } from './api.js';
import { onSubmit, perform, section } from './action.js';
import { ask, button, byId, empty, notice } from './dom.js';
import { anilistId, anilistLink, traktLink } from './format.js';
import { table } from './table.js';

const FIELDS = ['traktId', 'abs', 'season', 'episode', 'anilistId'];

const described = (row) => `episode ${row.abs} is S${row.season} E${row.episode}`;

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
    { label: 'Only for', cell: (row) => (row.anilistId ? anilistLink(row.anilistId) : 'every entry of the show') },
    { label: 'Actions', kind: 'actions', cell: (row) => button('Remove', ({ currentTarget }) => removeOne(currentTarget, row), 'small') },
  ];

  const load = section(byId('overrides'), () => get('/api/overrides'), ({ items }) => items.length
    ? table('Corrections of single episodes', columns, items, 25)
    : empty('No corrections', 'Add one when a single episode is numbered differently on Trakt.'));

  const form = byId('override-form');
  onSubmit(form, byId('override-result'), async () => {
    form.elements.anilistId.value = anilistId(form.elements.anilistId.value);
    const body = formBody(form.elements, FIELDS);
    await post('/api/overrides', { body });
    form.reset();
    load();
    return notice('good', `Saved: ${described(body)}`);
  }, 'Saving…');
}
