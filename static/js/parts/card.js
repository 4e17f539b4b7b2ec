/** A title of the library as a card: cover, how far it is, one more and one less, status and score. */
import { el } from '../lib/dom.js';
import { icon } from '../lib/icon.js';
import { itemCover } from './cover.js';
import { hrefOf, isOpen, progressText, progressWords, STATUS_TONES, statusName, titleOf, unitOf } from './naming.js';

/**
 * What can be done with a title where it is listed.
 * @typedef {{
 *   step: (id: number, by: 1 | -1) => void,
 *   edit: (id: number, anchor: HTMLElement) => void,
 *   pick?: (id: number, isPicked: boolean, range: boolean) => void,
 * }} Ways
 */

/**
 * What stands on the page for a title: `update` lets it show how the title is now.
 * @typedef {{ node: HTMLElement, update: (item: Api.Item, isPicked: boolean) => void }} Shown
 */

/** @param {string} label @param {string} name @param {() => void} onclick */
export const roundButton = (label, name, onclick) => el('button', { type: 'button', class: 'round', 'aria-label': label, title: label, onclick }, icon(name, 'small'));

/** @param {Api.Item} item @param {Ways} ways */
export function steps({ id, type }, { step }) {
  const unit = unitOf(type);
  const less = roundButton(`One ${unit} less`, 'take', () => step(id, -1));
  const more = roundButton(`One ${unit} more`, 'add', () => step(id, 1));
  return { less, more, node: el('span', { class: 'item-steps' }, less, more) };
}

/** @param {number} id @param {Ways} ways */
export const pickBox = (id, { pick }) => el('input', {
  type: 'checkbox', class: 'item-pick', 'aria-label': 'Select', onclick: (/** @type {MouseEvent} */ event) => pick?.(id, /** @type {HTMLInputElement} */ (event.currentTarget).checked, event.shiftKey),
});

/** @param {number} id @param {Ways} ways */
export function statusButton(id, { edit }) {
  const word = el('span');
  const dot = el('span', { class: 'dot', 'aria-hidden': 'true' });
  const node = el('button', { type: 'button', class: 'item-status', 'aria-haspopup': 'dialog', 'aria-expanded': 'false', onclick: () => edit(id, node) }, dot, word, icon('down', 'small'));
  return {
    node,
    /** @param {Api.Item} item */
    update(item) {
      word.textContent = statusName(item.status);
      dot.className = `dot ${STATUS_TONES[item.status] ?? ''}`;
      node.setAttribute('aria-label', `${statusName(item.status)}${item.score === null ? '' : `, score ${item.score}`}: change status or score`);
    },
  };
}

/** A bar for how far it is; full where it is completed, and empty where nobody knows how long it is. @param {HTMLProgressElement} bar @param {Api.Item} item */
export function setBar(bar, item) {
  const most = item.max_progress ?? 0;
  bar.max = most || 1;
  bar.value = most ? Math.min(item.progress, most) : Number(item.status === 'completed');
  bar.className = `meter ${STATUS_TONES[item.status] ?? ''}`;
}

/**
 * @param {Api.Item} item
 * @param {Ways} ways
 * @returns {Shown}
 */
export function card(item, ways) {
  const { id } = item;
  const name = el('span', { class: 'item-name' });
  const bar = el('progress', { class: 'meter', 'aria-hidden': 'true' });
  const count = el('span', { class: 'item-count' });
  const score = el('span', { class: 'item-score' });
  const [step, status, box, picture] = [steps(item, ways), statusButton(id, ways), ways.pick && pickBox(id, ways), itemCover(item)];
  const node = el('li', { class: 'item', 'data-id': id },
    el('a', { class: 'item-link', href: hrefOf(item) }, picture.node, name),
    el('div', { class: 'item-over' }, box, score, step.node, bar),
    el('div', { class: 'item-foot' }, count, status.node));
  /** @param {Api.Item} now @param {boolean} isPicked */
  const update = (now, isPicked) => {
    name.textContent = titleOf(now);
    name.title = titleOf(now);
    count.textContent = progressText(now);
    count.title = progressWords(now);
    score.textContent = now.score === null ? '' : String(now.score);
    step.less.disabled = now.progress <= 0;
    step.more.disabled = !isOpen(now);
    if (box) box.checked = isPicked;
    node.classList.toggle('picked', isPicked);
    status.update(now);
    picture.update(now);
    setBar(bar, now);
  };
  update(item, false);
  return { node, update };
}
