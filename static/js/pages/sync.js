/** The page `/sync`: look at what a run would do, and do it. */
import { errorNotice, perform, section } from '../lib/action.js';
import { ApiError, get, isApiError, post } from '../lib/api.js';
import { ask, button, byId, empty, fill, hint, notice } from '../lib/dom.js';
import { age, byTime, count } from '../lib/format.js';
import { on } from '../lib/live.js';
import { offerOneTitle } from '../parts/one-title.js';
import { plan } from '../parts/plan.js';
import { playsOf, sent } from '../parts/plays.js';
import { showProgress } from '../parts/progress.js';
import { report, runs } from '../parts/report.js';
import { showRunning } from '../parts/running.js';
import { beat, onStatus, startShell } from '../parts/shell.js';
import { nameWhatIsSeen } from '../parts/trakt-titles.js';
import { MODES, modeName } from '../words.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Params } from '../lib/api.js' */

/** @typedef {'full' | 'completed' | 'watching'} Mode */

const PATHS = /** @type {const} */ ({ full: '/api/full-sync', completed: '/api/completed-sync', watching: '/api/watching-sync' });
const OFFERED = /** @type {Mode[]} */ (Object.keys(PATHS));

/** When a run of each mode was last begun. @type {Record<Mode, (status: Api.ServiceStatus) => string | null | undefined>} */
const LAST = {
  completed: ({ lastCompletedSync }) => lastCompletedSync,
  watching: ({ lastWatchingSync }) => lastWatchingSync,
  full: ({ lastManualSync, lastAutomatedSync }) => [lastManualSync, lastAutomatedSync].filter((at) => typeof at === 'string').sort(byTime).at(-1),
};

/** @type {number | null} */
let newestRun = null;

/** Loads the recent runs again; `start` sets it. */
let loadRuns = async () => {};

const showRuns = () => section(byId('runs'), () => get('/api/runs'), ({ items }) => {
  newestRun = items[0]?.id ?? null;
  return items.length ? runs(items, undo) : empty('No run yet', 'Preview one of the three syncs above, then start it.');
});

/**
 * A run that this page lost sight of (`after` is the newest run before it), or that somebody else
 * started, is told when it has ended, unless something else was asked for since.
 * @type {{ after?: number | null } | null}
 */
let followed = null;

/**
 * Shows `title` above the result, and brings it into view.
 * @param {string} title
 */
function announce(title) {
  followed = null;
  byId('result-title').textContent = title;
  byId('result-section').hidden = false;
  byId('result-section').scrollIntoView({ block: 'start' });
}

/** @param {Api.Run} run @returns {Child} */
const ended = ({ report: answer }) =>
  (answer?.error ? errorNotice(new ApiError(answer.error, answer)) : report(answer ?? {}));

/** @param {{ after?: number | null }} lost */
async function tellEnd({ after }) {
  const last = (await get('/api/runs')).items[0];
  loadRuns();
  if (!last || last.id === after) {
    fill(byId('result'), notice('warn', 'The run did not start; nothing was posted.'));
    return;
  }
  announce(`${modeName(last.mode)}: ended`);
  fill(byId('result'), ended(last));
}

/** @param {unknown} error @param {number | null} before */
function follow(error, before) {
  if (isApiError(error, 'run_in_progress')) followed = {};
  if (isApiError(error, 'unreachable')) followed = { after: before };
}

/**
 * Does one run, and afterwards brings the rest of the page up to date.
 * @param {() => Promise<Api.Report>} work
 */
async function runSync(work) {
  const before = newestRun;
  setTimeout(beat, 300);
  try {
    return report(await work(), undo);
  } catch (error) {
    follow(error, before);
    throw error;
  } finally {
    loadRuns();
    setTimeout(beat);
  }
}

/** @param {number} id @returns {Promise<Child>} */
async function undoRun(id) {
  const { counts } = await post(`/api/runs/${id}/undo?dry=1`);
  if (!counts.toRemove) return notice('warn', 'None of the plays of this run is on Trakt any more.');
  const others = counts.leftAlone > 0 ? ` ${count(counts.leftAlone, 'other play')} of the same stay.` : '';
  const question = `Take ${count(counts.toRemove, 'play')} of run ${id} off Trakt again?${others} The next sync does not post them again.`;
  if (!(await ask(question, 'Undo the run'))) return hint('Nothing was changed.');
  return runSync(() => post(`/api/runs/${id}/undo`));
}

