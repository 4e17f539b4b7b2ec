/** The page `/`: how things stand. */
import { get, post } from './api.js';
import { onSubmit, perform, section } from './action.js';
import { byId, el, empty, facts, fill, link, notice, pill } from './dom.js';
import { age, anilistLink, count, localDay, localTime, modeName, number, sentence, time } from './format.js';
import { on } from './live.js';
import { runs } from './report.js';
import { load as loadSetup } from './setup.js';
import { onStatus } from './shell.js';
import { table } from './table.js';

const SYNCS = [
  ['Sync by hand', 'lastManualSync'],
  ['Automatic sync', 'lastAutomatedSync'],
  ['Completed library', 'lastCompletedSync'],
  ['Watching library', 'lastWatchingSync'],
];

const tile = (label, value, below) => el('div', { class: 'tile' },
  el('div', { class: 'label' }, label), el('div', { class: 'value' }, value), el('div', { class: 'muted' }, below));

const next = (status, field) => field === 'lastAutomatedSync' && status.nextAutomatedSync
  && ['the next one from ', time(status.nextAutomatedSync)];

const syncTile = ([label, field], status) => status[field]
  ? tile(label, age(status[field]), next(status, field) || localTime(status[field]))
  : tile(label, 'Never', next(status, field) || 'none has synced anything yet');

const nowTile = ({ running }) => running
  ? tile('Now', modeName(running.mode), ['running since ', time(running.since)])
  : tile('Now', 'Idle', link('/sync', 'Start a sync'));

const waitingTile = ({ unmapped }) => unmapped > 0
  ? tile('Waiting for a decision', number(unmapped), link('/mappings#waiting', 'Decide'))
  : tile('Waiting for a decision', 'Nothing', 'no title needs you');

let drawn = '';
let loadProgress = () => {};
let loadRuns = () => {};
let loadConnections = () => {};

// Drawn only when it says something new, so that a link in it keeps the focus.
onStatus((status) => {
  const now = JSON.stringify(status);
  if (now === drawn) return;
  const first = drawn === '';
  drawn = now;
  fill(byId('status'), nowTile(status), waitingTile(status), SYNCS.map((sync) => syncTile(sync, status)));
  if (!first) [loadProgress, loadRuns, loadConnections].forEach((load) => load());
});

const SERVICES = { anilist: 'AniList', trakt: 'Trakt', tmdb: 'TMDB', otaku: 'Otaku', fribbs: 'Fribbs', anibridge: 'AniBridge' };
const STATES = {
  ok: ['Connected', 'good'], expires_soon: ['Ends soon', 'warn'], not_configured: ['Not set up', 'warn'],
  signed_out: ['Signed out', 'bad'], app_gone: ['App refused', 'bad'], account_locked: ['Account locked', 'bad'],
  rate_limited: ['Asked to wait', 'warn'], unreachable: ['Not reachable', 'bad'], refused: ['Refused', 'bad'],
};

const CONNECTION_COLUMNS = [
  { label: 'Service', cell: ({ name }) => SERVICES[name] ?? name },
  { label: 'State', cell: ({ state }) => pill(...(STATES[state] ?? [state, 'warn'])) },
  { label: 'What this means', kind: 'wide', cell: ({ message, hint, retryAt }) => [
    sentence(message), retryAt && [' Next try ', time(retryAt), '.'], hint && el('div', { class: 'muted' }, sentence(hint.replace(/ at \/$/, ' on this page'))),
  ] },
  { label: 'Sign-in ends', kind: 'brief', cell: ({ expiresAt }) => (expiresAt ? time(expiresAt, localDay) : '') },
];

// A service that was never asked, or is well and has no account, needs no line. TMDB is optional.
const isTold = ({ name, state, account }) => account || !(state === 'ok' || state === 'untried' || (name === 'tmdb' && state === 'not_configured'));

loadConnections = section(byId('connections-list'), loadSetup,
  (connections) => table('How the services stand', CONNECTION_COLUMNS, connections.filter(isTold)));

