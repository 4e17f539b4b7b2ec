/** A secret that is shown this once. */
import { copyButton } from '../lib/copy.js';
import { el, notice } from '../lib/dom.js';

/** @import { Child } from '../lib/dom.js' */

/**
 * @param {string} title what it is
 * @param {string} secret
 * @param {Child[]} more what to do with it, and when it ends
 */
export const shownOnce = (title, secret, ...more) => notice('good',
  el('strong', {}, title),
  el('p', {}, more),
  el('div', { class: 'once' }, el('code', { tabindex: '0' }, secret), copyButton(secret)));