/**
 * Takes back what a run posted, after asking.
 * @param {number} id
 * @param {HTMLElement} control
 */
function undo(id, control) {
  announce(`Run ${id}: undo`);
  return perform(control, byId('result'), () => undoRun(id), 'Looking for its plays on Trakt…');
}

/**
 * Far more plays than usual are posted only by somebody who has seen the preview.
 * @param {HTMLElement} control
 * @param {Mode} mode
 * @param {Params} [params]
 */
function startRun(control, mode, params) {
  announce(`${MODES[mode]}: sync`);
  const work = async () => {
    try {
      return await runSync(() => post(PATHS[mode], { params }));
    } catch (error) {
      if (!isApiError(error, 'too_many_plays')) throw error;
      return errorNotice(error, button('See the preview', ({ currentTarget }) => showPreview(currentTarget, mode), 'primary'));
    }
  };
  return perform(control, byId('result'), work, 'Syncing… you may leave this page, the run goes on.');
}

/** @param {Mode} mode */
async function preview(mode) {
  const answer = await get('/api/plan', { mode });
  const params = answer.needsConfirm ? { confirm: 1 } : {};
  const postAll = button(`Post ${count(answer.totals.plays, 'play')} now`, ({ currentTarget }) => startRun(currentTarget, mode, params), 'primary');
  return [
    answer.needsConfirm && notice('warn', 'The list asks for far more new plays than it usually changes by. Post them only if that is meant.'),
    await plan(answer, answer.totals.plays > 0 && postAll),
  ];
}

/** @param {HTMLElement} control @param {Mode} mode */
function showPreview(control, mode) {
  announce(`${MODES[mode]}: preview`);
  return perform(control, byId('result'), () => preview(mode), 'Reading your list and what Trakt has…');
}

/** @param {Mode} mode */
function offer(mode) {
  const [previewButton, syncButton] = [byId(`${mode}-preview`), byId(`${mode}-sync`)];
  previewButton.addEventListener('click', () => {
    if (!location.search.includes(`preview=${mode}`)) history.pushState(null, '', `?preview=${mode}`);
    showPreview(previewButton, mode);
  });
  syncButton.addEventListener('click', () => startRun(syncButton, mode));
}

/** @param {Api.ServiceStatus} status */
function takeStatus(status) {
  for (const mode of OFFERED) {
    const last = LAST[mode](status);
    fill(byId(`${mode}-last`), last ? ['Last: ', age(last)] : 'Not run yet');
  }
  if (!followed || status.running) return;
  const lost = followed;
  followed = null;
  tellEnd(lost).catch(() => { followed = lost; });
}

/** @param {string} id */
function showPlays(id) {
  announce(`Run ${id}: its plays`);
  return perform(byId('result-section'), byId('result'), async () => sent(await playsOf(id)), 'Reading what was sent…');
}

/** @param {string | null} text @returns {Mode | undefined} */
const modeOf = (text) => OFFERED.find((mode) => mode === text);

// The address says what is looked at, so that links, reloading and going back lead to it.
function followAddress() {
  const asked = new URLSearchParams(location.search);
  const [mode, run] = [modeOf(asked.get('preview')), asked.get('run')];
  if (mode) showPreview(byId(`${mode}-preview`), mode);
  else if (run) showPlays(run);
  else byId('result-section').hidden = true;
}

function start() {
  startShell();
  nameWhatIsSeen();
  showRunning();
  loadRuns = showRuns();
  OFFERED.forEach(offer);
  const loadProgress = showProgress();
  on('run-ended', () => { loadRuns(); loadProgress(); beat(); });
  onStatus(takeStatus);
  addEventListener('popstate', followAddress);
  if (/[?&](preview|run)=/.test(location.search)) followAddress();
  offerOneTitle(runSync);
}

start();
