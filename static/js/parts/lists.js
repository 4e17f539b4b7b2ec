/** The lists at AniList, MyAnimeList and Kitsu: connecting them, the first preview, and how each is kept in step. */
import { perform, section } from '../lib/action.js';
import { get, post, put, remove } from '../lib/api.js';
import { ask, button, byId, el, hint, link, notice, pill } from '../lib/dom.js';
import { age, count, localDay, sentence, time } from '../lib/format.js';
import { onSubmit } from '../lib/form.js';
import { toast, toastError } from '../lib/toast.js';
import { serviceName, standing } from '../words.js';
import { choice, option, toggle } from './options.js';

/** @import { Child } from '../lib/dom.js' */

const LISTS = /** @type {const} */ (['anilist', 'myanimelist', 'kitsu']);
/** What the page of a sign-in at another site tells when it is over. */
const ELSEWHERE = 'sign-in-elsewhere';
/** How a sync stands, in words. @type {Record<Api.IntegrationStatus['last_sync_status'], [string, string]>} */
const OUTCOMES = {
  pending: ['Not synced yet', ''], in_progress: ['Syncing', 'accent'], success: ['In step', 'good'],
  partial: ['Synced in part', 'warn'], failed: ['Not synced', 'bad'], disabled: ['Switched off', ''],
};
/** Who holds where two differ. @type {[value: string, word: string][]} */
const HOLDS = [['', 'Ask me about each'], ['library', 'My library'], ['anilist', 'AniList'], ['myanimelist', 'MyAnimeList'], ['kitsu', 'Kitsu'], ['furthest', 'Whoever is further']];
const COMPARED = ['status', 'progress', 'progress_volumes', 'score', 'started', 'finished', 'repeats'];
/** So often it is looked whether a sync has ended. */
const LOOK_MS = 700;

/** @param {Api.Synced} list */
const path = (list) => /** @type {const} */ (`/api/v1/integrations/${list}`);

const output = () => byId('lists-result');

/** @param {Api.Synced} list */
const signIn = (list) => async () => {
  const { url } = await get(/** @type {const} */ (`${path(list)}/connect-url`));
  window.open(url, '_blank', 'noopener');
  return hint(`${serviceName(list)} asks you in another tab; this page goes on by itself.`);
};

/** @param {() => void} changed */
function kitsuForm(changed) {
  // The demonstration's Kitsu knows one person, who is told here.
  const [email, password] = document.documentElement.hasAttribute('data-demo') ? ['demo@example.org', 'demo-kitsu-password'] : ['', ''];
  const form = el('form', { class: 'row tight', id: 'kitsu-form' },
    el('label', {}, 'E-mail ', el('input', { type: 'email', name: 'username', required: true, autocomplete: 'username', value: email })),
    el('label', {}, 'Password ', el('input', { type: 'password', name: 'password', required: true, autocomplete: 'off', value: password })),
    el('button', { type: 'submit' }, 'Connect'));
  onSubmit(form, output(), async () => {
    const said = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    await post('/api/v1/integrations/kitsu/connect', { body: said });
    changed();
    return notice('good', el('strong', {}, 'Kitsu is connected.'), ' The password is kept nowhere.');
  }, 'Signing in…');
  return form;
}

/** @param {Api.ServicePlan | undefined} plan @param {Api.Synced} list */
function summary(plan, list) {
  if (!plan) return null;
  if (plan.error) return el('li', {}, `${serviceName(list)} could not be read: ${plan.error}`);
  const parts = [count(plan.add.length, 'title is added', 'titles are added'), count(plan.update.length, 'entry changes', 'entries change'), `${plan.held.length} differ`];
  return el('li', {}, el('strong', {}, serviceName(list)), `: ${parts.join(', ')}`);
}

/** The preview of a first sync, with the answer that it waits for. @param {Api.Synced[]} first @param {() => void} changed */
async function preview(first, changed) {
  const plan = await get('/api/v1/integrations/plan');
  const [here, there] = [toggle(true, () => {}), toggle(true, () => {})];
  const holds = choice(HOLDS, '', () => {});
  const agree = async () => {
    const choose = holds.value ? Object.fromEntries(COMPARED.map((field) => [field, holds.value])) : {};
    const body = { add_here: here.checked, add_there: there.checked, choose };
    for (const list of first) await post(/** @type {const} */ (`${path(list)}/first-sync`), { body });
    return syncAll(changed);
  };
  return el('div', { class: 'card' },
    el('h3', {}, 'Before the first sync'),
    el('p', {}, 'Nothing was written yet. This is what would happen:'),
    el('ul', {}, el('li', {}, el('strong', {}, 'Your library'), `: ${count(plan.library.add.length, 'title is added', 'titles are added')}, ${count(plan.library.update.length, 'title changes', 'titles change')}`),
      LISTS.map((list) => summary(plan.services[list], list))),
    option('Add here what is only there', `Titles of ${first.map(serviceName).join(', ')} that your library has not.`, here),
    option('Add there what is only here', 'Titles of your library that a list has not.', there),
    option('Where they differ', 'Of the same title. You can still decide each by itself, in Review.', holds),
    el('div', { class: 'row' }, button('Agree and sync', ({ currentTarget }) => perform(currentTarget, output(), agree, 'Syncing…'), 'primary')));
}

