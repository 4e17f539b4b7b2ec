/** The page `/`: how things stand, and what to watch and read next. */
import { errorNotice, perform, section } from '../lib/action.js';
import { get, isApiError, post } from '../lib/api.js';
import { arrange, buttonLink, byId, el, empty, fill, link } from '../lib/dom.js';
import { age, byTime, count, sentence, soon } from '../lib/format.js';
import { card } from '../parts/card.js';
import { connectionLines } from '../parts/connections.js';
import { cover, coverOf } from '../parts/cover.js';
import { editBeside } from '../parts/edit.js';
import { heatMap } from '../parts/heat.js';
import { all, itemOf, load, onChange, step } from '../parts/items.js';
import { report, runs } from '../parts/report.js';
import { guide } from '../parts/setup.js';
import { beat, onStatus, startShell } from '../parts/shell.js';
import { showWeek } from '../parts/week.js';
import { modeName, reasonName } from '../words.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Shown, Ways } from '../parts/card.js' */

const CONTINUED = 12;
const REVIEWED = 4;

/** When the last sync ended, whoever started it. @param {Api.ServiceStatus} status */
const lastSync = ({ lastManualSync, lastAutomatedSync, lastCompletedSync, lastWatchingSync }) =>
  [lastManualSync, lastAutomatedSync, lastCompletedSync, lastWatchingSync].filter((at) => typeof at === 'string').sort(byTime).at(-1);

/** @param {Api.Run | undefined} run */
const failed = (run) => run?.state === 'failed';

/** @param {Api.ServiceStatus} status @param {Api.Run | undefined} newest @returns {Child} */
function verdict(status, newest) {
  if (status.running) return [el('strong', {}, 'Syncing'), status.running.mode && ` · ${modeName(status.running.mode).toLowerCase()}`, ' · ', link('/activity', 'watch it')];
  if (failed(newest)) return [el('strong', {}, 'The last sync failed: '), sentence(newest?.report?.error)];
  if (!lastSync(status)) return el('strong', {}, 'Nothing is synced yet');
  if (status.unmapped) return [el('strong', {}, 'In step'), ', but for ', link('/review', count(status.unmapped, 'title'))];
  return el('strong', {}, 'In step');
}

/** @param {Api.ServiceStatus} status @param {Api.Run | undefined} newest */
function standing(status, newest) {
  const last = lastSync(status);
  const plays = newest?.mode !== 'undo' && newest?.report?.synced;
  return [
    verdict(status, newest),
    last && [' · last sync ', age(last), plays ? `, ${count(plays, 'play')}` : ''],
    status.nextAutomatedSync && [' · next ', soon(status.nextAutomatedSync)],
  ];
}

/** The first sync goes through its preview. @param {Api.ServiceStatus} status */
function offerSync(status) {
  const isFirst = !lastSync(status);
  byId('sync').textContent = isFirst ? 'Preview the first sync' : 'Sync';
  byId('sync').dataset.first = String(isFirst);
  byId('sync').toggleAttribute('disabled', Boolean(status.running));
}

async function syncNow() {
  try {
    setTimeout(beat, 300);
    return report(await post('/api/full-sync'));
  } catch (error) {
    if (!isApiError(error, 'too_many_plays')) throw error;
    return errorNotice(error, buttonLink('/sync?preview=full', 'See the preview'));
  } finally {
    setTimeout(beat);
  }
}

function startSync() {
  const control = byId('sync');
  if (control.dataset.first === 'true') location.assign('/sync?preview=full');
  else perform(control, byId('sync-result'), syncNow, 'Syncing… you may leave this page, the run goes on.');
}

/** The covers that are there, by their titles, so that a press on one goes on while others come. @type {Map<number, Shown>} */
const shown = new Map();
const shelf = el('ul', { class: 'covers shelf' });

const isContinued = (/** @type {Api.Item} */ item) => item.status === 'watching' || item.status === 'reading';

