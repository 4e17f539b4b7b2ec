/** What was last found on Trakt, or posted to it: `GET /api/progress`. */
import { section } from '../lib/action.js';
import { get } from '../lib/api.js';
import { byId, el, empty, link } from '../lib/dom.js';
import { age, number } from '../lib/format.js';
import { table } from '../lib/table.js';
import { anilistLink } from '../words.js';
import { cover } from './cover.js';

/** @import { Column } from '../lib/table.js' */

/** @type {Column<Api.Progress>[]} */
const COLUMNS = [
  { label: 'Title', kind: 'wide', cell: (row) => el('div', { class: 'row tight' },
    cover(row.title ?? String(row.anilistId), row.cover, 'thumb'), anilistLink(row.anilistId, row.title)) },
  { label: 'Last episode', kind: 'number', cell: (row) => number(row.lastAbs) },
  { label: 'Synced', cell: (row) => age(row.updatedAt) },
];

export const showProgress = () => section(byId('progress'),
  () => get('/api/progress', { limit: 100 }), ({ items }) => items.length
    ? table('Latest progress, newest first', COLUMNS, items, 12)
    : empty('No title is synced yet', 'See what a sync would do first: ', link('/sync?preview=full', 'preview a sync'), '.'));
