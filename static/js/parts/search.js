/** The search on top of every page: a title of the library at once, and others to add. */
import { get, isApiError } from '../lib/api.js';
import { byId, el, fill, hint } from '../lib/dom.js';
import { hasWords, searchWords } from '../lib/form.js';
import { sentence } from '../lib/format.js';
import { icon } from '../lib/icon.js';
import { isPages } from '../lib/keys.js';
import { toast, toastError } from '../lib/toast.js';
import { cover, coverOf } from './cover.js';
import { add, all, load, remove } from './items.js';
import { formatName, hrefOf, progressText, statusName, titleOf } from './naming.js';

/** @import { Child } from '../lib/dom.js' */

/**
 * What can be chosen: what it shows, and what choosing it does.
 * @typedef {{ node: HTMLElement, choose: () => void }} Option
 */

const PAUSE_MS = 200;
const SHOWN = 6;
const FEWEST = 2;

/** The open search, its options, and the one that Enter chooses. */
let options = /** @type {Option[]} */ ([]);
let active = 0;
let timer = 0;
let asked = new AbortController();

/** @param {Api.Item} item */
const searchable = (item) => [item.title, ...Object.values(item.titles ?? {})].join(' ');

/** The id in an address of a service that was pasted. @type {[address: RegExp, field: 'anilist_id' | 'mal_id' | 'kitsu_id' | 'mangadex_id'][]} */
const ADDRESSES = [
  [/anilist\.co\/(?:anime|manga)\/(\d+)/i, 'anilist_id'], [/myanimelist\.net\/(?:anime|manga)\/(\d+)/i, 'mal_id'],
  [/kitsu\.(?:io|app)\/(?:anime|manga)\/(\d+)/i, 'kitsu_id'], [/mangadex\.org\/title\/([0-9a-f-]{36})/i, 'mangadex_id'],
];

/** @param {string} text */
function isMeant(text) {
  for (const [address, field] of ADDRESSES) {
    const id = address.exec(text)?.[1];
    if (id) return (/** @type {Api.Item} */ item) => String(item[field]) === id;
  }
  const words = searchWords(text);
  return (/** @type {Api.Item} */ item) => hasWords(searchable(item), words);
}

/** @param {Child} picture @param {string} title @param {Child} below @param {Child} mark @param {() => void} choose */
function option(picture, title, below, mark, choose) {
  const node = el('li', { role: 'option', 'aria-selected': 'false', class: 'found', onclick: choose },
    picture, el('span', { class: 'grow' }, el('span', { class: 'name' }, title), el('span', { class: 'muted' }, below)), mark);
  return { node, choose };
}

/** @param {Api.Item} item */
const known = (item) => option(cover(item.title, coverOf(item), 'thumb'), titleOf(item),
  [statusName(item.status), ' · ', progressText(item), item.format && ` · ${formatName(item.format)}`], null, () => location.assign(hrefOf(item)));

/** What the library keeps of a title, as a source tells it. @param {Api.SourceTitle} found @returns {Api.NewItem} */
function newItem({ id, episodes, chapters, volumes, source = 'anilist', ...found }) {
  const isManga = found.type === 'manga';
  return {
    ...found, source, titles: found.titles ?? undefined, max_progress: (isManga ? chapters : episodes) ?? null, max_volumes: (isManga ? volumes : null) ?? null,
    anilist_id: found.anilist_id ?? (source === 'anilist' ? Number(id) : null), mangadex_id: found.mangadex_id ?? (source === 'mangadex' ? id : null),
  };
}

/** @param {Api.SourceTitle} found */
async function addFound(found) {
  try {
    const item = await add(newItem(found));
    toast(`item ${item.id}`, `${titleOf(item)}: added to the library`, { undo: () => remove(item).catch((error) => toastError('undo', error)) });
    byId('seeker', HTMLDialogElement).close();
  } catch (error) {
    toastError('add', error);
  }
}

/** @param {Api.SourceTitle} found */
const unknown = (found) => option(cover(found.title, found.cover, 'thumb'), found.title,
  [found.type === 'manga' ? 'Manga' : 'Anime', found.year && ` · ${found.year}`, found.format && ` · ${formatName(found.format)}`],
  el('span', { class: 'pill accent' }, icon('add', 'small'), ' Add'), () => addFound(found));

