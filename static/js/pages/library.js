/** The page `/library`: all titles as covers or lines, filtered, sorted, changed in place. */
import { errorNotice } from '../lib/action.js';
import { button, buttonLink, byId, el, fill } from '../lib/dom.js';
import { count } from '../lib/format.js';
import { icon } from '../lib/icon.js';
import { keep, kept } from '../lib/kept.js';
import { windowed } from '../lib/windowed.js';
import { clear, isPicked, pick, startBulk } from '../parts/bulk.js';
import { card } from '../parts/card.js';
import { editBeside } from '../parts/edit.js';
import { addressOf, chosen, readAddress } from '../parts/filters.js';
import { all, itemOf, load, onChange, reload, step } from '../parts/items.js';
import { drawFilters, startFilters } from '../parts/library-filters.js';
import { showKeys, startKeys } from '../parts/library-keys.js';
import { heads, line } from '../parts/line.js';
import { openSearch } from '../parts/search.js';
import { hasRoom, showPanel, startPanel } from '../parts/panel.js';
import { startShell } from '../parts/shell.js';
import { startSwipe } from '../parts/swipe.js';
import { askTitles } from '../parts/titles.js';

/** @import { Ways } from '../parts/card.js' */
/** @import { Asked } from '../parts/filters.js' */
/** @import { Form } from '../lib/windowed.js' */

/** Below the cover: bar, two lines of title, count and status, and the space to the next row. */
const TEXT_PX = 82;
const ROW_GAP_PX = 18;
const NARROW_PX = 480;

/** @type {Asked} */
let asked = readAddress(location.search);
/** The place in the list that Tab leads to. */
let active = 0;
/** @type {ReturnType<typeof windowed<Api.Item>> | null} */
let list = null;

const isTable = () => kept('view') === 'rows';
const isCompact = () => kept('density') === 'compact';

/** @param {number} width @returns {Form} */
function asLines(width) {
  return { columns: 1, width, gap: 0, step: innerWidth <= 720 ? 72 : isCompact() ? 44 : 56 };
}

/** @param {number} width @returns {Form} */
function asCovers(width) {
  const isNarrow = width < NARROW_PX;
  const gap = isNarrow ? 10 : 16;
  const least = isNarrow ? 100 : isCompact() ? 116 : 148;
  const columns = Math.max(2, Math.floor((width + gap) / (least + gap)));
  const one = Math.floor((width - gap * (columns - 1)) / columns);
  return { columns, width: one, gap, step: Math.ceil(one * 1.5) + TEXT_PX + ROW_GAP_PX };
}

/** @type {Ways} */
const ways = {
  step: (id, by) => step(id, by, itemOf(id)?.type === 'manga' ? 'chapter' : 'episode'),
  edit: editBeside,
  pick: (id, to, range) => pick(id, to, range, chosen(all(), asked).map((item) => item.id)),
};

/** @param {Api.Item} item */
function drawn(item) {
  const shown = isTable() ? line(item, ways) : card(item, ways);
  /** @param {Api.Item} now */
  const update = (now) => {
    const link = linkIn(shown.node);
    if (link) link.tabIndex = list?.at(active)?.id === now.id ? 0 : -1;
    shown.update(now, isPicked(now.id));
  };
  update(item);
  return { node: shown.node, update };
}

/** @param {HTMLElement | undefined} node @returns {HTMLElement | null} */
const linkIn = (node) => node?.querySelector('.item-link') ?? null;

/** @param {number} index */
function focusAt(index) {
  if (!list || !list.length()) return;
  const before = linkIn(list.reveal(active));
  if (before) before.tabIndex = -1;
  active = Math.max(0, Math.min(index, list.length() - 1));
  const link = linkIn(list.reveal(active));
  if (!link) return;
  link.tabIndex = 0;
  link.focus({ preventScroll: true });
}

/** The title that the keys are about: the one that has the focus. */
const focused = () => {
  const node = document.activeElement?.closest('[data-id]');
  return node instanceof HTMLElement ? itemOf(Number(node.dataset.id)) : undefined;
};

function emptyLibrary() {
  return el('div', { class: 'hollow' }, icon('books'), el('h2', {}, 'Your library is empty'),
    el('p', { class: 'muted' }, 'Add a title by its name, or bring the list you have from another service.'),
    el('div', { class: 'row' }, button('Add by search', openSearch, 'primary'), buttonLink('/settings#data', 'Import from…')));
}

const nothingFits = () => el('div', { class: 'hollow' }, icon('search'), el('h2', {}, 'Nothing fits'),
  el('p', { class: 'muted' }, 'No title has all that you ask for.'),
  button('Show all', () => ask({ q: '', status: '', format: '', year: '', score: '' }, false)));

/** @param {number} found */
function state(found) {
  if (found) return null;
  return all().some(({ type }) => type === asked.type) ? nothingFits() : emptyLibrary();
}

