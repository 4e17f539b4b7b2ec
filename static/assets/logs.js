/** The page `/logs`: the newest 200 lines, as they are written. */
import { connection, get } from './api.js';
import { errorNotice } from './action.js';
import { byId, el, empty, fill, link, pill } from './dom.js';
import { count, localSeconds, time } from './format.js';
import { on } from './live.js';
import './shell.js';

const EVERY_MS = 15000;
// Lines that come together are drawn together.
const GATHER_MS = 250;
const RANKS = { error: 3, warn: 2, warning: 2, info: 1 };
const TONES = { error: 'bad', warn: 'warn', warning: 'warn' };
let lines = [];
let drawn = null;
let paused = false;
let timer = 0;

const rank = ({ level }) => RANKS[level.toLowerCase()] ?? (['debug', 'trace'].includes(level) ? 0 : 1);

function filtered() {
  const least = Number(byId('level').value);
  const words = byId('text').value.trim().toLowerCase().split(/\s+/);
  return lines.filter((line) => rank(line) >= least && words.every((word) => line.message.toLowerCase().includes(word)));
}

const row = (line) => el('li', { class: TONES[line.level] },
  time(line.created_at, localSeconds), pill(line.level, TONES[line.level]), el('span', {}, line.message));

const nothing = () => lines.length
  ? empty('No line matches', 'Choose another level or search for less.')
  : empty('The log is empty', 'What the service does shows up here: ', link('/sync', 'preview a sync'), '.');

const selecting = () => {
  const selection = getSelection();
  return !selection.isCollapsed && byId('lines').contains(selection.anchorNode);
};

// Drawn only when something changed, and not under a selection, which would be lost.
function draw() {
  const found = filtered();
  const key = found.map(({ id }) => id).join();
  if (key === drawn || selecting()) return;
  drawn = key;
  fill(byId('lines'), found.length ? el('ol', { class: 'log' }, found.map(row)) : nothing());
}

async function refresh() {
  clearTimeout(timer);
  try {
    lines = await get('/api/logs');
    draw();
    byId('shown').textContent = `${count(filtered().length, 'line')} of ${lines.length}`;
  } catch (error) {
    if (error.code !== 'unreachable' || drawn === null) fill(byId('lines'), errorNotice(error));
    drawn = null;
  }
  clearTimeout(timer);
  if (!paused && !document.hidden) timer = setTimeout(refresh, EVERY_MS);
}

function setPaused(now) {
  paused = now;
  byId('pause').textContent = paused ? 'Resume' : 'Pause';
  byId('said').textContent = paused ? 'Paused' : 'Live';
  if (paused) clearTimeout(timer);
  else refresh();
}

function copyBySelecting(text) {
  const area = el('textarea', { class: 'offscreen' });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

// The clipboard is only there on a secure address, and may be refused; the old way works elsewhere.
const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelecting(text);
  }
};

async function copy() {
  const found = filtered();
  const text = found.map((line) => `${line.created_at} ${line.level} ${line.message}`).join('\n');
  const done = await copyText(text);
  byId('said').textContent = done ? `Copied ${count(found.length, 'line')}` : 'The browser did not allow copying; select the lines instead';
}

const redraw = () => {
  draw();
  byId('shown').textContent = `${count(filtered().length, 'line')} of ${lines.length}`;
};

byId('level').addEventListener('change', redraw);
byId('text').addEventListener('input', redraw);
byId('pause').addEventListener('click', () => setPaused(!paused));
byId('copy').addEventListener('click', copy);
let gathering = 0;
on('log', () => {
  if (paused || gathering) return;
  gathering = setTimeout(() => { gathering = 0; if (!paused) refresh(); }, GATHER_MS);
});
connection.addEventListener('back', () => { if (!paused) refresh(); });
document.addEventListener('visibilitychange', () => { if (!document.hidden && !paused) refresh(); });
refresh();
