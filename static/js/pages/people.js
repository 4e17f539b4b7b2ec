/** The page `/people`: everybody's accounts, for administrators. */
import { perform, section } from '../lib/action.js';
import { get } from '../lib/api.js';
import { byId, el, empty, pill } from '../lib/dom.js';
import { localDay, time } from '../lib/format.js';
import { table } from '../lib/table.js';
import { avatar, nameOf } from '../parts/account.js';
import { actionsFor, invite } from '../parts/people.js';
import { startShell } from '../parts/shell.js';

/** @import { Column } from '../lib/table.js' */

/** @param {Api.Profile} account @param {boolean} isOwn */
const who = (account, isOwn) => el('div', { class: 'person' }, avatar(account),
  el('div', {}, el('strong', {}, nameOf(account)), isOwn && [' ', pill('You')], account.full_name && el('div', { class: 'muted' }, account.username)));

/** @param {number | null} own @param {() => void} changed @returns {Column<Api.Profile>[]} */
const columns = (own, changed) => [
  { label: 'Name', kind: 'wide', cell: (account) => who(account, account.id === own) },
  { label: 'Role', cell: ({ administrator }) => (administrator ? pill('Administrator', 'accent') : pill('Member')) },
  { label: 'State', cell: ({ disabled }) => (disabled ? pill('Disabled', 'bad') : pill('Active', 'good')) },
  { label: 'Since', cell: (account) => time(account.created_at, localDay) },
  { label: 'Actions', kind: 'actions', cell: (account) => actionsFor(account, account.id === own, changed) },
];

/** The accounts, and the number of the one that looks; none where nobody signs in. */
async function everybody() {
  const [{ items }, { auth }] = await Promise.all([get('/api/admin/accounts'), get('/api/auth/ways')]);
  const own = auth === 'accounts' ? (await get('/api/auth/me')).id : null;
  return { items, own };
}

function start() {
  startShell();
  const load = section(byId('people'), everybody, ({ items, own }) => items.length
    ? table('People', columns(own, () => load()), items, 50)
    : empty('Nobody has an account here', 'Whoever registers first becomes the administrator.'));
  byId('invite').addEventListener('click', () => perform(byId('invite'), byId('said'), invite, 'Making an invitation…'));
}

start();