function draw() {
  const found = chosen(all(), asked);
  drawFilters(all(), asked, (status) => ask({ status }, false));
  fill(byId('library-state'), state(found.length));
  byId('filters').hidden = !all().length;
  byId('heads').hidden = !isTable() || !found.length;
  // The title with the focus keeps it, wherever it stands now.
  const here = focused();
  const at = here ? found.findIndex(({ id }) => id === here.id) : -1;
  active = at >= 0 ? at : Math.min(active, Math.max(0, found.length - 1));
  list?.set(found);
  byId('found').textContent = count(found.length, 'title');
}

/** Asks for something else; what is typed makes no step of its own for the back button. @param {Partial<Asked>} change @param {boolean} isTyped */
function ask(change, isTyped) {
  asked = { ...asked, ...change };
  active = 0;
  const address = location.pathname + addressOf(asked);
  if (isTyped) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  showPanel(null, closePanel);
  draw();
}

function followAddress() {
  asked = readAddress(location.search);
  active = 0;
  draw();
  const shown = new URLSearchParams(location.search).get('open');
  showPanel(shown && hasRoom() ? Number(shown) : null, closePanel);
}

/** Shows a title beside the list. The address says so, so that the back button closes it. @param {number} id */
function openPanel(id) {
  const query = new URLSearchParams(addressOf(asked));
  query.set('open', String(id));
  history.pushState(null, '', `${location.pathname}?${query}`);
  showPanel(id, closePanel);
}

function closePanel() {
  const id = Number(new URLSearchParams(location.search).get('open'));
  history.pushState(null, '', location.pathname + addressOf(asked));
  showPanel(null, closePanel);
  const index = list?.indexOf(id) ?? -1;
  focusAt(index >= 0 ? index : active);
}

/** @param {MouseEvent} event */
function openBeside(event) {
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = event.target instanceof Element ? event.target.closest('.item-link') : null;
  const node = link?.closest('[data-id]');
  if (!isPlain || !hasRoom() || !(node instanceof HTMLElement)) return;
  event.preventDefault();
  openPanel(Number(node.dataset.id));
}

/** What changed in place stays in its place until something else is asked for. @param {number | null} id */
function follow(id) {
  const item = id === null ? undefined : itemOf(id);
  if (!item) {
    const held = byId('list').contains(document.activeElement);
    draw();
    if (held && !byId('list').contains(document.activeElement)) focusAt(active);
    return;
  }
  list?.update(item);
  drawFilters(all(), asked, (status) => ask({ status }, false));
}

function drawView() {
  byId('view-grid').setAttribute('aria-pressed', String(!isTable()));
  byId('view-rows').setAttribute('aria-pressed', String(isTable()));
}

/** @param {'grid' | 'rows'} view */
function setView(view) {
  keep('view', view === 'rows' ? view : '');
  drawView();
  list?.clear();
  draw();
}

function startViews() {
  byId('view-grid').append(icon('grid'));
  byId('view-rows').append(icon('rows'));
  byId('view-grid').addEventListener('click', () => setView('grid'));
  byId('view-rows').addEventListener('click', () => setView('rows'));
  fill(byId('heads'), heads());
  drawView();
}

/** The tabs change what is shown without loading the page again. @param {MouseEvent} event @param {Api.ItemType} type */
function openTab(event, type) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  clear();
  ask({ type, status: '', format: '', year: '', score: '' }, false);
}

/** @param {number} titles @param {number} rows */
function move(titles, rows) {
  const here = focused();
  const from = here && list ? list.indexOf(here.id) : active;
  focusAt(from + titles + rows * (list?.columns() ?? 1));
}

function startListKeys() {
  startKeys(byId('list'), {
    move,
    end: (isLast) => focusAt(isLast ? (list?.length() ?? 1) - 1 : 0),
    step: (by) => { const item = focused(); if (item) ways.step(item.id, by); },
    pick: () => { const item = focused(); if (item) ways.pick?.(item.id, !isPicked(item.id), false); },
    edit: () => { const item = focused(); const anchor = document.activeElement; if (item && anchor instanceof HTMLElement) editBeside(item.id, anchor); },
    clear,
    filter: () => byId('q').focus(),
  });
}

async function fillPage() {
  fill(byId('library-state'), el('div', { class: 'covers', 'aria-busy': 'true' }, Array.from({ length: 12 }, () => el('div', { class: 'cover skeleton' }))));
  try {
    await Promise.all([load(), askTitles()]);
    followAddress();
  } catch (error) {
    fill(byId('library-state'), errorNotice(error, button('Try again', fillPage)));
  }
}

function start() {
  startShell();
  list = windowed(byId('list'), { form: (width) => (isTable() ? asLines(width) : asCovers(width)), draw: drawn });
  startFilters(ask, () => asked);
  startViews();
  startBulk(() => list?.updateAll());
  startPanel(closePanel);
  byId('list').addEventListener('click', openBeside);
  startListKeys();
  startSwipe(byId('list'), ways.step);
  onChange((id) => { if (all().length || id === null) follow(id); });
  byId('add-title').addEventListener('click', openSearch);
  byId('keys').addEventListener('click', showKeys);
  for (const type of /** @type {Api.ItemType[]} */ (['anime', 'manga'])) byId(`tab-${type}`).addEventListener('click', (event) => openTab(event, type));
  addEventListener('popstate', followAddress);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) reload().catch(() => {}); });
  fillPage();
}

start();
