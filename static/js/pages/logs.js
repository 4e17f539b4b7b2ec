/** The page `/logs`: the newest 200 lines, as they are written. */
import { errorNotice } from '../lib/action.js';
import { connection, get, isApiError } from '../lib/api.js';
import { copyText } from '../lib/copy.js';
import { byId, el, empty, fill, link, pill } from '../lib/dom.js';
import { hasWords, searchWords } from '../lib/form.js';
import { count, localSeconds, time } from '../lib/format.js';
import { on } from '../lib/live.js';
import { startShell } from '../parts/shell.js';

const EVERY_MS = 15000;
// Lines that come together are drawn together.
const GATHER_MS = 250;
/** @type {Record<string, number>} */
const RANKS = { error: 3, warn: 2, warning: 2, info: 1, debug: 0, trace: 0 };
/** @type {Record<string, string>} */
const TONES = { error: 'bad', warn: 'warn', warning: 'warn' };
/** @type {Api.LogLine[]} */
let lines = [];
/** @type {string | null} */
let drawn = null;
let paused = false;
let timer = 0;
let gathering = 0;

/** @param {Api.LogLine} line */
const rank = ({ level }) => RANKS[level.toLowerCase()] ?? 1;

function filtered() {
  const least = Number(byId('level', HTMLSelectElement).value);
  const words = searchWords(byId('text', HTMLInputElement).value);
  return lines.filter((line) => rank(line) >= least && hasWords(line.message, words));
}

/** @param {Api.LogLine} line */
const row = (line) => el('li', { class: TONES[line.level] },
  time(line.created_at, localSeconds), pill(line.level, TONES[line.level]), el('span', {}, line.message));

const nothing = () => lines.length
  ? empty('No line matches', 'Choose another level or search for less.')
  : empty('The log is empty', 'What the service does shows up here: ', link('/sync', 'preview a sync'), '.');

const selecting = () => {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && byId('lines').contains(selection.anchorNode);
};

/**
 * Drawn only when something changed, and not under a selection, which would be lost.
 * @param {Api.LogLine[]} found
 */
function drawLines(found) {
  const key = found.map(({ id }) => id).join();
  if (key === drawn || selecting()) return;
  drawn = key;
  fill(byId('lines'), found.length ? el('ol', { class: 'log' }, found.map(row)) : nothing());
}

function draw() {
  const found = filtered();
  drawLines(found);
  byId('shown').textContent = `${count(found.length, 'line')} of ${lines.length}`;
}

async function refresh() {
  clearTimeout(timer);
  try {
    lines = await get('/api/logs');
    draw();
  } catch (error) {
    if (!isApiError(error, 'unreachable') || drawn === null) fill(byId('lines'), errorNotice(error));
    drawn = null;
  }
  clearTimeout(timer);
  if (!paused && !document.hidden) timer = setTimeout(refresh, EVERY_MS);
}

const refreshUnlessPaused = () => { if (!paused) refresh(); };

function gather() {
  if (paused || gathering) return;
  gathering = setTimeout(() => { gathering = 0; refreshUnlessPaused(); }, GATHER_MS);
}

/** @param {boolean} now */
function setPaused(now) {
  paused = now;
  byId('pause').textContent = paused ? 'Resume' : 'Pause';
  byId('said').textContent = paused ? 'Paused' : 'Live';
  if (paused) clearTimeout(timer);
  else refresh();
}

async function copy() {
  const found = filtered();
  const text = found.map((line) => `${line.created_at} ${line.level} ${line.message}`).join('\n');
  const done = await copyText(text);
  byId('said').textContent = done ? `Copied ${count(found.length, 'line')}` : 'The browser did not allow copying; select the lines instead';
}

function start() {
  startShell();
  byId('level').addEventListener('change', draw);
  byId('text').addEventListener('input', draw);
  byId('pause').addEventListener('click', () => setPaused(!paused));
  byId('copy').addEventListener('click', copy);
  on('log', gather);
  connection.addEventListener('back', refreshUnlessPaused);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) refreshUnlessPaused(); });
  refresh();
}

start();
