/** The run that goes on, whoever started it: how far it is, and a way to stop it. */
import { errorNotice } from '../lib/action.js';
import { get, post } from '../lib/api.js';
import { button, byId, el, facts, fill, hint } from '../lib/dom.js';
import { count, inWords, number } from '../lib/format.js';
import { on } from '../lib/live.js';
import { modeName } from '../words.js';

/** @import { Child } from '../lib/dom.js' */

const LAST_LINES = 5;
/** @type {Record<Api.Phase, (run: Api.RunProgress) => Child>} */
const COUNTED = {
  collecting: () => 'Reading your list',
  placing: ({ titles, shows }) => [`Finding the place of ${count(titles, 'title')}`, shows > 0 && `, ${count(shows, 'show')} looked up on Trakt`],
  comparing: () => 'Comparing with what Trakt has',
  posting: ({ mode, batch, batches }) => `${mode === 'undo' ? 'Removing' : 'Posting'}: ${number(batch)} of ${count(batches, 'batch', 'batches')} done`,
};

/** @type {string[]} */
let lines = [];
/** @type {string | null} */
let drawn = null;

/**
 * Plays a minute, and the seconds that are left; nothing before the first batch was answered.
 * @param {Api.RunProgress} run
 */
function pace({ done, total, postingSince }) {
  const seconds = (Date.now() - new Date(postingSince ?? NaN).getTime()) / 1000;
  if (!(done > 0 && seconds > 0) || done >= total) return null;
  return { rate: Math.round((done / seconds) * 60), left: Math.ceil(((total - done) * seconds) / done) };
}

/** @param {Api.RunProgress} run */
const bar = ({ done, total }) => el('progress', { 'aria-label': 'Plays done', max: total || null, value: total ? done : null });

/** @param {Api.RunProgress} run */
function details(run) {
  const speed = pace(run);
  return facts([
    ['Plays', run.total ? `${number(run.done)} of ${number(run.total)}` : null],
    ['A minute', speed && number(speed.rate)],
    ['Time left', speed && inWords(speed.left)],
  ]);
}

/** @param {Api.RunProgress} run @param {HTMLElement} control */
async function stop(run, control) {
  control.setAttribute('aria-disabled', 'true');
  try {
    await post(`/api/runs/${run.runId}/cancel`);
  } catch (error) {
    fill(byId('live-error'), errorNotice(error));
  }
}

/** @param {Api.RunProgress} run */
const stopButton = (run) => (run.cancelled
  ? hint('It stops after the batch that is on its way.')
  : button('Stop', ({ currentTarget }) => stop(run, currentTarget)));

/**
 * The button stays the same element while the run goes on, so that it keeps the focus.
 * @param {Api.RunProgress} run
 */
function draw(run) {
  byId('live-section').hidden = false;
  byId('live-title').textContent = `Running: ${modeName(run.mode).toLowerCase()}`;
  fill(byId('live-what'), COUNTED[run.phase]?.(run) ?? run.phase);
  fill(byId('live-bar'), bar(run), details(run));
  const key = `${run.runId} ${run.cancelled}`;
  if (drawn !== key) fill(byId('live-stop'), stopButton(run));
  drawn = key;
}

function hide() {
  drawn = null;
  lines = [];
  byId('live-section').hidden = true;
  fill(byId('live-error'));
  fill(byId('live-log'));
}

/** @param {{ message: string }} line */
function addLine({ message }) {
  if (byId('live-section').hidden) return;
  lines = [...lines, message].slice(-LAST_LINES);
  fill(byId('live-log'), lines.map((line) => el('li', {}, line)));
}

// After a connection that was lost for a while, the end may have been missed.
async function hideIfEnded() {
  if (document.hidden || byId('live-section').hidden) return;
  const status = await get('/api/status').catch(() => null);
  if (status && !status.running) hide();
}

/** Shows the run that goes on, as long as one does. */
export function showRunning() {
  on('run', draw);
  on('run-ended', hide);
  on('log', addLine);
  document.addEventListener('visibilitychange', hideIfEnded);
}
