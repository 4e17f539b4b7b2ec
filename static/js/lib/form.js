/** What a person types: reading it, and sending it. */
import { perform } from './action.js';

/** @import { Child } from './dom.js' */

/**
 * Lets a form do `work` when it is sent, see `perform`.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} output
 * @param {(submitter: HTMLElement | null) => Child | void | Promise<Child | void>} work
 * @param {string} [busyText]
 */
export function onSubmit(form, output, work, busyText) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const control = event.submitter ?? form.querySelector('[type=submit]');
    if (control instanceof HTMLElement) perform(control, output, () => work(event.submitter), busyText);
  });
}

/**
 * A field of a form, by its name.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export function fieldOf(form, name) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) return field;
  throw new Error(`The form ${form.id} has no field ${name}.`);
}

/**
 * Digits as a number; anything else as it is, so that the API's answer names the field.
 * @param {string} text
 */
export const numberOrText = (text) => (/^\d+$/.test(text) ? Number(text) : text);

/**
 * What a form says, without the fields that are empty.
 * @param {HTMLFormElement} form
 * @param {string[]} names
 * @returns {Record<string, string | number>}
 */
export function formBody(form, names) {
  const filled = names.map((name) => [name, fieldOf(form, name).value.trim()]).filter(([, text]) => text !== '');
  return Object.fromEntries(filled.map(([name, text]) => [name, numberOrText(text)]));
}

/**
 * The AniList id in what a person typed or pasted. What holds none goes to the API as it is, which says so.
 * @param {string} text
 */
export function anilistId(text) {
  const trimmed = text.trim();
  return /anilist\.co\/anime\/(\d+)/i.exec(trimmed)?.[1] ?? trimmed;
}

/**
 * The words to search for, in small letters.
 * @param {string} text
 */
export const searchWords = (text) => text.trim().toLowerCase().split(/\s+/).filter(Boolean);

/**
 * Whether a text has all of these words.
 * @param {string} text
 * @param {string[]} words
 */
export const hasWords = (text, words) => words.every((word) => text.toLowerCase().includes(word));
