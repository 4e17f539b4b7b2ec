/** Short messages at the edge of the page, with a way to take back what they tell of. */
import { isApiError } from './api.js';
import { button, byId, el } from './dom.js';
import { sentence } from './format.js';

const STAYS_MS = 8000;
const MOST = 3;

/**
 * The messages that are there, by what they are about.
 * @type {Map<string, { node: HTMLElement, timer: number }>}
 */
const shown = new Map();

/** @param {string} about */
function dismiss(about) {
  const one = shown.get(about);
  if (!one) return;
  clearTimeout(one.timer);
  one.node.remove();
  shown.delete(about);
}

/** It stays as long as it is pointed at. @param {string} about */
function leaveSoon(about) {
  const one = shown.get(about);
  if (one) one.timer = setTimeout(() => dismiss(about), STAYS_MS);
}

/**
 * Shows a message. One about the same thing takes the place of the one before.
 * @param {string} about
 * @param {string} text
 * @param {{ undo?: () => unknown, offer?: { label: string, act: () => unknown } | null, tone?: string }} more
 */
export function toast(about, text, { undo, offer, tone = '' } = {}) {
  dismiss(about);
  if (shown.size >= MOST) dismiss([...shown.keys()][0]);
  /** @param {string} label @param {() => unknown} act */
  const way = (label, act) => button(label, () => {
    dismiss(about);
    act();
  });
  const node = el('div', {
    class: `toast ${tone}`,
    onpointerenter: () => clearTimeout(shown.get(about)?.timer),
    onpointerleave: () => leaveSoon(about),
  }, el('span', {}, text), offer && way(offer.label, offer.act), undo && way('Undo', undo));
  byId('toasts').append(node);
  byId('announcer').textContent = undo ? `${text}. It can be undone.` : text;
  shown.set(about, { node, timer: 0 });
  leaveSoon(about);
}

/**
 * The same for what went wrong.
 * @param {string} about
 * @param {unknown} error
 */
export function toastError(about, error) {
  const { message, hint } = isApiError(error) ? error : { message: String(error), hint: '' };
  toast(about, [message, hint].filter(Boolean).map(sentence).join(' '), { tone: 'bad' });
}
