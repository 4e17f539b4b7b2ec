/** The page `/`: how things stand. */
import { perform, section } from '../lib/action.js';
import { get, post } from '../lib/api.js';
import { byId, el, empty, facts, fill, link, notice, pill } from '../lib/dom.js';
import { onSubmit } from '../lib/form.js';
import { age, count, localDay, localTime, number, sentence, time } from '../lib/format.js';
import { on } from '../lib/live.js';
import { table } from '../lib/table.js';
import { runs } from '../parts/report.js';
import { guide } from '../parts/setup.js';
import { onStatus, startShell } from '../parts/shell.js';
import { anilistLink, DATASETS, modeName, serviceName, standing } from '../words.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Column } from '../lib/table.js' */

/** @typedef {'lastManualSync' | 'lastAutomatedSync' | 'lastCompletedSync' | 'lastWatchingSync'} Sync */

/** @type {[label: string, sync: Sync][]} */
const SYNCS = [
  ['Sync by hand', 'lastManualSync'],
  ['Automatic sync', 'lastAutomatedSync'],
  ['Completed library', 'lastCompletedSync'],
  ['Watching library', 'lastWatchingSync'],
];

/** @param {string} label @param {Child} value @param {Child} below */
const tile = (label, value, below) => el('div', { class: 'tile' },
  el('div', { class: 'label' }, label), el('div', { class: 'value' }, value), el('div', { class: 'muted' }, below));

/** @param {Api.Status} status @param {Sync} sync */
const next = (status, sync) => sync === 'lastAutomatedSync' && status.nextAutomatedSync
  && ['the next one from ', time(status.nextAutomatedSync)];

/** @param {string} label @param {Sync} sync @param {Api.Status} status */
const syncTile = (label, sync, status) => status[sync]
  ? tile(label, age(status[sync]), next(status, sync) || localTime(status[sync]))
  : tile(label, 'Never', next(status, sync) || 'none has synced anything yet');

/** @param {Api.Status} status */
const nowTile = ({ running }) => running
  ? tile('Now', running.mode && modeName(running.mode), ['running since ', time(running.since)])
  : tile('Now', 'Idle', link('/sync', 'Start a sync'));

/** @param {Api.Status} status */
const waitingTile = ({ unmapped }) => unmapped > 0
  ? tile('Waiting for a decision', number(unmapped), link('/mappings#waiting', 'Decide'))
  : tile('Waiting for a decision', 'Nothing', 'no title needs you');

/**
 * Draws the tiles when the status says something new, so that a link in them keeps the focus, and
 * tells `changed` each time but the first.
 * @param {() => void} changed
 */
function showStatus(changed) {
  let drawn = '';
  onStatus((status) => {
    const now = JSON.stringify(status);
    if (now === drawn) return;
    const first = drawn === '';
    drawn = now;
    fill(byId('status'), nowTile(status), waitingTile(status), SYNCS.map(([label, sync]) => syncTile(label, sync, status)));
    if (!first) changed();
  });
}

/** @type {Column<Api.Connection>[]} */
const CONNECTION_COLUMNS = [
  { label: 'Service', cell: ({ name }) => serviceName(name) },
  { label: 'State', cell: ({ state }) => pill(...standing(state)) },
  { label: 'What this means', kind: 'wide', cell: ({ message, hint, retryAt }) => [
    sentence(message), retryAt && [' Next try ', time(retryAt), '.'], hint && el('div', { class: 'muted' }, sentence(hint.replace(/ at \/$/, ' on this page'))),
  ] },
  { label: 'Sign-in ends', kind: 'brief', cell: ({ expiresAt }) => (expiresAt ? time(expiresAt, localDay) : '') },
];

/**
 * A service that was never asked, or is well and has no account, needs no line. TMDB is optional.
 * @param {Api.Connection} connection
 */
const isTold = ({ name, state, account }) => account || !(state === 'ok' || state === 'untried' || (name === 'tmdb' && state === 'not_configured'));

/** @param {() => Promise<Api.Connection[]>} load */
const showConnections = (load) => section(byId('connections-list'), load,
  (connections) => table('How the services stand', CONNECTION_COLUMNS, connections.filter(isTold)));

/** @param {Api.DatasetStanding} info @returns {[label: string, value: Child][]} */
function lastChange(info) {
  if ('lastActivity' in info) return [['Changed by its makers', info.lastActivity && age(info.lastActivity)]];
  if ('lastFullSync' in info) return [['Last automatic sync', info.lastFullSync && age(info.lastFullSync)]];
  return [];
}

