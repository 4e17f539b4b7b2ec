/** The page `/review`: the titles that wait for a decision. */
import { showConflicts } from '../parts/conflicts.js';
import { beat, startShell } from '../parts/shell.js';
import { nameWhatIsSeen } from '../parts/trakt-titles.js';
import { showWaiting } from '../parts/waiting.js';
import { explainWaiting, startWhy, suggest } from '../parts/why.js';

function start() {
  startShell();
  nameWhatIsSeen();
  startWhy();
  showConflicts();
  const changed = () => {
    load();
    beat();
  };
  const load = showWaiting({ explain: explainWaiting, suggest: (id) => suggest(id, changed), changed: beat });
}

start();