/** @type {Ways} */
const ways = { step: (id, by) => step(id, by, itemOf(id)?.type === 'manga' ? 'chapter' : 'episode'), edit: editBeside };

function continued() {
  const items = all().filter(isContinued).sort((one, other) => byTime(other.updated_at, one.updated_at) || other.id - one.id).slice(0, CONTINUED);
  arrange(shelf, items.map((item) => {
    const there = shown.get(item.id) ?? card(item, ways);
    shown.set(item.id, there);
    there.update(item, false);
    return there.node;
  }));
  if (items.length) return shelf;
  return all().length
    ? empty('Nothing is on', 'What you watch and read stands here: ', link('/library', 'choose something'), '.')
    : empty('Your library is empty', link('/library', 'Add a title'), ', and it stands here.');
}

/** @param {number | null} id */
function follow(id) {
  const item = id === null ? null : itemOf(id);
  const there = id !== null && shown.get(id);
  if (item && there && isContinued(item)) there.update(item, false);
  else fill(byId('continue'), continued());
}

/** @param {Api.Waiting} row */
function waiting(row) {
  const item = all().find((one) => one.anilist_id === row.anilistId && one.type === 'anime');
  return el('li', {}, cover(row.title, row.cover ?? (item && coverOf(item)), 'thumb'),
    el('div', {}, el('strong', {}, row.title), el('div', { class: 'muted' }, reasonName(row.reason))));
}

/** @param {Api.Waiting[]} items */
function waitingList(items) {
  const open = items.filter((row) => !row.ignored);
  if (!open.length) return empty('Nothing needs you', 'A title whose place is not sure shows up here.');
  const more = open.length - REVIEWED;
  return [el('ul', { class: 'services' }, open.slice(0, REVIEWED).map(waiting)), more > 0 && el('p', {}, link('/review', `${count(more, 'more title', 'more titles')}`))];
}

/** @param {Api.LibraryStats} stats */
function year({ days, months, streak, longest_streak: longest }) {
  byId('year').hidden = !days.length;
  byId('streak').textContent = streak > 1 ? `${count(streak, 'day')} in a row` : '';
  byId('streak').title = `${count(longest, 'day')} at most`;
  return days.length ? heatMap(days, months) : null;
}

const showYear = () => section(byId('year-map'), () => get('/api/library/stats'), year);

const showRuns = () => section(byId('runs'), () => get('/api/runs'), ({ items }) => {
  newest = items[0];
  if (latest) drawStanding(latest);
  return items.length ? runs(items.slice(0, 5)) : empty('No run yet', 'Preview a sync first: ', link('/sync?preview=full', 'see what it would do'), '.');
});

/** @type {Api.Run | undefined} */
let newest;
/** @type {Api.ServiceStatus | null} */
let latest = null;

/** @param {Api.ServiceStatus} status */
function drawStanding(status) {
  fill(byId('standing'), standing(status, newest));
  offerSync(status);
}

/** Draws the sentence when the status says something new, and tells `changed` each time but the first. @param {() => void} changed */
function followStatus(changed) {
  onStatus((status) => {
    const isNew = JSON.stringify(status) !== JSON.stringify(latest);
    const isFirst = !latest;
    latest = status;
    if (!isNew) return;
    drawStanding(status);
    if (!isFirst) changed();
  });
}

function start() {
  startShell();
  byId('sync').addEventListener('click', startSync);
  const loadConnections = section(byId('connections-list'), guide({ signedIn: () => loadConnections(), appIsKnown: () => {} }), connectionLines);
  section(byId('continue'), load, continued);
  showWeek();
  showYear();
  onChange(follow);
  const loadWaiting = section(byId('review-list'), () => get('/api/unmapped'), ({ items }) => waitingList(items));
  const loads = [showRuns(), loadConnections, loadWaiting];
  followStatus(() => loads.forEach((one) => one()));
}

start();
