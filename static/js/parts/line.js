/** A title of the library as a line of a table. */
import { el } from '../lib/dom.js';
import { pickBox, setBar, statusButton, steps } from './card.js';
import { itemCover } from './cover.js';
import { formatName, hrefOf, isOpen, progressText, progressWords, titleOf } from './naming.js';

/** @import { Shown, Ways } from './card.js' */

/** What the columns are called. */
export const heads = () => ['', '', 'Title', 'Status', 'Progress', 'Score', 'Format', 'Year'].map((word, index) => el('span', { class: index > 5 && 'extra' }, word));

/**
 * @param {Api.Item} item
 * @param {Ways} ways
 * @returns {Shown}
 */
export function line(item, ways) {
  const { id } = item;
  const link = el('a', { class: 'item-link', href: hrefOf(item) });
  const bar = el('progress', { class: 'meter', 'aria-hidden': 'true' });
  const [count, score] = [el('span', { class: 'item-count' }), el('span', { class: 'item-score' })];
  const [step, status, box, picture] = [steps(item, ways), statusButton(id, ways), pickBox(id, ways), itemCover(item, 'thumb')];
  const [format, year] = [el('span', { class: 'extra muted' }), el('span', { class: 'extra muted' })];
  const node = el('li', { class: 'item line', 'data-id': id }, box, picture.node, link, status.node,
    el('span', { class: 'item-progress' }, count, bar, step.node), score, format, year);
  /** @param {Api.Item} now @param {boolean} isPicked */
  const update = (now, isPicked) => {
    link.textContent = titleOf(now);
    count.textContent = progressText(now);
    count.title = progressWords(now);
    score.textContent = now.score === null ? '' : String(now.score);
    step.less.disabled = now.progress <= 0;
    step.more.disabled = !isOpen(now);
    box.checked = isPicked;
    node.classList.toggle('picked', isPicked);
    format.textContent = now.format ? formatName(now.format) : '';
    year.textContent = String(now.year ?? '');
    status.update(now);
    picture.update(now);
    setBar(bar, now);
  };
  update(item, false);
  return { node, update };
}
