/** What every button and every section does: be busy, then show a result or an error with its hint. */
import { connection, isApiError } from './api.js';
import { button, byId, el, fill, notice, working } from './dom.js';
import { age, sentence } from './format.js';

/** @import { Child } from './dom.js' */

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * An error as a person should read it.
 * @param {unknown} error
 * @param {Child[]} more
 */
export function errorNotice(error, ...more) {
  const { since, hint, code } = isApiError(error) ? error : { since: null, hint: '', code: '' };
  if (!code) console.error(error);
  return notice('bad',
    el('strong', {}, sentence(messageOf(error))),
    since && el('p', {}, 'It began ', age(since), '.'),
    hint && el('p', {}, sentence(hint)),
    more);
}

/** @param {HTMLElement} control @param {boolean} busy */
function setBusy(control, busy) {
  control.toggleAttribute('data-busy', busy);
  control.setAttribute('aria-disabled', String(busy));
}

// One live region for all actions, so that a long result is announced by its first words only.
/** @param {HTMLElement} output */
function sayFirst(output) {
  /** @type {HTMLElement | null} */
  const first = output.querySelector('.notice, .empty, h3');
  byId('announcer').textContent = (first ?? output).innerText;
}

/**
 * The newest work of each output: what was asked for last is what is shown.
 * @type {WeakMap<HTMLElement, () => unknown>}
 */
const newest = new WeakMap();

/**
 * Does `work` once, with `control` busy meanwhile, and puts what it returns into `output`.
 * A second click while it goes on does nothing.
 * @param {HTMLElement} control
 * @param {HTMLElement} output
 * @param {() => Child | void | Promise<Child | void>} work
 */
export async function perform(control, output, work, busyText = 'Working…') {
  if (control.hasAttribute('data-busy')) return;
  /** @param {Child | void} result */
  const put = (result) => {
    if (newest.get(output) !== work) return;
    fill(output, result ?? null);
    sayFirst(output);
  };
  newest.set(output, work);
  setBusy(control, true);
  put(working(busyText));
  try {
    put(await work());
  } catch (error) {
    put(errorNotice(error));
  } finally {
    setBusy(control, false);
  }
}

/**
 * Puts what `work` returns into `output`, for what no control is busy with.
 * @param {HTMLElement} output
 * @param {string} busyText
 * @param {() => Promise<Child>} work
 */
export async function show(output, busyText, work) {
  fill(output, working(busyText));
  try {
    fill(output, await work());
  } catch (error) {
    fill(output, errorNotice(error));
  }
}

/**
 * Keeps `node` filled with `render(await fetch())`: now, when the returned function is called, and
 * when the service comes back. What is shown stays until there is something newer; a service that is
 * gone is told by the banner, so only the first load says it here too.
 * @template Answer
 * @param {HTMLElement} node
 * @param {() => Promise<Answer>} fetch
 * @param {(answer: Answer) => Child} render
 */
export function section(node, fetch, render) {
  let loaded = false;
  const load = async () => {
    node.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch();
      fill(node, render(answer));
      loaded = true;
    } catch (error) {
      if (!loaded || !isApiError(error, 'unreachable')) {
        loaded = false;
        fill(node, errorNotice(error, button('Try again', load)));
      }
    } finally {
      node.removeAttribute('aria-busy');
    }
  };
  fill(node, working('Loading…'));
  connection.addEventListener('back', load);
  load();
  return load;
}
