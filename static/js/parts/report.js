/** How a run went: the answer of a sync, or the `report` in `GET /api/runs`. */
import { button, buttonLink, el, facts, link, notice, pill } from '../lib/dom.js';
import { count, duration, number, sentence, time } from '../lib/format.js';
import { table } from '../lib/table.js';
import { modeName, RUN_TONES } from '../words.js';
import { partNotice } from './plan.js';

/** @import { Column } from '../lib/table.js' */

/** @typedef {(id: number, control: HTMLElement) => void} OnUndo takes back what a run posted */

/**
 * The full sync counts what it added in `added`, the library syncs in two fields of their own.
 * @param {Api.Report} answer
 * @returns {Partial<Api.Added>}
 */
function added(answer) {
  if (typeof answer.added === 'number') return { episodes: answer.added };
  return answer.added ?? { episodes: answer.addedEpisodes, movies: answer.addedMovies };
}

/** @param {Api.Report} answer */
function addedText(answer) {
  const { episodes = 0, movies = 0 } = added(answer);
  return [(episodes || !movies) && count(episodes, 'episode'), movies && count(movies, 'film')].filter(Boolean).join(', ');
}

/** @param {number | undefined} value */
const numberOrNull = (value) => (typeof value === 'number' ? number(value) : null);

/** @param {Api.Report} answer */
function reportFacts(answer) {
  if (answer.undoes) {
    return facts([
      ['Removed', numberOrNull(answer.removed)],
      ['Not on Trakt any more', numberOrNull(answer.alreadyGone)],
      ['Other plays, left alone', numberOrNull(answer.leftAlone)],
    ]);
  }
  return facts([
    ['Posted', addedText(answer)],
    ['Found', numberOrNull(answer.found)],
    ['Already on Trakt', numberOrNull(answer.alreadySynced)],
    ['Titles with nothing new', numberOrNull(answer.alreadySyncedShows)],
    ['Needs review', numberOrNull(answer.skippedUnmapped)],
  ]);
}

/** @param {Api.Report} answer */
const sentSome = ({ synced = 0 }) => synced > 0;

/**
 * The answer of a sync that went through, in full or in part; with `onUndo`, it can be taken back.
 * @param {Api.Report} answer
 * @param {OnUndo} [onUndo]
 */
export function report(answer, onUndo) {
  const partial = answer.state === 'partial';
  const { skippedUnmapped = 0, runId } = answer;
  return [
    notice(partial ? 'warn' : 'good',
      el('strong', {}, sentence(answer.message ?? 'Done')),
      reportFacts(answer),
      skippedUnmapped > 0 && el('p', {}, link('/review', 'See what needs review')),
      onUndo && runId && sentSome(answer) && button('Undo this run', ({ currentTarget }) => onUndo(runId, currentTarget))),
    partial && partNotice('the sync', answer),
  ];
}

/**
 * Why a run left something, and when it can go on.
 * @param {Api.Report} report
 */
const rest = ({ cause, nextAttempt }) => [
  nextAttempt && [', can go on ', time(nextAttempt)],
  cause && el('div', { class: 'muted' }, sentence(cause)),
];

/** @param {Api.Run} run */
function outcome({ state, report: answer }) {
  if (state === 'running' || !answer) return '';
  if (answer.error) return [sentence(answer.error), ' ', el('span', { class: 'muted' }, sentence(answer.hint))];
  const done = answer.undoes ? `Removed ${count(answer.removed ?? 0, 'play')} of run ${answer.undoes}` : `Posted ${addedText(answer)}`;
  return [done, state === 'partial' && rest(answer)];
}

/** @type {Column<Api.Run>[]} */
const RUN_COLUMNS = [
  { label: 'Began', cell: (run) => time(run.startedAt) },
  { label: 'Mode', cell: (run) => [modeName(run.mode), run.trigger === 'auto' && el('span', { class: 'muted' }, ' (automatic)')] },
  { label: 'State', cell: (run) => pill(run.state, RUN_TONES[run.state]) },
  { label: 'Outcome', kind: 'wide', cell: outcome },
  { label: 'Took', kind: 'brief', cell: (run) => (run.finishedAt ? duration(run.startedAt, run.finishedAt) : '') },
];

/** @param {Api.Run} run */
const hasPlays = ({ mode, report: answer }) => mode !== 'undo' && Boolean(answer && sentSome(answer));

/**
 * Whether a run posted something that can be taken back.
 * @param {Api.Run} run
 */
const canUndo = (run) => hasPlays(run) && run.state !== 'running' && !run.undoneBy;

/** @param {OnUndo} [onUndo] @returns {Column<Api.Run>} */
const actionColumn = (onUndo) => ({
  label: 'Actions', kind: 'actions', cell: (run) => el('div', { class: 'row' },
    hasPlays(run) && buttonLink(`/sync?run=${run.id}`, 'Plays'),
    onUndo && canUndo(run) && button('Undo', ({ currentTarget }) => onUndo(run.id, currentTarget), 'small')),
});

/**
 * The runs, each with a way to its plays; with `onUndo`, those that can be undone get a button.
 * @param {Api.Run[]} list
 * @param {OnUndo} [onUndo]
 */
export const runs = (list, onUndo) => table('Recent runs, newest first', [...RUN_COLUMNS, actionColumn(onUndo)], list, 8);
