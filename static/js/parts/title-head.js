/** The top of a title's page: cover, names, how far it is, and where else it is. */
import { button, el, fill, link } from '../lib/dom.js';
import { icon } from '../lib/icon.js';
import { toastError } from '../lib/toast.js';
import { serviceName } from '../words.js';
import { roundButton, setBar, statusButton } from './card.js';
import { cover, coverOf, hueOf } from './cover.js';
import { editBeside } from './edit.js';
import { change, remove, step } from './items.js';
import { formatName, isOpen, progressText, titleOf, unitOf } from './naming.js';

/** @param {Api.Item} item @returns {[service: string, address: string][]} */
function addresses({ type, anilist_id: anilist, mal_id: mal, kitsu_id: kitsu, mangadex_id: mangadex }) {
  /** @type {[string, string | number | null, string][]} */
  const all = [
    ['anilist', anilist, `https://anilist.co/${type}/${anilist}`], ['myanimelist', mal, `https://myanimelist.net/${type}/${mal}`],
    ['kitsu', kitsu, `https://kitsu.app/${type}/${kitsu}`], ['mangadex', mangadex, `https://mangadex.org/title/${mangadex}`],
  ];
  return all.filter(([, id]) => id).map(([service, , address]) => [service, address]);
}

/** @param {Api.Item} item */
function otherNames(item) {
  const shown = titleOf(item);
  const names = [item.title, item.titles?.english, item.titles?.romaji, item.titles?.native].filter((name) => name && name !== shown);
  return [...new Set(names)].join(' · ');
}

/** @param {Api.Item} item */
function facts({ format, year, release_status: release, type, max_progress: most }) {
  const words = [format ? formatName(format) : type === 'manga' ? 'Manga' : 'Anime', year, most && `${most} ${unitOf(type)}${most === 1 ? '' : 's'}`,
    release && release.replaceAll('_', ' ').toLowerCase()];
  return words.filter(Boolean).join(' · ');
}

/** @param {Api.Item} item */
const links = (item) => el('ul', { class: 'chips' }, addresses(item).map(([service, address]) => {
  const one = link(address, el('span', { class: `dot ${service}`, 'aria-hidden': 'true' }), serviceName(service));
  one.classList.add('chip');
  return el('li', {}, one);
}));

/** @param {Api.Item} item */
function favourite(item) {
  const node = button([icon('heart', item.favourite ? 'full' : ''), el('span', {}, 'Favourite')], () => change(item, { favourite: !item.favourite },
    `${titleOf(item)}: ${item.favourite ? 'no favourite any more' : 'a favourite'}`), 'with-icon');
  node.setAttribute('aria-pressed', String(item.favourite));
  return node;
}

/** @param {Api.Item} item @param {() => void} gone @param {(again: Api.Item) => void} [back] */
const removing = (item, gone, back) => button([icon('bin'), el('span', {}, 'Remove')], async () => {
  try {
    await remove(item, back);
    gone();
  } catch (error) {
    toastError(`item ${item.id}`, error);
  }
}, 'with-icon danger');

/** How far it is, with one less and one more. @param {Api.Item} item */
function progress(item) {
  const unit = unitOf(item.type);
  const bar = el('progress', { class: 'meter', 'aria-label': 'How far it is' });
  const [less, more] = [roundButton(`One ${unit} less`, 'take', () => step(item.id, -1, unit)), roundButton(`One ${unit} more`, 'add', () => step(item.id, 1, unit))];
  less.disabled = item.progress <= 0;
  more.disabled = !isOpen(item);
  setBar(bar, item);
  return el('div', { class: 'title-progress' }, less,
    el('div', {}, el('div', { class: 'row between' }, el('strong', {}, progressText(item)), el('span', { class: 'muted' }, `${unit}s`)), bar), more);
}

/**
 * Draws the head; a focus stays on what it was on.
 * @param {HTMLElement} root
 * @param {Api.Item} item
 * @param {() => void} gone is called once the title is removed
 * @param {(again: Api.Item) => void} [back] is called with the title that came back, which has another number
 */
export function drawHead(root, item, gone, back) {
  const held = root.contains(document.activeElement) ? [...root.querySelectorAll('button')].indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)) : -1;
  const status = statusButton(item.id, { step: () => {}, edit: editBeside });
  status.update(item);
  const names = otherNames(item);
  root.style.setProperty('--hue', String(hueOf(item.title)));
  fill(root, el('div', { class: 'title-head' }, cover(item.title, coverOf(item)),
    el('div', {}, el('p', { class: 'title-name' }, titleOf(item)), names && el('p', { class: 'muted' }, names), el('p', { class: 'muted' }, facts(item))),
    el('div', { class: 'title-does' },
      el('div', { class: 'row' }, status.node, item.score !== null && el('span', { class: 'title-score' }, icon('star', 'small full'), item.score, el('span', { class: 'offscreen' }, ' of 100')),
        item.private && el('span', { class: 'pill' }, icon('lock', 'small'), ' Private'), item.repeating && el('span', { class: 'pill accent' }, 'Again')),
      progress(item), links(item),
      el('div', { class: 'row' }, favourite(item), removing(item, gone, back)))));
  if (held >= 0) {
    root.removeAttribute('tabindex');
    root.querySelectorAll('button')[held]?.focus();
  }
}
