/** The fields by which the library is filtered and sorted, each with how many titles it would show. */
import { byId, el, fill } from '../lib/dom.js';
import { number } from '../lib/format.js';
import { icon } from '../lib/icon.js';
import { choices, FACETS, orderOf, SCORES } from './filters.js';
import { formatName, STATUS_TONES, statusesOf, statusName } from './naming.js';

/** @import { Asked, Facet, Choices, Sort } from './filters.js' */

/** @type {Record<Sort, string>} */
const SORT_NAMES = { updated: 'Last changed', title: 'Title', score: 'Score', progress: 'Progress', added: 'Added', year: 'Year' };

/** @param {string} value */
const scoreName = (value) => (value in SCORES ? SCORES[value].join('–') : 'No score');

/** How the choices of a facet are called, and in which order they stand. @type {Record<Exclude<Facet, 'status'>, { all: string, name: (value: string) => string }>} */
const FIELDS = {
  format: { all: 'Any format', name: formatName },
  year: { all: 'Any year', name: (value) => value },
  score: { all: 'Any score', name: scoreName },
};

/** @param {Choices} list @param {string} value */
const countOf = (list, value) => list.find((one) => one.value === value)?.count ?? 0;

/** @param {Exclude<Facet, 'status'>} facet @param {Choices} list */
const sorted = (facet, list) => (facet === 'format'
  ? [...list].sort((one, other) => other.count - one.count)
  : [...list].sort((one, other) => Number(other.value) - Number(one.value) || 0));

/**
 * @param {Exclude<Facet, 'status'>} facet
 * @param {Choices} list
 * @param {Asked} asked
 */
function drawField(facet, list, asked) {
  const field = byId(facet, HTMLSelectElement);
  const { all, name } = FIELDS[facet];
  const there = list.some(({ value }) => value === asked[facet]) || !asked[facet] ? list : [...list, { value: asked[facet], count: 0 }];
  const key = JSON.stringify([there, asked[facet]]);
  if (field.dataset.drawn === key) return;
  field.dataset.drawn = key;
  field.replaceChildren(el('option', { value: '' }, all), ...sorted(facet, there).map(({ value, count }) => el('option', { value }, `${name(value)} (${number(count)})`)));
  field.value = asked[facet];
  field.classList.toggle('on', asked[facet] !== '');
}

/** @param {string} status @param {string} word @param {number} count @param {boolean} isOn @param {(status: string) => void} choose */
const chip = (status, word, count, isOn, choose) => el('li', {},
  el('button', { type: 'button', class: 'chip', 'data-status': status, 'aria-pressed': String(isOn), onclick: () => choose(status) },
    status && el('span', { class: `dot ${STATUS_TONES[/** @type {Api.Status} */ (status)]}`, 'aria-hidden': 'true' }), word, ' ', el('span', { class: 'count' }, number(count))));

/** @param {Api.Item[]} items @param {Asked} asked @param {(status: string) => void} choose */
function drawStatuses(items, asked, choose) {
  const list = choices(items, asked, 'status');
  const held = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.status : undefined;
  fill(byId('statuses'), chip('', 'All', list.reduce((sum, { count }) => sum + count, 0), !asked.status, choose),
    statusesOf(asked.type).map((status) => chip(status, statusName(status), countOf(list, status), asked.status === status, choose)));
  if (held === undefined) return;
  byId('statuses').removeAttribute('tabindex');
  /** @type {HTMLElement | null} */
  const again = byId('statuses').querySelector(`[data-status="${held}"]`);
  again?.focus();
}

/** @param {Api.Item[]} items @param {Asked} asked @param {(status: string) => void} choose */
export function drawFilters(items, asked, choose) {
  drawStatuses(items, asked, choose);
  for (const facet of FACETS) if (facet !== 'status') drawField(facet, choices(items, asked, facet), asked);
  byId('sort', HTMLSelectElement).value = asked.sort;
  const text = byId('q', HTMLInputElement);
  if (text.value.trim() !== asked.q) text.value = asked.q;
  const isUp = orderOf(asked) === 'asc';
  const order = byId('order');
  order.setAttribute('aria-label', isUp ? 'Ascending; change to descending' : 'Descending; change to ascending');
  order.title = isUp ? 'Ascending' : 'Descending';
  order.classList.toggle('turned', !isUp);
  for (const type of /** @type {Api.ItemType[]} */ (['anime', 'manga'])) {
    byId(`count-${type}`).textContent = number(items.filter((item) => item.type === type).length);
    byId(`tab-${type}`).toggleAttribute('aria-current', false);
  }
  byId(`tab-${asked.type}`).setAttribute('aria-current', 'page');
}

/** Fills in what never changes, and tells of what a person chooses. @param {(asked: Partial<Asked>, typed: boolean) => void} ask @param {() => Asked} now */
export function startFilters(ask, now) {
  fill(byId('sort'), Object.entries(SORT_NAMES).map(([value, word]) => el('option', { value }, word)));
  byId('order').append(icon('up', 'small'));
  byId('q').addEventListener('input', () => ask({ q: byId('q', HTMLInputElement).value.trim() }, true));
  for (const name of /** @type {const} */ (['format', 'year', 'score'])) {
    byId(name).addEventListener('change', () => ask({ [name]: byId(name, HTMLSelectElement).value }, false));
  }
  byId('sort').addEventListener('change', () => ask({ sort: /** @type {Sort} */ (byId('sort', HTMLSelectElement).value), order: '' }, false));
  byId('order').addEventListener('click', () => ask({ order: orderOf(now()) === 'asc' ? 'desc' : 'asc' }, false));
}
