/** How the other services stand: as dots, and as a table. */
import { el, pill } from '../lib/dom.js';
import { localDay, sentence, time } from '../lib/format.js';
import { table } from '../lib/table.js';
import { serviceName, standing } from '../words.js';

/** @import { Column } from '../lib/table.js' */

/**
 * A service that was never asked, or is well and has no account, needs no line. TMDB is optional.
 * @param {Api.Connection} connection
 */
const isTold = ({ name, state, account }) => account || !(state === 'ok' || state === 'untried' || (name === 'tmdb' && state === 'not_configured'));

/** @type {Column<Api.Connection>[]} */
const COLUMNS = [
  { label: 'Service', cell: ({ name }) => serviceName(name) },
  { label: 'State', cell: ({ state }) => pill(...standing(state)) },
  { label: 'What this means', kind: 'wide', cell: ({ message, hint, retryAt }) => [
    sentence(message), retryAt && [' Next try ', time(retryAt), '.'], hint && el('div', { class: 'muted' }, sentence(hint.replace(/ at \/$/, ' at Home'))),
  ] },
  { label: 'Sign-in ends', kind: 'brief', cell: ({ expiresAt }) => (expiresAt ? time(expiresAt, localDay) : '') },
];

/** @param {Api.Connection[]} connections */
export const connectionTable = (connections) => table('How the services stand', COLUMNS, connections.filter(isTold));

/** @param {Api.Connection} connection */
function line({ name, state, message, retryAt, hint }) {
  const [word, tone] = standing(state);
  return el('li', {},
    el('span', { class: `mark ${name}`, 'aria-hidden': 'true' }),
    el('div', {}, el('strong', {}, serviceName(name)), ' ', el('span', { class: `state ${tone}` }, el('span', { class: 'dot', 'aria-hidden': 'true' }), word),
      el('div', { class: 'muted' }, sentence(message), retryAt && [' Next try ', time(retryAt), '.'], tone !== 'good' && hint && ` ${sentence(hint.replace(/ at \/$/, ' on this page'))}`)));
}

/** @param {Api.Connection[]} connections */
export const connectionLines = (connections) => el('ul', { class: 'services' }, connections.filter(isTold).map(line));
