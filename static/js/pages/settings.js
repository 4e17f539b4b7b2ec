/** The page `/settings`: connections, sync, schedule, notifications, how the pages look, data. */
import { section } from '../lib/action.js';
import { get } from '../lib/api.js';
import { byId, fill } from '../lib/dom.js';
import { soon } from '../lib/format.js';
import { showAnilistImport } from '../parts/anilist-import.js';
import { appearance } from '../parts/appearance.js';
import { showCalendarAddress } from '../parts/calendar-address.js';
import { connectionTable } from '../parts/connections.js';
import { showDatasets } from '../parts/datasets.js';
import { startImport } from '../parts/import.js';
import { showLists } from '../parts/lists.js';
import { saving, settingGroups } from '../parts/settings.js';
import { beat, onStatus, startShell } from '../parts/shell.js';
import { showSignIn, takeCodes } from '../parts/trakt-code.js';

/** @param {Api.Connection[]} connections */
const hasTraktApp = (connections) => connections.some(({ name, state }) => name === 'trakt' && state !== 'not_configured');

/** Goes to the part that the address names, once that is there. */
function goThere() {
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

/** What has the focus keeps it where the same control is drawn again. @param {() => void} work */
function holdingFocus(work) {
  const id = document.activeElement?.id;
  work();
  if (id && !document.activeElement?.id) document.getElementById(id)?.focus();
}

function showSettings() {
  /** @param {Api.Settings} settings */
  const draw = (settings) => holdingFocus(() => {
    fill(byId('settings'), settingGroups(settings, save));
    fill(byId('appearance-list'), appearance(settings, save));
    beat();
  });
  const save = saving(draw);
  section(byId('settings-state'), () => get('/api/settings'), (settings) => {
    draw(settings);
    goThere();
    return null;
  });
}

/** @param {Api.ServiceStatus} status */
function tellNext({ nextAutomatedSync: next }) {
  const told = document.getElementById('next-sync');
  if (told) fill(told, next && ['Next at ', soon(next), '.']);
}

function start() {
  startShell();
  onStatus(tellNext);
  const load = section(byId('connections-list'), () => get('/api/connections'), ({ connections }) => {
    showSignIn(hasTraktApp(connections));
    return connectionTable(connections);
  });
  takeCodes(load);
  showLists();
  showSettings();
  showAnilistImport();
  startImport();
  showCalendarAddress();
  showDatasets();
}

start();
