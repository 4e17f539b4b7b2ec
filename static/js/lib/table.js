/** Tables that become cards on a narrow screen, and show long lists a page at a time. */
import { perform } from './action.js';
import { button, el, fill } from './dom.js';
import { number } from './format.js';

/** @import { Child } from './dom.js' */

/**
 * `cell` makes the content from a row, and `kind` (`number`, `actions`, `wide`) says how it is laid out.
 * @template Row
 * @typedef {{ label: string, cell: (row: Row) => Child, kind?: string }} Column
 */

/**
 * What rows are still to come: `read(n)` adds to them until they are `n`, or all, and `total()` is how
 * many there are, or null while that is not known.
 * @typedef {{ read: (wanted: number) => Promise<void>, total: () => number | null }} Rest
 */

// On a narrow screen rows and cells are laid out as blocks, which makes browsers forget that they
// are a table; the roles keep it one for screen readers.
/** @template Row @param {Column<Row>} column @param {Row} row */
const cell = (column, row) =>
  el('td', { role: 'cell', class: column.kind, 'data-label': column.label }, el('div', {}, column.cell(row)));

/** @template Row @param {Column<Row>[]} columns @param {Row} row */
const tableRow = (columns, row) => el('tr', { role: 'row' }, columns.map((column) => cell(column, row)));

/** @param {{ label: string, kind?: string }} column */
const heading = (column) => el('th', { role: 'columnheader', scope: 'col', class: column.kind }, column.label);

/** So many rows are shown at first. */
export const PAGE = 100;

/**
 * A table of `rows`, of which `page` are shown at first; `rest`, where they are not all there yet.
 * @template Row
 * @param {string} caption
 * @param {Column<Row>[]} columns
 * @param {Row[]} rows
 * @param {number} page
 * @param {Rest | null} rest
 */
export function table(caption, columns, rows, page = PAGE, rest = null) {
  const body = el('tbody', { role: 'rowgroup' });
  const more = el('div', { class: 'more' });
  const trouble = el('div');
  let shown = 0;
  const showMore = () => {
    const next = rows.slice(shown, shown + page).map((row) => tableRow(columns, row));
    body.append(...next);
    shown += next.length;
    const total = rest ? rest.total() : rows.length;
    const left = total === null ? null : total - shown;
    const label = left === null ? 'Show more' : `Show ${number(Math.min(left, page))} more of ${number(left)}`;
    fill(more, left !== 0 && button(label, readMore));
  };
  /** @param {{ currentTarget: HTMLElement }} event */
  const readMore = ({ currentTarget }) => {
    if (!rest || rows.length >= shown + page) return showMore();
    return perform(currentTarget, trouble, () => rest.read(shown + page).then(showMore), 'Reading more…');
  };
  showMore();
  return el('div', { class: 'table' },
    el('table', { role: 'table', class: 'stacks' },
      el('caption', {}, caption),
      el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, columns.map(heading))),
      body),
    more,
    trouble);
}
