/** How the pages look: theme, language of titles, how dense, where the week begins. */
import { keep, kept } from '../lib/kept.js';
import { densities, segments, themes } from './looks.js';
import { LANGUAGES } from './naming.js';
import { option } from './options.js';

/** @import { Save } from './settings.js' */

/** @param {Api.Settings} settings @param {Save} save */
function languages(settings, save) {
  const { value, lockedBy } = settings.titleLanguage;
  const control = segments('titles', 'Language of titles', Object.entries(LANGUAGES), value, (chosen) => {
    keep('titles', chosen);
    save({ titleLanguage: chosen }, 'Titles: saved', { titleLanguage: value });
  });
  return option('Titles', 'A title of your own stays as you wrote it. ', control, lockedBy);
}

/** @param {Api.Settings} settings @param {Save} save */
export const appearance = (settings, save) => [
  option('Theme', 'For this browser.', themes('theme')),
  languages(settings, save),
  option('Density', 'For this browser.', densities('density')),
  option('Week begins', 'For this browser.', segments('week', 'Week begins', [['', 'Monday'], ['7', 'Sunday']], kept('week'), (value) => keep('week', value))),
];
