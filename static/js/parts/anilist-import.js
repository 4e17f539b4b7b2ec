/** The list at AniList: signing in there, and taking the list into the library. */
import { perform, section } from '../lib/action.js';
import { get, post } from '../lib/api.js';
import { button, byId, el, hint, link, notice } from '../lib/dom.js';
import { count, localDay, number, time } from '../lib/format.js';
import { reload } from './items.js';

/** What the page of a sign-in at another site tells when it is over. */
const ELSEWHERE = 'sign-in-elsewhere';

async function take() {
  const { imported, updated, unchanged, unread, username } = await post('/api/anilist/import', { body: {} });
  reload().catch(() => {});
  return notice(unread ? 'warn' : 'good',
    el('strong', {}, `${count(imported, 'title')} added from the list of ${username}.`),
    el('p', {}, `${number(updated)} moved forward, ${number(unchanged)} were the same`, unread > 0 && `, ${number(unread)} could not be read`, '. ', link('/library', 'See your library')));
}

async function signIn() {
  const { url } = await get('/api/anilist/connect-url');
  window.open(url, '_blank', 'noopener');
  return hint('AniList asks you in another tab; this page goes on by itself.');
}

/** @param {Api.AnilistStatus} status */
function how({ connected, username, expires_at: ends, has_app: hasApp, can_import: canImport }) {
  const output = byId('anilist-result');
  const importing = canImport && button('Import the list', ({ currentTarget }) => perform(currentTarget, output, take, 'Reading the list…'));
  const signing = hasApp && button(connected ? 'Sign in again' : 'Sign in to AniList', ({ currentTarget }) => perform(currentTarget, output, signIn), connected ? 'quiet' : '');
  return [
    el('p', { class: 'muted' }, connected ? ['Signed in as ', username, ends && [', until ', time(ends, localDay)], '.'] : 'Anime and manga, with scores, dates and notes. What is here only moves forward.'),
    importing || signing ? el('div', { class: 'row' }, importing, signing) : hint('Give the name of a public list, or a token, under Sync.'),
  ];
}

/** Shows how the list at AniList can be had, now and after a sign-in in another tab. */
export function showAnilistImport() {
  const load = section(byId('anilist-import'), () => get('/api/anilist/status'), how);
  new BroadcastChannel(ELSEWHERE).addEventListener('message', load);
}
