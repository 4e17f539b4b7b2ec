/** Long lists of which only what is seen is on the page: rows of equal height, or a grid of cards. */

import { arrange } from './dom.js';

/**
 * How a list is laid out in a width: so many columns, each `width` wide, and `step` from one row to the next.
 * @typedef {{ columns: number, width: number, gap: number, step: number }} Form
 */

/**
 * What stands on the page for an entry, and how it is told that the entry changed.
 * @template Entry
 * @typedef {{ node: HTMLElement, update: (entry: Entry) => void }} Drawn
 */

/** So much above and below the window is drawn as well, so that nothing is missing while it scrolls. */
const AROUND_PX = 600;

/**
 * @template {{ id: number }} Entry
 * @param {HTMLElement} root
 * @param {{ form: (width: number) => Form, draw: (entry: Entry) => Drawn<Entry> }} how
 */
export function windowed(root, { form, draw }) {
  /** @type {Entry[]} */
  let entries = [];
  /** @type {Map<number, Drawn<Entry>>} */
  const drawn = new Map();
  let laid = form(root.clientWidth);
  let asked = 0;

  /** @param {Drawn<Entry>} one @param {number} index */
  const place = ({ node }, index) => {
    const [row, column] = [Math.floor(index / laid.columns), index % laid.columns];
    node.style.width = `${laid.width}px`;
    node.style.transform = `translate(${column * (laid.width + laid.gap)}px, ${row * laid.step}px)`;
    node.setAttribute('aria-posinset', String(index + 1));
    node.setAttribute('aria-setsize', String(entries.length));
  };

  const seen = () => {
    const top = -root.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor((top - AROUND_PX) / laid.step)) * laid.columns;
    const last = Math.max(0, Math.ceil((top + innerHeight + AROUND_PX) / laid.step)) * laid.columns;
    return entries.slice(first, last).map((entry, index) => ({ entry, index: first + index }));
  };

  /** The one with the focus, where it is out of view: it stays, so that the keyboard goes on from there. @param {{ entry: Entry }[]} wanted */
  const held = (wanted) => {
    const [id] = [...drawn].find(([, { node }]) => node.contains(document.activeElement)) ?? [];
    const index = id === undefined ? -1 : entries.findIndex((entry) => entry.id === id);
    return index < 0 || wanted.some(({ entry }) => entry.id === id) ? [] : [{ entry: entries[index], index }];
  };

  // Nodes stand in the order of the list, so that Tab and readers go through it.
  const show = () => {
    asked = 0;
    const inView = seen();
    const wanted = [...inView, ...held(inView)].sort((one, other) => one.index - other.index);
    const stay = new Set(wanted.map(({ entry }) => entry.id));
    for (const id of drawn.keys()) if (!stay.has(id)) drawn.delete(id);
    arrange(root, wanted.map(({ entry, index }) => {
      const there = drawn.get(entry.id) ?? draw(entry);
      drawn.set(entry.id, there);
      place(there, index);
      return there.node;
    }));
  };

  const showSoon = () => { asked ||= requestAnimationFrame(show); };

  const lay = () => {
    laid = form(root.clientWidth);
    root.style.height = `${Math.ceil(entries.length / laid.columns) * laid.step}px`;
    show();
  };

  addEventListener('scroll', showSoon, { passive: true });
  new ResizeObserver(() => lay()).observe(root);

  return {
    /** Shows other entries, or the same in another order. What stays is told how it is now. @param {Entry[]} list */
    set(list) {
      entries = list;
      lay();
      for (const entry of list) drawn.get(entry.id)?.update(entry);
    },
    /** Tells what is drawn of an entry that it changed. @param {Entry} entry */
    update(entry) {
      const index = entries.findIndex(({ id }) => id === entry.id);
      if (index >= 0) entries[index] = entry;
      drawn.get(entry.id)?.update(entry);
    },
    /** Tells all that is drawn to look again. */
    updateAll() {
      for (const entry of entries) drawn.get(entry.id)?.update(entry);
    },
    /** How many stand side by side. */
    columns: () => laid.columns,
    /** How many there are. */
    length: () => entries.length,
    /** @param {number} index */
    at: (index) => entries[index],
    /** @param {number} id */
    indexOf: (id) => entries.findIndex((entry) => entry.id === id),
    /** Brings an entry into view, and gives what stands for it. @param {number} index @returns {HTMLElement | undefined} */
    reveal(index) {
      const top = root.getBoundingClientRect().top + Math.floor(index / laid.columns) * laid.step;
      const [least, most] = [140, innerHeight - laid.step - 80];
      if (top < least) scrollBy({ top: top - least, behavior: 'instant' });
      else if (top > most) scrollBy({ top: top - Math.max(most, least), behavior: 'instant' });
      show();
      return drawn.get(entries[index]?.id)?.node;
    },
    /** Forgets what is drawn, as it is to look different from now on. */
    clear() {
      drawn.clear();
      arrange(root, []);
    },
  };
}
