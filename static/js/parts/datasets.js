/** The mapping files: how each stands, and fetching it again. */
import { perform, section } from '../lib/action.js';
import { get, post } from '../lib/api.js';
import { byId, empty, facts, notice } from '../lib/dom.js';
import { age, count, number } from '../lib/format.js';
import { on } from '../lib/live.js';
import { DATASETS } from '../words.js';

/** @import { Child } from '../lib/dom.js' */

/** @param {Api.DatasetStanding} info @returns {[label: string, value: Child][]} */
function lastChange(info) {
  if ('lastActivity' in info) return [['Changed by its makers', info.lastActivity && age(info.lastActivity)]];
  if ('lastFullSync' in info) return [['Last automatic sync', info.lastFullSync && age(info.lastFullSync)]];
  return [];
}

/** @param {Api.DatasetStanding} info */
const datasetFacts = (info) => info.count > 0 || info.lastSync
  ? facts([['Entries', number(info.count)], ['Fetched', info.lastSync ? age(info.lastSync) : 'never'], ...lastChange(info)])
  : empty('Not fetched yet', 'Refresh it once: titles are matched with it.');

/** @param {Api.Dataset} name */
function showDataset(name) {
  const path = /** @type {const} */ (`/api/refresh-${name}`);
  const load = section(byId(`${name}-info`), () => get(path, { check: 1 }), datasetFacts);
  const refresh = async () => {
    const answer = await post(path);
    load();
    return notice('good', answer.changed
      ? `Fetched ${count(answer.count, 'entry', 'entries')}.`
      : 'Unchanged since the last fetch.');
  };
  const control = byId(`${name}-refresh`);
  control.addEventListener('click', () => perform(control, byId(`${name}-result`), refresh, 'Fetching… this may take a minute.'));
}

/** @type {Partial<Record<Api.DatasetState, string>>} */
const DOING = { fetching: 'Fetching…', reading: 'Reading…', failed: 'Download failed; the previous file is still used.' };

export function showDatasets() {
  for (const name of /** @type {Api.Dataset[]} */ (Object.keys(DATASETS))) showDataset(name);
  on('dataset', ({ name, state }) => { byId(`${name}-state`).textContent = DOING[state] ?? ''; });
}
