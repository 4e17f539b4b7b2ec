/** The guide to a first sync: each step checks itself and says what to do next. */
import { ApiError, get, post } from './api.js';
import { errorNotice, perform } from './action.js';
import { button, byId, el, fill, hint, link, notice } from './dom.js';
import { count, sentence, time } from './format.js';
import { on } from './live.js';

const FILES = ['otaku', 'fribbs', 'anibridge'];
const FINE = ['ok', 'expires_soon'];
let waiting = 0;

const step = (done, title, ...more) => el('li', { class: done ? 'step done' : 'step' },
  el('span', { class: 'mark', 'aria-hidden': 'true' }, done ? '✓' : '○'),
  el('div', {}, el('strong', {}, title, el('span', { class: 'offscreen' }, done ? ' (done)' : ' (to do)')), more));

const told = ({ message, hint: next }) => [el('p', {}, sentence(message)), next && hint(sentence(next))];

const anilistStep = (connection) => step(FINE.includes(connection.state), 'Your AniList', told(connection),
  connection.state === 'not_configured' && hint('A public list needs its name only. For a private one, make a client under ',
    link('https://anilist.co/settings/developer', 'AniList’s developer settings'), ' and use its token.'));

const hasApp = ({ state }) => state !== 'not_configured';

const appStep = (trakt) => step(hasApp(trakt), 'A Trakt app', hasApp(trakt) ? el('p', {}, 'Its id and secret are set.') : [
  notice('warn', 'Since July 2026 Trakt lets only VIP accounts make an app, and has removed those that free accounts had made. A free account may connect one app of somebody else’s, a community app.'),
  el('p', {}, 'With VIP, make ', link('https://trakt.tv/oauth/applications', 'an app of your own'),
    ' with the redirect address ', el('code', {}, 'urn:ietf:wg:oauth:2.0:oob'), '. Without, ask who runs a community app for its id and secret.'),
  hint('Put its id and secret into TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET, and start the service again.'),
]);

/** Asks how the sign-in stands until it is decided. */
async function wait(output, { interval }) {
  clearTimeout(waiting);
  const answer = await get('/api/trakt-auth/device').catch((error) => error);
  if (answer.state === 'pending' || answer.code === 'unreachable') {
    waiting = setTimeout(() => wait(output, answer.interval ? answer : { interval }), interval * 1000);
    return;
  }
  if (answer.state === 'approved') {
    fill(output, notice('good', 'Signed in.'));
    dispatchEvent(new Event('signed-in'));
    return;
  }
  const again = button('Try again', ({ currentTarget }) => signIn(currentTarget, output));
  fill(output, answer instanceof ApiError ? errorNotice(answer, again)
    : notice('warn', answer.state === 'denied' ? 'Trakt says that you refused. ' : 'The code is too old. ', again));
}

function signIn(control, output) {
  return perform(control, output, async () => {
    const invitation = await post('/api/trakt-auth/device');
    waiting = setTimeout(() => wait(output, invitation), invitation.interval * 1000);
    return el('div', { class: 'invitation' },
      el('p', {}, 'Open ', link(invitation.verificationUrl, invitation.verificationUrl), ' and type'),
      el('p', { class: 'code' }, invitation.userCode),
      el('p', { class: 'working' }, 'Waiting for you, until ', time(invitation.expiresAt), '…'));
  }, 'Asking Trakt for a code…');
}

function signInStep(connection) {
  const done = FINE.includes(connection.state);
  const title = 'Trakt may write down what you watch';
  if (done) return step(done, title, told(connection));
  if (!hasApp(connection)) return step(done, title, hint('Once the app is there, a short code is all it takes.'));
  const output = el('div', { id: 'device', 'aria-live': 'polite' });
  return step(false, title, told(connection.state === 'signed_out' ? { ...connection, hint: 'sign in on any device, with a short code' } : connection),
    button('Sign in with a code', ({ currentTarget }) => signIn(currentTarget, output), 'primary'), output);
}

function filesStep(files) {
  const missing = FILES.filter((name, index) => !(files[index].count > 0));
  const output = el('div', { id: 'files' });
  const fetchAll = ({ currentTarget }) => perform(currentTarget, output, async () => {
    await Promise.all(missing.map((name) => post(`/api/refresh-${name}`)));
    load();
    return notice('good', 'All files are here.');
  }, 'Fetching… this may take a minute.');
  return step(missing.length === 0, 'The files that tell which title is what',
    el('p', {}, missing.length ? 'Three published lists tie AniList’s titles to Trakt’s; they are kept fresh from then on.'
      : `${count(files.reduce((sum, file) => sum + file.count, 0), 'entry', 'entries')}, looked at daily.`),
    missing.length > 0 && [button('Fetch them', fetchAll), output]);
}

const planStep = (status, ready) => step(Boolean(status.lastManualSync || status.lastAutomatedSync || status.lastCompletedSync),
  'A first look, and a first sync',
  el('p', {}, 'A preview shows every play that would be posted, and posts nothing.'),
  ready && link('/sync?preview=full', 'Preview a full sync'));

/** Draws the guide while there is something to do; gives the connections to whoever shows them. */
export async function load() {
  const [{ connections }, status, ...files] = await Promise.all([
    get('/api/connections'), get('/api/status'),
    ...FILES.map((name) => get(`/api/refresh-${name}`, { check: 1 }).catch(() => ({ count: 0 }))),
  ]);
  const of = (name) => connections.find((connection) => connection.name === name);
  const ready = FINE.includes(of('anilist').state) && FINE.includes(of('trakt').state);
  const steps = [anilistStep(of('anilist')), appStep(of('trakt')), signInStep(of('trakt')), filesStep(files), planStep(status, ready)];
  const open = steps.some((one) => !one.classList.contains('done'));
  byId('first-steps').hidden = !open;
  // A code that waits is not drawn over.
  if (!byId('device')?.hasChildNodes() || ready) fill(byId('steps'), open && steps);
  dispatchEvent(new CustomEvent('app', { detail: hasApp(of('trakt')) }));
  return connections;
}

on('dataset', ({ state }) => { if (state === 'replaced') load().catch(() => {}); });
