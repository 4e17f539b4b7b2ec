/** The dialog that explains a title over the page, and offers places for it. */
import { show } from '../lib/action.js';
import { get } from '../lib/api.js';
import { byId, el, fill, link, notice } from '../lib/dom.js';
import { sentence } from '../lib/format.js';
import { manualHref } from '../words.js';
import { explanation } from './explanation.js';
import { suggestions } from './suggestions.js';

/** @import { Child } from '../lib/dom.js' */

/** @returns {HTMLDialogElement} */
const dialog = () => byId('why', HTMLDialogElement);

/**
 * Opens something about an entry over the page.
 * @param {number} id
 * @param {string} heading
 * @param {string} busyText
 * @param {() => Promise<Child>} work
 */
function open(id, heading, busyText, work) {
  byId('why-title').textContent = heading;
  fill(byId('why-fix'), link(manualHref({ anilistId: id }), 'Map it by hand'));
  dialog().showModal();
  return show(byId('why-body'), busyText, work);
}

/** Why an entry is placed where it is. @param {number} id */
export const explain = (id) => open(id, 'Why is it placed there?', 'Working it out…',
  async () => explanation(await get('/api/explain', { anilistId: id })));

/**
 * Why a title waits, also where that has nothing to do with its place.
 * @param {Api.Waiting} row
 */
export const explainWaiting = (row) => open(row.anilistId, 'Why does it wait?', 'Working it out…', async () => {
  const entry = await get('/api/explain', { anilistId: row.anilistId });
  const other = row.reason !== entry.reason && notice('warn', el('strong', {}, sentence(row.sentence)), el('p', {}, sentence(row.hint)));
  return [other, explanation(entry)];
});

/**
 * Where an entry could belong; `accepted` is told when one of the places is taken.
 * @param {number} id
 * @param {() => void} accepted
 */
export const suggest = (id, accepted) => open(id, 'Where does it belong?', 'Searching Trakt…', async () => {
  const choices = await get('/api/suggestions', { anilistId: id });
  return suggestions(choices, byId('waiting-result'), () => {
    dialog().close();
    accepted();
  });
});

/** Lets the dialog be closed by its button. */
export function startWhy() {
  byId('why-close').addEventListener('click', () => dialog().close());
}
