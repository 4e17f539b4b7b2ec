/** The sign-ins of an account: `/api/auth/sessions`. */
import { perform, section } from '../lib/action.js';
import { get, remove } from '../lib/api.js';
import { confirm } from '../lib/confirm.js';
import { button, byId, el, empty, notice, pill } from '../lib/dom.js';
import { age, count } from '../lib/format.js';
import { table } from '../lib/table.js';
import { agentName } from '../words.js';

/** @import { Column } from '../lib/table.js' */

/** @type {Api.Session[]} */
let others = [];
let load = () => {};

/** @param {Api.Session} session */
const end = (session) => remove(`/api/auth/sessions/${encodeURIComponent(session.id)}`);

/** @param {HTMLElement} control @param {Api.Session} session */
const endOne = (control, session) => perform(control, byId('sessions-said'), async () => {
  await end(session);
  load();
  return notice('good', `Ended: ${agentName(session.agent)}`);
}, 'Ending it…');

/** @param {HTMLElement} control */
async function endOthers(control) {
  const sure = await confirm({
    title: 'Sign out everywhere else?',
    text: `${count(others.length, 'sign-in')} will end: browsers and programs there have to sign in again. This browser stays signed in, and tokens for programs stay good.`,
    yes: 'Sign out everywhere else',
  });
  if (!sure) return;
  await perform(control, byId('sessions-said'), async () => {
    const { ended } = /** @type {{ ended: number }} */ (await remove('/api/auth/sessions'));
    load();
    return notice('good', `Signed out everywhere else: ${count(ended, 'sign-in')} ended.`);
  }, 'Ending them…');
}

/** @type {Column<Api.Session>[]} */
const COLUMNS = [
  { label: 'Where', kind: 'wide', cell: ({ agent, current }) => el('span', { title: agent }, agentName(agent), current && [' ', pill('This browser', 'good')]) },
  { label: 'Signed in', cell: (session) => age(session.created_at) },
  { label: 'Ends', cell: (session) => (session.expires_at ? age(session.expires_at) : 'never') },
  { label: 'Actions', kind: 'actions', cell: (session) => !session.current && button('End', ({ currentTarget }) => endOne(currentTarget, session), 'small') },
];

/** @param {Api.List<Api.Session>} answer */
function draw({ items }) {
  others = items.filter((session) => !session.current);
  // Who is not among them, as nobody signs in here, has no others.
  byId('end-others').hidden = others.length === 0 || others.length === items.length;
  return items.length ? table('Sign-ins', COLUMNS, items, 10) : empty('Nobody is signed in', 'A sign-in by name and password shows up here.');
}

/** Fills the section. @returns {() => void} what loads it again */
export function showSessions() {
  byId('end-others').addEventListener('click', () => endOthers(byId('end-others')));
  load = section(byId('sessions'), () => get('/api/auth/sessions'), draw);
  return load;
}
