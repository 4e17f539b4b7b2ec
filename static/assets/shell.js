/** What every page has: the service's heartbeat, the line under the header, the count in the menu. */
import { connection, get, post } from './api.js';
import { button, byId, el, fill } from './dom.js';
import { localTime, modeName, number, refreshAges, sentence } from './format.js';

const BEAT_MS = 5000;
const PATIENCE_MS = 8000;
const listeners = new Set();
let latest = null;
let lost = false;
let trouble = null;
let timer = 0;

/** Calls `listener` with the newest `GET /api/status`, now if there is one, and at every beat. */
export function onStatus(listener) {
  listeners.add(listener);
  if (latest) listener(latest);
}

/** Asks for the status at once, after something that changes it. */
export const beat = async () => {
  clearTimeout(timer);
  try {
    latest = await get('/api/status', {}, AbortSignal.timeout(PATIENCE_MS));
    trouble = null;
    listeners.forEach((listener) => listener(latest));
  } catch (error) {
    trouble = error;
  }
  show();
  refreshAges();
  byId('sign-out').hidden = !latest?.signedIn;
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(beat, BEAT_MS);
};

function message() {
  if (lost) return ['lost', 'The service does not answer. This page keeps trying and catches up by itself.'];
  if (trouble) return ['lost', `${sentence(trouble.message)} ${sentence(trouble.hint)}`];
  if (latest?.running) {
    const { mode, since } = latest.running;
    // A run that began just now has no mode yet.
    return ['running', `A run is going on${mode ? `: ${modeName(mode).toLowerCase()}` : ''}, begun ${localTime(since)}`];
  }
  return null;
}

// The line is a live region: it is only touched when its words change, so that it is read out once.
function show() {
  const strip = byId('strip');
  const [tone, text] = message() ?? ['', ''];
  if (strip.textContent !== text) {
    strip.className = `strip ${tone}`;
    strip.textContent = text;
  }
  const waiting = latest?.unmapped ?? 0;
  fill(byId('waiting-badge'), waiting > 0 && el('span', { class: 'badge', title: 'waiting for a decision' }, number(waiting)));
}

const signOut = button('Sign out', async () => {
  await post('/api/sign-out');
  location.assign('/sign-in');
}, 'small');
signOut.id = 'sign-out';
signOut.hidden = true;
document.body.append(el('footer', { class: 'foot' }, el('a', { href: '/docs' }, 'API'), signOut));

connection.addEventListener('lost', () => { lost = true; show(); });
connection.addEventListener('back', () => { lost = false; show(); });
document.addEventListener('visibilitychange', () => { if (!document.hidden) beat(); });
beat();