const DATASETS = {
  otaku: (info) => ['Changed by its makers', info.lastActivity && age(info.lastActivity)],
  fribbs: (info) => ['Last automatic sync', info.lastFullSync && age(info.lastFullSync)],
  anibridge: () => null,
};

const dataset = (info, extra) => info.count > 0 || info.lastSync
  ? facts([['Entries', number(info.count)], ['Fetched', info.lastSync ? age(info.lastSync) : 'never'], extra].filter(Boolean))
  : empty('Not fetched yet', 'Refresh it once: titles are matched with it.');

for (const [name, extra] of Object.entries(DATASETS)) {
  const path = `/api/refresh-${name}`;
  const load = section(byId(`${name}-info`), () => get(path, { check: 1 }), (info) => dataset(info, extra(info)));
  byId(`${name}-refresh`).addEventListener('click', ({ currentTarget }) =>
    perform(currentTarget, byId(`${name}-result`), async () => {
      const answer = await post(path);
      load();
      return notice('good', answer.changed === false
        ? 'Unchanged since the last fetch.'
        : `Fetched ${count(answer.count, 'entry', 'entries')}.`);
    }, 'Fetching… this may take a minute.'));
}

const DOING = { fetching: 'Fetching…', reading: 'Reading…', failed: 'It could not be had; the old one stays.' };

on('dataset', ({ name, state }) => {
  const node = byId(`${name}-state`);
  if (node) node.textContent = DOING[state] ?? '';
});

loadRuns = section(byId('runs'), () => get('/api/runs'), ({ items }) => (items.length
  ? runs(items.slice(0, 5))
  : empty('No run yet', 'Preview a sync first: ', link('/sync', 'to the syncs'), '.')));

addEventListener('signed-in', () => loadConnections());

const signInLink = ({ authUrl, redirectUri }) => [
  el('p', {}, link(authUrl, 'Open the Trakt sign-in')),
  el('p', { class: 'hint' }, redirectUri.startsWith('urn:')
    ? 'Trakt shows you a code there; paste it here.'
    : ['Trakt sends you on to ', el('code', {}, redirectUri), '; the code is in that address.']),
];

let loadSignIn = null;

// Without an app there is nothing to sign in with; the guide above says how to get one.
addEventListener('app', ({ detail: isThere }) => {
  byId('trakt').hidden = !isThere;
  if (isThere) loadSignIn ??= section(byId('trakt-link'), () => get('/api/trakt-auth'), signInLink);
});

/** The code in what was pasted: the code itself, or the whole address Trakt sent the person to. */
const pastedCode = (text) => /[?&]code=([^&#\s]+)/.exec(text)?.[1] ?? text.trim();

onSubmit(byId('trakt-form'), byId('trakt-result'), async () => {
  const field = byId('trakt-code');
  const answer = await post('/api/trakt-auth', { body: { code: pastedCode(field.value) } });
  field.value = '';
  loadSignIn?.();
  loadConnections();
  const until = new Date(Date.now() + answer.expires_in * 1000).toISOString();
  return notice('good', el('strong', {}, sentence(answer.message)), el('p', {}, 'Good until ', time(until), '; renewed by itself.'));
}, 'Asking Trakt…');

// Pictures come from AniList's own host, which the page's policy names, and only when they are seen.
const cover = ({ cover: src }) => src && el('img', {
  src, alt: '', width: 28, height: 40, loading: 'lazy', referrerpolicy: 'no-referrer', class: 'cover',
});

const PROGRESS_COLUMNS = [
  { label: 'Title', kind: 'wide', cell: (row) => [cover(row), anilistLink(row.anilistId, row.title)] },
  { label: 'Last episode', kind: 'number', cell: (row) => number(row.lastAbs) },
  { label: 'Synced', cell: (row) => time(row.updatedAt) },
];

loadProgress = section(byId('progress'),
  () => get('/api/progress', { limit: 100 }), ({ items }) => items.length
    ? table('Latest progress, newest first', PROGRESS_COLUMNS, items, 12)
    : empty('No title is synced yet', 'See what a sync would do first: ', link('/sync', 'preview a sync'), '.'));
