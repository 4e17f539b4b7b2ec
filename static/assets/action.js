/** What every button and every section does: be busy, then show a result or an error with its hint. */
import { connection } from './api.js';
import { button, el, fill, notice } from './dom.js';
import { age, sentence } from './format.js';

/** An error as a person should read it. */
export function errorNotice(error, ...more) {
  if (!error.code) console.error(error);
  return notice('bad',
    el('strong', {}, sentence(error.message)),
    error.since && el('p', {}, 'It began ', age(error.since), '.'),
    error.hint && el('p', {}, sentence(error.hint)),
    more);
}

function setBusy(control, busy) {
  control.toggleAttribute('data-busy', busy);
  control.setAttribute('aria-disabled', String(busy));
}

// One live region for all actions, so that a long result is announced by its first words only.
const announcer = el('div', { class: 'offscreen', role: 'status' });
document.body.append(announcer);

function sayFirst(output) {
  announcer.textContent = output.querySelector('.notice, .empty, h3')?.innerText ?? output.innerText;
}

// The newest work of each output: what was asked for last is what is shown.
const newest = new WeakMap();

/**
 * Does `work` once, with `control` busy meanwhile, and puts what it returns into `output`.
 * A second click while it goes on does nothing.
 */
export async function perform(control, output, work, busyText = 'Working…') {
  if (control.hasAttribute('data-busy')) return;
  const show = (result) => {
    if (newest.get(output) !== work) return;
    fill(output, result);
    sayFirst(output);
  };
  newest.set(output, work);
  setBusy(control, true);
  show(el('p', { class: 'working' }, busyText));
  try {
    show(await work());
  } catch (error) {
    show(errorNotice(error));
  } finally {
    setBusy(control, false);
  }
}

/** Lets a form do `work` when it is sent, see `perform`. */
export function onSubmit(form, output, work, busyText) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    perform(event.submitter ?? form.querySelector('[type=submit]'), output, () => work(event.submitter), busyText);
  });
}

/**
 * Keeps `node` filled with `render(await fetch())`: now, when the returned function is called, and
 * when the service comes back. What is shown stays until there is something newer; a service that is
 * gone is told by the banner, so only the first load says it here too.
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
      if (!loaded || error.code !== 'unreachable') {
        loaded = false;
        fill(node, errorNotice(error, button('Try again', load)));
      }
    } finally {
      node.removeAttribute('aria-busy');
    }
  };
  fill(node, el('p', { class: 'working' }, 'Loading…'));
  connection.addEventListener('back', load);
  load();
  return load;
}
