/** How the pages look, which each browser keeps for itself. */
import { el } from '../lib/dom.js';
import { kept, look } from '../lib/kept.js';

/**
 * A choice of a few words as one control.
 * @param {string} name of the radio buttons
 * @param {string} label
 * @param {[value: string, word: string][]} choices
 * @param {string} chosen
 * @param {(value: string) => void} onChoose
 */
export const segments = (name, label, choices, chosen, onChoose) => el('fieldset', { class: 'segments', 'aria-label': label },
  choices.map(([value, word]) => el('label', {},
    el('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => onChoose(value) }),
    el('span', {}, word))));

/** Light, dark, or as the system. @param {string} name */
export const themes = (name) => segments(name, 'Theme', [['', 'System'], ['light', 'Light'], ['dark', 'Dark']], kept('theme'), (value) => look('theme', value));

/** How much stands on a screen. @param {string} name */
export const densities = (name) => segments(name, 'Density', [['', 'Comfortable'], ['compact', 'Compact']], kept('density'), (value) => look('density', value));