/** @param {Api.DatasetStanding} info */
const datasetFacts = (info) => info.count > 0 || info.lastSync
  ? facts([['Entries', number(info.count)], ['Fetched', info.lastSync ? age(info.lastSync) : 'never'], ...lastChange(info)])
  : empty('Not fetched yet', 'Refresh it once: titles are matched with it.');

/** @param {Api.Dataset} name */
function showDataset(name) {
  const path = /** @type {const} */ (`/api/refresh-${name}`);
  const load = section(byId(`${name}-info`), () => get(path, { check: 1 }), datasetFacts);
  const refresh = async () => {
    const answer = await post(path);
    load();
    return notice('good', answer.changed
      ? `Fetched ${count(answer.count, 'entry', 'entries')}.`
      : 'Unchanged since the last fetch.');
  };
  const control = byId(`${name}-refresh`);
  control.addEventListener('click', () => perform(control, byId(`${name}-result`), refresh, 'Fetching… this may take a minute.'));
}

/** @type {Partial<Record<Api.DatasetState, string>>} */
const DOING = { fetching: 'Fetching…', reading: 'Reading…', failed: 'It could not be had; the old one stays.' };

function showDatasets() {
  for (const name of /** @type {Api.Dataset[]} */ (Object.keys(DATASETS))) showDataset(name);
  on('dataset', ({ name, state }) => { byId(`${name}-state`).textContent = DOING[state] ?? ''; });
}

const showRuns = () => section(byId('runs'), () => get('/api/runs'), ({ items }) => (items.length
  ? runs(items.slice(0, 5))
  : empty('No run yet', 'Preview a sync first: ', link('/sync', 'to the syncs'), '.')));

/** @param {Api.SignInAddress} address */
const signInLink = ({ authUrl, redirectUri }) => [
  el('p', {}, link(authUrl, 'Open the Trakt sign-in')),
  el('p', { class: 'hint' }, redirectUri.startsWith('urn:')
    ? 'Trakt shows you a code there; paste it here.'
    : ['Trakt sends you on to ', el('code', {}, redirectUri), '; the code is in that address.']),
];

/** Loads the address to sign in at again, once there is one. @type {(() => void) | null} */
let loadSignIn = null;

/**
 * Without an app there is nothing to sign in with; the guide above says how to get one.
 * @param {boolean} appIsThere
 */
function showSignIn(appIsThere) {
  byId('trakt').hidden = !appIsThere;
  if (appIsThere) loadSignIn ??= section(byId('trakt-link'), () => get('/api/trakt-auth'), signInLink);
}

/**
 * The code in what was pasted: the code itself, or the whole address Trakt sent the person to.
 * @param {string} text
 */
const pastedCode = (text) => /[?&]code=([^&#\s]+)/.exec(text)?.[1] ?? text.trim();

/** @param {() => void} signedIn */
function takeCodes(signedIn) {
  onSubmit(byId('trakt-form', HTMLFormElement), byId('trakt-result'), async () => {
    const field = byId('trakt-code', HTMLInputElement);
    const answer = await post('/api/trakt-auth', { body: { code: pastedCode(field.value) } });
    field.value = '';
    loadSignIn?.();
    signedIn();
    const until = new Date(Date.now() + answer.expires_in * 1000).toISOString();
    return notice('good', el('strong', {}, sentence(answer.message)), el('p', {}, 'Good until ', time(until), '; renewed by itself.'));
  }, 'Asking Trakt…');
}

/**
 * Pictures come from AniList's own host, which the page's policy names, and only when they are seen.
 * @param {Api.Progress} row
 */
const cover = ({ cover: src }) => src && el('img', {
  src, alt: '', width: 28, height: 40, loading: 'lazy', referrerpolicy: 'no-referrer', class: 'cover',
});

/** @type {Column<Api.Progress>[]} */
const PROGRESS_COLUMNS = [
  { label: 'Title', kind: 'wide', cell: (row) => [cover(row), anilistLink(row.anilistId, row.title)] },
  { label: 'Last episode', kind: 'number', cell: (row) => number(row.lastAbs) },
  { label: 'Synced', cell: (row) => time(row.updatedAt) },
];

const showProgress = () => section(byId('progress'),
  () => get('/api/progress', { limit: 100 }), ({ items }) => items.length
    ? table('Latest progress, newest first', PROGRESS_COLUMNS, items, 12)
    : empty('No title is synced yet', 'See what a sync would do first: ', link('/sync', 'preview a sync'), '.'));

function start() {
  startShell();
  const loadConnections = showConnections(guide({ signedIn: () => loadConnections(), appIsKnown: showSignIn }));
  showDatasets();
  const loads = [showRuns(), loadConnections, showProgress()];
  takeCodes(loadConnections);
  showStatus(() => loads.forEach((load) => load()));
}

start();
