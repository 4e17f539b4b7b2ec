/** The pages `/anime/{id}` and `/manga/{id}`: one title of the library. */
import { errorNotice, section } from '../lib/action.js';
import { get } from '../lib/api.js';
import { button, byId, empty, fill, link } from '../lib/dom.js';
import { explanation } from '../parts/explanation.js';
import { itemOf, loadOne, onChange } from '../parts/items.js';
import { hrefOf, titleOf } from '../parts/naming.js';
import { startShell } from '../parts/shell.js';
import { nameWhatIsSeen } from '../parts/trakt-titles.js';
import { drawEntry } from '../parts/title-entry.js';
import { drawHead } from '../parts/title-head.js';
import { history } from '../parts/title-history.js';
import { askTitles } from '../parts/titles.js';
import { manualHref } from '../words.js';

const id = Number(location.pathname.split('/')[2]);
const GATHER_MS = 600;
let timer = 0;
/** Loads the history again; `showRest` sets it. */
let loadHistory = () => {};

function gone() {
  byId('body').hidden = true;
  byId('name').textContent = 'Removed';
  fill(byId('head'), empty('It is not in your library any more', link(byId('back').getAttribute('href') ?? '/library', 'Back to the library'), '.'));
}

/** @param {Api.Item} item */
function draw(item) {
  byId('name').textContent = titleOf(item);
  document.title = `${titleOf(item)} · AniList to Trakt`;
  byId('back').setAttribute('href', item.type === 'manga' ? '/library?type=manga' : '/library');
  drawHead(byId('head'), item, gone, (again) => location.replace(hrefOf(again)));
  drawEntry(byId('entry', HTMLFormElement), item);
  byId('body').hidden = false;
}

/** @param {Api.Item} item */
function showRest(item) {
  loadHistory = section(byId('history'), () => get(`/api/library/items/${id}/history`), ({ items }) => history(items));
  const isPlaced = item.type === 'anime' && item.anilist_id !== null;
  byId('place').hidden = !isPlaced;
  if (!isPlaced) return;
  byId('fix').setAttribute('href', manualHref({ anilistId: item.anilist_id }));
  section(byId('evidence'), () => get('/api/explain', { anilistId: item.anilist_id }), (entry) => explanation(entry));
}

/** @param {number | null} changed */
function follow(changed) {
  const item = itemOf(id);
  if (item && changed === id) {
    draw(item);
    clearTimeout(timer);
    timer = setTimeout(loadHistory, GATHER_MS);
  } else if (!item) {
    gone();
  }
}

async function fillPage() {
  try {
    await askTitles();
    const item = await loadOne(id);
    draw(item);
    showRest(item);
    onChange(follow);
  } catch (error) {
    fill(byId('head'), errorNotice(error, button('Try again', fillPage)));
  }
}

function start() {
  startShell();
  nameWhatIsSeen();
  fillPage();
}

start();