/** Syncs all lists, and says how it went. @param {() => void} changed @returns {Promise<Child>} */
async function syncAll(changed) {
  await post('/api/v1/integrations/sync', { body: { integration_type: 'all' } });
  let lists = await get('/api/v1/integrations/settings');
  while (LISTS.some((list) => lists[list].last_sync_status === 'in_progress')) {
    await new Promise((resolve) => { setTimeout(resolve, LOOK_MS); });
    lists = await get('/api/v1/integrations/settings');
  }
  changed();
  const bad = LISTS.filter((list) => ['failed', 'partial'].includes(lists[list].last_sync_status));
  const { count: waiting } = await get('/api/v1/integrations/conflicts');
  if (bad.length) return notice('warn', el('strong', {}, `${bad.map(serviceName).join(' and ')} could not be synced whole.`));
  return waiting
    ? notice('warn', el('strong', {}, `Your lists agree, but for ${count(waiting, 'field')}`), ': ', link('/review', 'say which holds'), '.')
    : notice('good', el('strong', {}, 'Your lists agree.'));
}

/** Syncs, or shows the preview that waits for an answer. @param {Api.Synced[]} connected @param {() => void} changed */
const syncing = (connected, changed) => async () => {
  const all = await Promise.all(connected.map((list) => put(path(list), {})));
  const first = all.filter(({ settings }) => settings.first_sync === 'unanswered').map(({ id }) => id);
  return first.length ? preview(first, changed) : syncAll(changed);
};

/** @param {Api.Synced} list @param {() => void} changed */
async function leave(list, changed) {
  if (!await ask(`Disconnect ${serviceName(list)}? Your list there stays as it is.`, 'Disconnect')) return;
  try {
    await remove(path(list));
    toast('lists', `${serviceName(list)}: disconnected`);
  } catch (error) {
    toastError('lists', error);
  }
  changed();
}

/** @param {Api.IntegrationStatus} status @param {Api.Synced} list @param {() => void} changed */
function card(status, list, changed) {
  const [word, tone] = status.is_connected ? OUTCOMES[status.last_sync_status] : standing(status.state);
  /** @param {object} change @param {string} said */
  const save = async (change, said) => {
    try {
      await put(path(list), change);
      toast('lists', said);
    } catch (error) {
      toastError('lists', error);
    }
    changed();
  };
  const counts = [status.anime_count && `${status.anime_count} anime`, status.manga_count && `${status.manga_count} manga`].filter(Boolean).join(', ');
  return el('div', { class: 'card' },
    el('div', { class: 'row between' }, el('h3', {}, serviceName(list)), pill(word, tone)),
    el('p', { class: 'muted' }, status.is_connected
      ? ['Signed in as ', status.external_username, counts && ` · ${counts}`, status.last_sync_at && [' · last sync ', age(status.last_sync_at)], status.state === 'expires_soon' && status.expires_at && [' · until ', time(status.expires_at, localDay)], '.', status.hint && ` ${sentence(status.hint)}`]
      : status.hint && sentence(status.hint)),
    !status.is_connected && (list === 'kitsu' ? kitsuForm(changed)
      : status.client_id && el('div', { class: 'row' }, button(`Sign in to ${serviceName(list)}`, ({ currentTarget }) => perform(currentTarget, output(), signIn(list))))),
    status.is_connected && [
      option('Sync by itself', 'Seconds after a change here, and every half hour.', toggle(status.auto_sync, (isOn) => save({ auto_sync: isOn }, `${serviceName(list)}: saved`))),
      el('div', { class: 'row' }, button('Disconnect', () => leave(list, changed), 'small quiet')),
    ]);
}

/** Shows how the lists stand, now and after a sign-in in another tab. */
export function showLists() {
  /** @type {() => Promise<void>} */
  const load = section(byId('lists-cards'), () => get('/api/v1/integrations/settings'), (all) => {
    const connected = LISTS.filter((list) => all[list].is_connected);
    return [
      connected.length > 0 && el('div', { class: 'row' }, button('Sync lists', ({ currentTarget }) => perform(currentTarget, output(), syncing(connected, load), 'Reading your lists…'), 'primary')),
      LISTS.map((list) => card(all[list], list, load)),
    ];
  });
  new BroadcastChannel(ELSEWHERE).addEventListener('message', load);
}
