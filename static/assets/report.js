/** How a run went: the answer of a sync, or the `report` in `GET /api/runs`. */
import { button, el, facts, link, notice, pill } from './dom.js';
import { count, duration, modeName, number, sentence, time } from './format.js';
import { partNotice } from './plan.js';
import { table } from './table.js';

const STATE_TONES = { complete: 'good', partial: 'warn', failed: 'bad', running: 'accent' };

// The full sync counts what it added in `added`, the library syncs in two fields of their own.
const added = (answer) => (typeof answer.added === 'number'
  ? { episodes: answer.added }
  : answer.added ?? { episodes: answer.addedEpisodes, movies: answer.addedMovies });

function addedText(answer) {
  const { episodes = 0, movies = 0 } = added(answer);
  return [(episodes || !movies) && count(episodes, 'episode'), movies && count(movies, 'film')].filter(Boolean).join(', ');
}

const numberOrNull = (value) => (typeof value === 'number' ? number(value) : null);

function reportFacts(answer) {
  if (answer.undoes) {
    return facts([
      ['Removed', number(answer.removed)],
      ['Not on Trakt any more', number(answer.alreadyGone)],
      ['Other plays, left alone', number(answer.leftAlone)],
    ]);
  }
  return facts([
    ['Posted', addedText(answer)],
    ['Found', numberOrNull(answer.found)],
    ['Already on Trakt', numberOrNull(answer.alreadySynced)],
    ['Titles with nothing new', numberOrNull(answer.alreadySyncedShows)],
    ['Waiting for a decision', numberOrNull(answer.skippedUnmapped)],
  ]);
}

/** The answer of a sync that went through, in full or in part; with `onUndo`, it can be taken back. */
export function report(answer, onUndo) {
  const partial = answer.state === 'partial';
  return [
    notice(partial ? 'warn' : 'good',
      el('strong', {}, sentence(answer.message ?? 'Done')),
      reportFacts(answer),
      answer.skippedUnmapped > 0 && el('p', {}, link('/mappings#waiting', 'See what waits for a decision')),
      onUndo && answer.synced > 0 && button('Undo this run', ({ currentTarget }) => onUndo(answer.runId, currentTarget))),
    partial && partNotice('the sync', answer),
  ];
}

/** Why a run left something, and when it can go on. */
const rest = ({ cause, nextAttempt }) => [
  nextAttempt && [', can go on ', time(nextAttempt)],
  cause && el('div', { class: 'muted' }, sentence(cause)),
];

function outcome({ state, report: answer }) {
  if (state === 'running' || !answer) return '';
  if (answer.error) return [sentence(answer.error), ' ', el('span', { class: 'muted' }, sentence(answer.hint))];
  const done = answer.undoes ? `Removed ${count(answer.removed, 'play')} of run ${answer.undoes}` : `Posted ${addedText(answer)}`;
  return [done, state === 'partial' && rest(answer)];
}

const RUN_COLUMNS = [
  { label: 'Began', cell: (run) => time(run.startedAt) },
  { label: 'Mode', cell: (run) => [modeName(run.mode), run.trigger === 'auto' && el('span', { class: 'muted' }, ' (automatic)')] },
  { label: 'State', cell: (run) => pill(run.state, STATE_TONES[run.state]) },
  { label: 'Outcome', kind: 'wide', cell: outcome },
  { label: 'Took', kind: 'brief', cell: (run) => (run.finishedAt ? duration(run.startedAt, run.finishedAt) : '') },
];

/** Whether a run posted something that can be taken back. */
export const canUndo = ({ mode, state, undoneBy, report: answer }) => mode !== 'undo' && state !== 'running'
  && !undoneBy && answer?.synced > 0;

const sentSome = ({ mode, report: answer }) => mode !== 'undo' && answer?.synced > 0;

const actionColumn = (onUndo) => ({
  label: 'Actions', kind: 'actions', cell: (run) => el('div', { class: 'row' },
    sentSome(run) && el('a', { class: 'button', href: `/sync?run=${run.id}` }, 'Plays'),
    onUndo && canUndo(run) && button('Undo', ({ currentTarget }) => onUndo(run.id, currentTarget), 'small')),
});

/** The runs, each with a way to its plays; with `onUndo`, those that can be undone get a button. */
export const runs = (list, onUndo) => table('Recent runs, newest first', [...RUN_COLUMNS, actionColumn(onUndo)], list, 8);
