/** What every page in the layout has: the service's heartbeat, the line on top, the count in the menu, the search. */
import { connection, get, isApiError, post } from '../lib/api.js';
import { byId, el, fill } from '../lib/dom.js';
import { localTime, number, refreshAges, sentence } from '../lib/format.js';
import { modeName } from '../words.js';
import { forgetAccount, showAccount, startAccount } from './account.js';
import { startSearch } from './search.js';

const BEAT_MS = 5000;
const PATIENCE_MS = 8000;
/** @type {Set<(status: Api.ServiceStatus) => void>} */
const listeners = new Set();
/** @type {Api.ServiceStatus | null} */
let latest = null;
let lost = false;
/** @type {unknown} */
let trouble = null;
let timer = 0;
let greeted = false;

/**
 * Calls `listener` with the newest `GET /api/status`, now if there is one, and at every beat.
 * @param {(status: Api.ServiceStatus) => void} listener
 */
export function onStatus(listener) {
  listeners.add(listener);
  if (latest) listener(latest);
}

/** Asks for the status at once, after something that changes it. */
export async function beat() {
  clearTimeout(timer);
  try {
    const status = await get('/api/status', {}, AbortSignal.timeout(PATIENCE_MS));
    latest = status;
    trouble = null;
    listeners.forEach((listener) => listener(status));
  } catch (error) {
    trouble = error;
  }
  show();
  refreshAges();
  if (latest?.signedIn && !greeted) greet();
  if (latest && !latest.signedIn) forgetAccount();
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(beat, BEAT_MS);
}

/** @param {unknown} error */
const inSentences = (error) => (isApiError(error) ? `${sentence(error.message)} ${sentence(error.hint)}` : sentence(String(error)));

/** @returns {[tone: string, text: string]} */
function message() {
  if (lost) return ['lost', 'The service does not answer. This page keeps trying and catches up by itself.'];
  if (trouble) return ['lost', inSentences(trouble)];
  if (latest?.running) {
    const { mode, since } = latest.running;
    // A run that began just now has no mode yet.
    return ['running', `A run is going on${mode ? `: ${modeName(mode).toLowerCase()}` : ''}, begun ${localTime(since)}`];
  }
  return ['', ''];
}

// The line is a live region: it is only touched when its words change, so that it is read out once.
function show() {
  const strip = byId('strip');
  const [tone, text] = message();
  if (strip.textContent !== text) {
    strip.className = `strip ${tone}`;
    strip.textContent = text;
  }
  const waiting = latest?.unmapped ?? 0;
  fill(byId('waiting-badge'), waiting > 0 && el('span', { class: 'badge', title: 'titles that need a decision' }, number(waiting)));
}

// Who signed in with the service's token has no account, and so no menu.
async function greet() {
  greeted = true;
  try {
    const { auth } = await get('/api/auth/ways');
    if (auth === 'accounts') {
      await showAccount();
    } else {
      forgetAccount();
      byId('sign-out').hidden = false;
    }
  } catch {
    greeted = false;
  }
}

async function signOut() {
  await post('/api/sign-out');
  forgetAccount();
  location.assign('/sign-in');
}

/** @param {boolean} now */
function setLost(now) {
  lost = now;
  show();
}

/** Keeps the layout true to the service, from now on. */
export function startShell() {
  byId('sign-out').addEventListener('click', signOut);
  startAccount(signOut);
  startSearch();
  connection.addEventListener('lost', () => setLost(true));
  connection.addEventListener('back', () => setLost(false));
  document.addEventListener('visibilitychange', () => { if (!document.hidden) beat(); });
  beat();
}
