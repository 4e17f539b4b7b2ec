/** The page `/settings`: connections, sync, schedule, notifications, how the pages look, data. */
import { section } from '../lib/action.js';
import { get } from '../lib/api.js';
import { byId } from '../lib/dom.js';
import { connectionTable } from '../parts/connections.js';
import { showDatasets } from '../parts/datasets.js';
import { startShell } from '../parts/shell.js';
import { showSignIn, takeCodes } from '../parts/trakt-code.js';

/** @param {Api.Connection[]} connections */
const hasTraktApp = (connections) => connections.some(({ name, state }) => name === 'trakt' && state !== 'not_configured');

function start() {
  startShell();
  const load = section(byId('connections-list'), () => get('/api/connections'), ({ connections }) => {
    showSignIn(hasTraktApp(connections));
    return connectionTable(connections);
  });
  takeCodes(load);
  showDatasets();
}

start();
