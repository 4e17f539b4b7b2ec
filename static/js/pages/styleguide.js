/** The page `/styleguide`: every component once, as the pages use it. */
import { confirm } from '../lib/confirm.js';
import { button, buttonLink, byId, el, empty, facts, fill, hint, notice, pill, working } from '../lib/dom.js';
import { icon } from '../lib/icon.js';
import { popover } from '../lib/popover.js';
import { table } from '../lib/table.js';
import { toast } from '../lib/toast.js';
import { roundButton } from '../parts/card.js';
import { cover } from '../parts/cover.js';
import { densities, segments, themes } from '../parts/looks.js';
import { startShell } from '../parts/shell.js';
import { serviceName } from '../words.js';

/** @import { Child } from '../lib/dom.js' */

const COLOURS = ['bg', 'surface', 'raised', 'sunken', 'ink', 'muted', 'line', 'accent', 'good', 'warn', 'bad', 'calm'];
const SERVICES = ['anilist', 'myanimelist', 'kitsu', 'mangadex', 'trakt'];
const SIZES = ['xxl', 'xl', 'l', 'base', 'm', 's', 'xs'];
const TITLES = ['Frieren: Beyond Journey’s End', 'Mushishi', 'Cowboy Bebop', 'Steins;Gate', 'Yotsuba&!', 'Berserk'];

/** @param {string} name @param {Child[]} content */
const part = (name, ...content) => el('section', { class: 'card' }, el('h2', {}, name), content);

/** @param {string} name */
function swatch(name) {
  const patch = el('span', { class: 'swatch' });
  patch.style.background = `var(--${name})`;
  return el('li', {}, patch, el('code', {}, name));
}

/** @param {string} size */
function sample(size) {
  const line = el('p', {}, 'In step, and nothing is lost ', el('code', {}, size));
  line.style.fontSize = `var(--text-${size})`;
  return line;
}

const colours = () => part('Colours', el('ul', { class: 'swatches' }, [...COLOURS, ...SERVICES].map(swatch)));

const buttons = () => part('Buttons', el('div', { class: 'row' },
  button('Primary', () => {}, 'primary'), button('Other', () => {}), button('Quiet', () => {}, 'quiet'), button('Remove', () => {}, 'danger'), button('Small', () => {}, 'small'),
  buttonLink('/styleguide', 'A link'), el('button', { type: 'button', disabled: true }, 'Disabled'), el('button', { type: 'button', 'data-busy': true, 'aria-disabled': 'true' }, 'Busy'),
  el('button', { type: 'button', class: 'icon-button', 'aria-label': 'Covers', 'aria-pressed': 'true' }, icon('grid')), roundButton('One more', 'add', () => {})));

const fields = () => part('Fields', el('form', { class: 'fields' },
  el('div', {}, el('label', { for: 'style-text' }, 'A text ', el('span', { class: 'muted' }, 'optional')), el('input', { id: 'style-text', placeholder: 'a placeholder' })),
  el('div', {}, el('label', { for: 'style-choice' }, 'A choice'), el('select', { id: 'style-choice' }, el('option', {}, 'First'), el('option', {}, 'Second'))),
  el('label', { class: 'choice' }, el('input', { type: 'checkbox', checked: true }), 'A box'),
  el('label', { class: 'choice' }, el('input', { type: 'checkbox', role: 'switch', class: 'switch', checked: true }), 'A switch'),
  segments('style-segments', 'A few words', [['a', 'One'], ['b', 'Two'], ['c', 'Three']], 'a', () => {})));

const marks = () => part('Chips, pills, badges', el('div', { class: 'row' },
  el('button', { type: 'button', class: 'chip', 'aria-pressed': 'true' }, el('span', { class: 'dot accent' }), 'Watching ', el('span', { class: 'count' }, '12')),
  el('button', { type: 'button', class: 'chip', 'aria-pressed': 'false' }, el('span', { class: 'dot calm' }), 'Planning ', el('span', { class: 'count' }, '7')),
  SERVICES.map((name) => el('span', { class: 'chip' }, el('span', { class: `dot ${name}` }), serviceName(name))),
  pill('Plain'), pill('Verified', 'good'), pill('Likely', 'warn'), pill('Conflict', 'bad'), pill('New', 'accent'), el('span', { class: 'badge' }, '12'), el('kbd', {}, 'Ctrl K')));

const covers = () => part('Covers and bars',
  el('ul', { class: 'covers' }, TITLES.map((title, index) => el('li', {}, cover(title, null), el('p', { class: 'item-name' }, title), el('progress', { class: 'meter', 'aria-label': title, max: 6, value: index + 1 })))));

const tabs = () => part('Tabs', el('div', { class: 'tabs' }, el('a', { href: '/styleguide', 'aria-current': 'page' }, 'Anime'), el('a', { href: '/styleguide' }, 'Manga')));

const floats = () => part('What floats', el('div', { class: 'row' },
  button('A toast', () => toast('style', 'Mushishi: episode 12 of 26', { undo: () => {} })),
  button('A toast of an error', () => toast('style', 'The service does not answer. Try again.', { tone: 'bad' })),
  button('A popover', ({ currentTarget }) => popover(currentTarget, 'An example', el('h3', {}, 'A popover'), el('p', {}, 'Escape closes it.'), button('Fine', () => {}, 'small'))),
  button('A dialog', () => confirm({ title: 'Remove three titles?', text: 'What you noted of them goes, too.', yes: 'Remove' }))));

const notices = () => part('Notices and what stands in for something',
  notice('good', el('strong', {}, 'Done.'), el('p', {}, '12 plays were posted.')), notice('warn', 'This was only a part of the sync.'), notice('bad', 'Trakt does not answer.'),
  empty('Nothing waits', 'A title that needs you shows up here.'), working('Loading…'), hint('A hint, in small letters.'),
  el('div', { class: 'skeletons' }, [1, 2, 3].map(() => el('div', { class: 'skeleton' }))), facts([['Episodes', '1,829'], ['Titles', 44], ['Took', '12 s']]));

const rows = () => part('Tables', table('An example', [
  { label: 'Title', kind: 'wide', cell: (/** @type {string} */ title) => el('div', { class: 'row tight' }, cover(title, null, 'thumb'), title) },
  { label: 'State', cell: () => pill('verified', 'good') }, { label: 'Episodes', kind: 'number', cell: (/** @type {string} */ title) => title.length },
], TITLES));

function start() {
  startShell();
  fill(byId('styles'), part('Looks', el('div', { class: 'row' }, themes('style-theme'), densities('style-density'))), colours(), part('Type', SIZES.map(sample)),
    buttons(), fields(), marks(), covers(), tabs(), floats(), notices(), rows());
}

start();
