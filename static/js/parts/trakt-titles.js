/** Names for the shows and films of Trakt that stand on the page as numbers: those in view are asked for together, and named where they stand. */
import { get } from '../lib/api.js';
import { callTrakt } from '../words.js';

// What only scrolls past is not asked for.
const SETTLED_MS = 150;
// So many are asked for together; the service asks Trakt for a few of them.
const TOGETHER = 40;
// How long none is asked for once none was told.
const REST_MS = 60_000;
// What is just below the window has its name when it comes into view.
const AHEAD = '0px 0px 25% 0px';

/** What Trakt calls them, by their `data-unnamed`; null where it does not say. @type {Map<string, Api.TraktTitle | null>} */
const told = new Map();
/** The numbers in view. @type {Set<HTMLElement>} */
const seen = new Set();
let restsUntil = 0;

/** @param {ParentNode} root @returns {HTMLElement[]} */
const numbersIn = (root) => [...root.querySelectorAll('[data-unnamed]')].filter((node) => node instanceof HTMLElement);

/** @param {HTMLElement} node */
const keyOf = (node) => node.dataset.unnamed ?? '';

/** @param {Api.TraktName} item */
function tell({ kind, traktId, traktTitle }) {
  const key = `${kind} ${traktId}`;
  told.set(key, traktTitle ?? null);
  if (traktTitle) numbersIn(document).filter((node) => keyOf(node) === key).forEach((node) => callTrakt(node, traktTitle));
}

/** Those in view of which nothing is known. */
const wanted = () => [...new Set([...seen].map(keyOf))].filter((key) => key && !told.has(key)).slice(0, TOGETHER);

/** @param {string[]} keys @param {Api.MediaType} kind */
const idsOf = (keys, kind) => keys.filter((key) => key.startsWith(`${kind} `)).map((key) => key.slice(kind.length + 1)).join();

// A name is worth no error on the page: where none can be had, the number stays.
/** @param {string[]} keys @returns {Promise<Api.TraktName[]>} */
const ask = (keys) => get('/api/trakt-titles', { shows: idsOf(keys, 'show'), movies: idsOf(keys, 'movie') })
  .then(({ items }) => items, () => []);

const rest = () => { restsUntil = Date.now() + REST_MS; };

async function askForSeen() {
  for (let keys = wanted(); keys.length && Date.now() >= restsUntil; keys = wanted()) {
    const items = await ask(keys);
    items.forEach(tell);
    if (!items.length) rest();
  }
}

/** Names what is in view, from now on and whenever it is drawn. */
export function nameWhatIsSeen() {
  let timer = 0;
  /** @type {Promise<void> | null} */
  let busy = null;
  const begin = () => { busy ??= askForSeen().finally(() => { busy = null; }); };
  const views = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      if (!(target instanceof HTMLElement)) continue;
      if (isIntersecting && keyOf(target)) seen.add(target);
      else seen.delete(target);
      if (!target.isConnected || !keyOf(target)) views.unobserve(target);
    }
    clearTimeout(timer);
    if (wanted().length) timer = setTimeout(begin, SETTLED_MS);
  }, { rootMargin: AHEAD });
  /** @param {HTMLElement} node */
  const arrive = (node) => {
    const called = told.get(keyOf(node));
    if (called) callTrakt(node, called);
    else views.observe(node);
  };
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof HTMLElement) numbersIn(node).forEach(arrive);
    }
  }).observe(document.body, { childList: true, subtree: true });
  numbersIn(document).forEach(arrive);
}
