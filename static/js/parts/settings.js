/** What a person can set, by `GET` and `PATCH /api/settings`: saved at once, and taken back as easily. */
import { patch } from '../lib/api.js';
import { el } from '../lib/dom.js';
import { toast, toastError } from '../lib/toast.js';
import { choice, option, secret, toggle, typed } from './options.js';

/** @typedef {Exclude<keyof Api.Settings, 'anilistToken' | 'webhookUrl'>} Open */

/**
 * What saves a setting, and draws what the service answers.
 * @typedef {(change: Partial<Record<keyof Api.Settings, unknown>>, said: string, undo?: Partial<Record<keyof Api.Settings, unknown>>) => Promise<void>} Save
 */

/** @type {[pattern: string, word: string][]} */
const SCHEDULES = [
  ['', 'Off'], ['17 * * * *', 'Every hour'], ['17 */6 * * *', 'Every 6 hours'], ['17 */12 * * *', 'Every 12 hours'], ['17 4 * * *', 'Daily at 04:17'], ['custom', 'Custom…'],
];

/**
 * Lets settings be saved; `draw` shows them as they are then.
 * @param {(settings: Api.Settings) => void} draw
 * @returns {Save}
 */
export function saving(draw) {
  /** @type {Save} */
  const save = async (change, said, undo) => {
    try {
      draw(await patch('/api/settings', change));
      toast('settings', said, undo && { undo: () => save(undo, `${said.split(':')[0]}: as it was`) });
    } catch (error) {
      toastError('settings', error);
    }
  };
  return save;
}

/** @param {Save} save @param {Api.Settings} settings */
const setting = (save, settings) => (/** @type {Open} */ name, /** @type {string} */ label) => (/** @type {unknown} */ value) =>
  save({ [name]: value }, `${label}: saved`, { [name]: settings[name].value });

/** @param {Api.Settings} settings @param {Save} save */
function syncOptions(settings, save) {
  const set = setting(save, settings);
  const zones = el('datalist', { id: 'zones' }, Intl.supportedValuesOf('timeZone').map((zone) => el('option', { value: zone })));
  const { anilistUsername: name, anilistToken: token, timezone, rewatches, private: isPrivate, maxPlaysPerRun: most, batchSize: batch } = settings;
  return [
    option('AniList name', 'Whose list is read, where it is public.', typed('text', name.value, (text) => set('anilistUsername', 'AniList name')(text || null)), name.lockedBy),
    option('AniList token', 'For a private list. It wins over the name.', secret('AniList token', token.isSet, token.host, (value) => save({ anilistToken: value }, `AniList token: ${value ? 'saved' : 'cleared'}`)), token.lockedBy),
    option('Time zone', ['Of dates that have no time, and of the schedule.', zones], typed('text', timezone.value, (text) => set('timezone', 'Time zone')(text || null), { list: 'zones' }), timezone.lockedBy),
    option('Post rewatches', 'What you watched again becomes further plays.', toggle(rewatches.value, set('rewatches', 'Rewatches')), rewatches.lockedBy),
    option('Post private entries', 'A Trakt profile may be public.', toggle(isPrivate.value, set('private', 'Private entries')), isPrivate.lockedBy),
    option('Plays a run', 'A run posts so many at most; the next one goes on.', typed('number', most.value, (text) => set('maxPlaysPerRun', 'Plays a run')(text ? Number(text) : null), { min: 1 }), most.lockedBy),
    option('Plays a request', 'So many go to Trakt at once.', typed('number', batch.value, (text) => set('batchSize', 'Plays a request')(text ? Number(text) : null), { min: 1 }), batch.lockedBy),
  ];
}

/** @param {Api.Settings} settings @param {Save} save */
function scheduleOptions(settings, save) {
  const { value, lockedBy } = settings.schedule;
  const set = setting(save, settings)('schedule', 'Schedule');
  const known = SCHEDULES.some(([pattern]) => pattern === (value ?? ''));
  const custom = option('Pattern', 'Minute, hour, day, month and day of the week, as cron has them.', typed('text', value, (text) => set(text || null), { placeholder: '17 */6 * * *' }), lockedBy);
  custom.hidden = known;
  const preset = choice(SCHEDULES, known ? value ?? '' : 'custom', (chosen) => {
    custom.hidden = chosen !== 'custom';
    if (chosen !== 'custom') set(chosen || null);
  });
  return [option('Sync by itself', ['What changed since last time is posted. ', el('span', { id: 'next-sync' })], preset, lockedBy), custom];
}

/** @param {Api.Settings} settings @param {Save} save */
function noticeOptions(settings, save) {
  const { webhookUrl: url, webhookFormat: format } = settings;
  const words = /** @type {[value: string, word: string][]} */ ([['', 'By its address'], ['discord', 'Discord'], ['ntfy', 'ntfy'], ['json', 'JSON']]);
  return [
    option('Webhook', 'Is told what was posted, what failed, and which sign-in ends.', secret('Address of the webhook', url.isSet, url.host, (value) => save({ webhookUrl: value }, `Webhook: ${value ? 'saved' : 'cleared'}`)), url.lockedBy),
    option('Form', 'How it is told.', choice(words, format.value ?? '', (value) => setting(save, settings)('webhookFormat', 'Form')(value || null)), format.lockedBy),
  ];
}

/** @param {string} id @param {string} title @param {HTMLElement[]} options */
const group = (id, title, options) => el('section', { id, 'aria-labelledby': `${id}-title` },
  el('h2', { id: `${id}-title` }, title), el('div', { class: 'card options' }, options));

/** @param {Api.Settings} settings @param {Save} save */
export const settingGroups = (settings, save) => [
  group('sync', 'Sync', syncOptions(settings, save)),
  group('schedule', 'Schedule', scheduleOptions(settings, save)),
  group('notifications', 'Notifications', noticeOptions(settings, save)),
];
