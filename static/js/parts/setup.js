/** The guide to a first sync: each step checks itself and says what to do next. */
import { errorNotice, perform } from '../lib/action.js';
import { get, isApiError, post } from '../lib/api.js';
import { button, byId, el, fill, hint, link, notice, working } from '../lib/dom.js';
import { count, sentence, time } from '../lib/format.js';
import { on } from '../lib/live.js';
import { DATASETS } from '../words.js';

/** @import { Child } from '../lib/dom.js' */

const FILES = /** @type {Api.Dataset[]} */ (Object.keys(DATASETS));
const FINE = ['ok', 'expires_soon'];
let waiting = 0;

/** @param {boolean} done @param {string} title @param {Child[]} more */
const step = (done, title, ...more) => el('li', { class: done ? 'step done' : 'step' },
  el('span', { class: 'mark', 'aria-hidden': 'true' }, done ? '✓' : '○'),
  el('div', {}, el('strong', {}, title, el('span', { class: 'offscreen' }, done ? ' (done)' : ' (to do)')), more));

/** @param {Api.Connection} connection */
const told = ({ message, hint: next }) => [el('p', {}, sentence(message)), next && hint(sentence(next))];

/** @param {Api.Connection} connection */
const isFine = ({ state }) => FINE.includes(state);

/** @param {Api.Connection} connection */
const anilistStep = (connection) => step(isFine(connection), 'Your AniList', told(connection),
  connection.state === 'not_configured' && hint('A public list needs its name only. For a private one, make a client under ',
    link('https://anilist.co/settings/developer', 'AniList’s developer settings'), ' and use its token.'));

/** @param {Api.Connection} trakt */
const hasApp = ({ state }) => state !== 'not_configured';

/** @param {Api.Connection} trakt */
const appStep = (trakt) => step(hasApp(trakt), 'A Trakt app', hasApp(trakt) ? el('p', {}, 'Its id and secret are set.') : [
  notice('warn', 'Since July 2026 Trakt lets only VIP accounts make an app, and has removed those that free accounts had made. A free account may connect one app of somebody else’s, a community app.'),
  el('p', {}, 'With VIP, make ', link('https://trakt.tv/oauth/applications', 'an app of your own'),
    ' with the redirect address ', el('code', {}, 'urn:ietf:wg:oauth:2.0:oob'), '. Without, ask who runs a community app for its id and secret.'),
  hint('Put its id and secret into TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET, and start the service again.'),
]);

/**
 * Where a sign-in with a code is shown, and what is called once it is done.
 * @typedef {{ output: HTMLElement, done: () => void }} SignIn
 */

/** @param {SignIn} signIn @param {number} interval in seconds */
function waitAgain(signIn, interval) {
  clearTimeout(waiting);
  waiting = setTimeout(() => wait(signIn, interval), interval * 1000);
}

/**
 * Asks how the sign-in stands until it is decided.
 * @param {SignIn} signIn
 * @param {number} interval in seconds
 */
async function wait(signIn, interval) {
  try {
    const answer = await get('/api/trakt-auth/device');
    if (answer.state === 'pending') waitAgain(signIn, answer.interval);
    else tellEnd(signIn, answer.state);
  } catch (error) {
    if (isApiError(error, 'unreachable')) waitAgain(signIn, interval);
    else fill(signIn.output, errorNotice(error, againButton(signIn)));
  }
}

/** @param {SignIn} signIn @param {string} state */
function tellEnd(signIn, state) {
  if (state === 'approved') {
    fill(signIn.output, notice('good', 'Signed in.'));
    signIn.done();
    return;
  }
  const why = state === 'denied' ? 'Trakt says that you refused. ' : 'The code is too old. ';
  fill(signIn.output, notice('warn', why, againButton(signIn)));
}

/** @param {SignIn} signIn */
const againButton = (signIn) => button('Try again', ({ currentTarget }) => begin(currentTarget, signIn));