/** @param {number} to */
function activate(to) {
  options[active]?.node.setAttribute('aria-selected', 'false');
  active = options.length ? (to + options.length) % options.length : 0;
  const chosen = options[active]?.node;
  chosen?.setAttribute('aria-selected', 'true');
  chosen?.scrollIntoView({ block: 'nearest' });
  byId('seeker-text').setAttribute('aria-activedescendant', chosen?.id ?? '');
}

/** @param {[label: string, of: Option[]][]} groups @param {Child} [note] */
function draw(groups, note) {
  const filled = groups.filter(([, of]) => of.length);
  options = filled.flatMap(([, of]) => of);
  options.forEach(({ node }, index) => { node.id = `found-${index}`; });
  fill(byId('seeker-found'), filled.map(([label, of]) => el('ul', { role: 'group', 'aria-label': label },
    el('li', { class: 'label', role: 'presentation' }, label), of.map(({ node }) => node))), note);
  activate(0);
}

/** @param {string} text */
const inLibrary = (text) => all().filter(isMeant(text)).slice(0, SHOWN).map(known);

/** @param {Api.SourceTitle} found */
const isNew = (found) => {
  const { anilist_id: anilist, mangadex_id: mangadex } = newItem(found);
  return !all().some((item) => (anilist && item.anilist_id === anilist && item.type === found.type) || (mangadex && item.mangadex_id === mangadex));
};

/** @param {string} q @param {Api.ItemType} type */
const suggested = (q, type) => get('/api/sources/autocomplete', { q, type }, asked.signal);

/** @param {string} text */
async function askSources(text) {
  asked = new AbortController();
  const here = inLibrary(text);
  try {
    const [anime, manga] = await Promise.all([suggested(text, 'anime'), suggested(text, 'manga')]);
    const found = [...anime, ...manga].filter(isNew);
    draw([['In your library', inLibrary(text)], ['Add to your library', found.map(unknown)]], !found.length && !here.length && hint('Nothing is called that. Try fewer letters.'));
  } catch (error) {
    if (error instanceof DOMException || asked.signal.aborted) return;
    draw([['In your library', here]], hint(isApiError(error, 'not_found') ? 'Only your library is searched.' : ['Other titles cannot be searched right now. ', isApiError(error) && sentence(error.message)]));
  }
}

function search() {
  const text = byId('seeker-text', HTMLInputElement).value.trim();
  clearTimeout(timer);
  asked.abort();
  const more = text.length >= FEWEST;
  draw([['In your library', text ? inLibrary(text) : []]], more ? hint('Searching…') : hint('A name, or a pasted address of AniList, MyAnimeList, Kitsu or MangaDex.'));
  if (more) timer = setTimeout(() => askSources(text), PAUSE_MS);
}

/** @param {KeyboardEvent} event */
function steer(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) activate(active + moves[/** @type {keyof typeof moves} */ (event.key)]);
  else if (event.key === 'Enter') options[active]?.choose();
  // By itself, a search field would only be emptied.
  else if (event.key === 'Escape') byId('seeker', HTMLDialogElement).close();
  else return;
  event.preventDefault();
}

function dialog() {
  const there = document.getElementById('seeker');
  if (there instanceof HTMLDialogElement) return there;
  const made = el('dialog', { id: 'seeker', class: 'seeker', 'aria-label': 'Search or add a title', onclick: ({ target }) => { if (target === made) made.close(); } },
    el('div', { class: 'row tight' }, icon('search'),
      el('input', {
        id: 'seeker-text', type: 'search', autocomplete: 'off', spellcheck: 'false', placeholder: 'Search or add a title', 'aria-label': 'A title',
        role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'seeker-found', 'aria-autocomplete': 'list', oninput: search, onkeydown: steer,
      }), el('kbd', {}, 'Esc')),
    el('div', { id: 'seeker-found', role: 'listbox', 'aria-label': 'Titles' }));
  document.body.append(made);
  return made;
}

/** Opens the search. */
export function openSearch() {
  const box = dialog();
  if (box.open) return;
  box.showModal();
  byId('seeker-text', HTMLInputElement).select();
  search();
  load().then(search).catch(() => {});
}

/** Lets the button on top, `/` and Ctrl-K open the search. */
export function startSearch() {
  byId('find-title-anywhere').addEventListener('click', openSearch);
  addEventListener('keydown', (event) => {
    const isMeantSo = (event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && isPages(event));
    if (!isMeantSo) return;
    event.preventDefault();
    openSearch();
  });
}
