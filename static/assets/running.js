/** The run that goes on, whoever started it: how far it is, and a way to stop it. */
import { errorNotice } from './action.js';
import { get, post } from './api.js';
import { button, byId, el, facts, fill, hint } from './dom.js';
import { count, duration, modeName, number } from './format.js';
import { on } from './live.js';

const LAST_LINES = 5;
const COUNTED = {
  collecting: () => 'Reading your list',
  placing: ({ titles, shows }) => [`Finding the place of ${count(titles, 'title')}`, shows && `, ${count(shows, 'show')} looked up on Trakt`],
  comparing: () => 'Comparing with what Trakt has',
  posting: ({ mode, batch, batches }) => `${mode === 'undo' ? 'Removing' : 'Posting'}: ${number(batch)} of ${count(batches, 'batch', 'batches')} done`,
};

let lines = [];
let drawn = null;

/** Plays a minute, and the seconds that are left; nothing before the first batch was answered. */
function pace({ done, total, postingSince }) {
  const seconds = (Date.now() - new Date(postingSince ?? NaN)) / 1000;
  if (!(done > 0 && seconds > 0) || done >= total) return null;
  return { rate: Math.round((done / seconds) * 60), left: Math.ceil(((total - done) * seconds) / done) };
}

function inWords(seconds) {
  const now = Date.now();
  return duration(new Date(now).toISOString(), new Date(now + seconds * 1000).toISOString());
}

const bar = ({ done, total }) => el('progress', { 'aria-label': 'Plays done', max: total || null, value: total ? done : null });

function details(run) {
  const speed = pace(run);
  return facts([
    ['Plays', run.total ? `${number(run.done)} of ${number(run.total)}` : null],
    ['A minute', speed && number(speed.rate)],
    ['Time left', speed && inWords(speed.left)],
  ]);
}

async function stop(run, control) {
  control.setAttribute('aria-disabled', 'true');
  try {
    await post(`/api/runs/${run.runId}/cancel`);
  } catch (error) {
    fill(byId('live-error'), errorNotice(error));
  }
}

const stopButton = (run) => (run.cancelled
  ? hint('It stops after the batch that is on its way.')
  : button('Stop', ({ currentTarget }) => stop(run, currentTarget)));

// The button stays the same element while the run goes on, so that it keeps the focus.
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

function addLine({ message }) {
  if (byId('live-section').hidden) return;
  lines = [...lines, message].slice(-LAST_LINES);
  fill(byId('live-log'), lines.map((line) => el('li', {}, line)));
}

on('run', draw);
on('run-ended', hide);
on('log', addLine);
// After a connection that was lost for a while, the end may have been missed.
document.addEventListener('visibilitychange', async () => {
  if (document.hidden || byId('live-section').hidden) return;
  const { running } = await get('/api/status').catch(() => ({ running: true }));
  if (!running) hide();
});
