/** The tokens of programs: `/api/auth/tokens`. */
import { perform, section } from '../lib/action.js';
import { get, post, remove } from '../lib/api.js';
import { confirm } from '../lib/confirm.js';
import { button, byId, el, empty, notice, pill } from '../lib/dom.js';
import { onSubmit } from '../lib/form.js';
import { age } from '../lib/format.js';
import { table } from '../lib/table.js';
import { trimmed } from '../lib/secret.js';
import { shownOnce } from './once.js';

/** @import { Column } from '../lib/table.js' */

let load = () => {};

/** @param {HTMLFormElement} form */
async function make(form) {
  const body = { name: trimmed(form, 'name'), read_only: byId('read-only', HTMLInputElement).checked };
  const made = await post('/api/auth/tokens', { body });
  form.reset();
  load();
  return shownOnce(`The token for ${made.name}`, made.token, 'Copy it now: it is not shown again.');
}

/** @param {HTMLElement} control @param {Api.Token} token */
async function revoke(control, token) {
  const sure = await confirm({ title: `Revoke the token for ${token.name}?`, text: 'The program that has it is refused from then on.', yes: 'Revoke the token' });
  if (!sure) return;
  await perform(control, byId('tokens-said'), async () => {
    await remove(`/api/auth/tokens/${encodeURIComponent(token.id)}`);
    load();
    return notice('good', `Revoked: ${token.name}`);
  }, 'Revoking it…');
}

/** @type {Column<Api.Token>[]} */
const COLUMNS = [
  { label: 'For', kind: 'wide', cell: (token) => [token.name, token.read_only && el('span', {}, ' ', pill('only reads'))] },
  { label: 'Made', cell: (token) => age(token.created_at) },
  { label: 'Last used', cell: (token) => (token.last_used_at ? age(token.last_used_at) : 'never') },
  { label: 'Actions', kind: 'actions', cell: (token) => button('Revoke', ({ currentTarget }) => revoke(currentTarget, token), 'small') },
];

/** Fills the section, and makes what its form asks for. */
export function showTokens() {
  load = section(byId('tokens'), () => get('/api/auth/tokens'), ({ items }) => items.length
    ? table('Tokens for programs', COLUMNS, items, 25)
    : empty('No tokens', 'Programs can also sign in by name and password, for 24 hours each time.'));
  const form = byId('make-token', HTMLFormElement);
  onSubmit(form, byId('tokens-said'), () => make(form), 'Making it…');
}