/** @param {HTMLElement} control @param {SignIn} signIn */
function begin(control, signIn) {
  return perform(control, signIn.output, async () => {
    const invitation = await post('/api/trakt-auth/device');
    waitAgain(signIn, invitation.interval);
    return el('div', { class: 'invitation' },
      el('p', {}, 'Open ', link(invitation.verificationUrl, invitation.verificationUrl), ' and type'),
      el('p', { class: 'code' }, invitation.userCode),
      working('Waiting for you, until ', time(invitation.expiresAt), '…'));
  }, 'Asking Trakt for a code…');
}

/** @param {Api.Connection} trakt @param {() => void} signedIn */
function signInStep(trakt, signedIn) {
  const title = 'Sign in to Trakt';
  if (isFine(trakt)) return step(true, title, told(trakt));
  if (!hasApp(trakt)) return step(false, title, hint('Once the app is there, a short code is all it takes.'));
  const output = el('div', { id: 'device', 'aria-live': 'polite' });
  return step(false, title, told(trakt.state === 'signed_out' ? { ...trakt, hint: 'sign in on any device, with a short code' } : trakt),
    button('Sign in with a code', ({ currentTarget }) => begin(currentTarget, { output, done: signedIn }), 'primary'), output);
}

/** @param {{ count: number }[]} files in the order of `FILES` @param {() => void} changed */
function filesStep(files, changed) {
  const missing = FILES.filter((_, index) => !(files[index].count > 0));
  const output = el('div', { id: 'files' });
  /** @param {{ currentTarget: HTMLElement }} event */
  const fetchAll = ({ currentTarget }) => perform(currentTarget, output, async () => {
    await Promise.all(missing.map((name) => post(`/api/refresh-${name}`)));
    changed();
    return notice('good', 'Mapping data is here.');
  }, 'Fetching… this may take a minute.');
  return step(missing.length === 0, 'Mapping data',
    el('p', {}, missing.length ? 'Three published lists tie AniList’s titles to Trakt’s; they are kept fresh from then on.'
      : `${count(files.reduce((sum, file) => sum + file.count, 0), 'entry', 'entries')}, looked at daily.`),
    missing.length > 0 && [button('Fetch them', fetchAll), output]);
}

/** @param {Api.ServiceStatus} status @param {boolean} ready */
const planStep = (status, ready) => step(Boolean(status.lastManualSync || status.lastAutomatedSync || status.lastCompletedSync),
  'A preview, and a first sync',
  el('p', {}, 'A preview shows every play that would be posted, and posts nothing.'),
  ready && link('/sync?preview=full', 'Preview a full sync'));

/** @param {HTMLElement[]} steps @param {boolean} ready */
function draw(steps, ready) {
  const open = steps.some((one) => !one.classList.contains('done'));
  byId('first-steps').hidden = !open;
  // A code that waits is not drawn over.
  if (!document.getElementById('device')?.hasChildNodes() || ready) fill(byId('steps'), open && steps);
}

/** What the guide rests on. */
const ask = () => Promise.all([
  get('/api/connections'), get('/api/status'),
  Promise.all(FILES.map((name) => get(`/api/refresh-${name}`, { check: 1 }).catch(() => ({ count: 0 })))),
]);

/** @param {Api.Connection[]} connections @param {string} name */
function named(connections, name) {
  const found = connections.find((connection) => connection.name === name);
  if (!found) throw new Error(`There is no connection with ${name}.`);
  return found;
}

/**
 * The guide, which is there while there is something to do. `signedIn` is called after a sign-in with
 * a code, `appIsKnown` with whether there is a Trakt app.
 * @param {{ signedIn: () => void, appIsKnown: (isThere: boolean) => void }} listeners
 * @returns {() => Promise<Api.Connection[]>} what draws it, and gives the connections to whoever shows them
 */
export function guide({ signedIn, appIsKnown }) {
  const load = async () => {
    const [{ connections }, status, files] = await ask();
    const [anilist, trakt] = [named(connections, 'anilist'), named(connections, 'trakt')];
    const ready = isFine(anilist) && isFine(trakt);
    draw([anilistStep(anilist), appStep(trakt), signInStep(trakt, signedIn), filesStep(files, load), planStep(status, ready)], ready);
    appIsKnown(hasApp(trakt));
    return connections;
  };
  on('dataset', ({ state }) => { if (state === 'replaced') load().catch(() => {}); });
  return load;
}
