/** Signing in to Trakt with a code that it shows. */
import { section } from '../lib/action.js';
import { get, post } from '../lib/api.js';
import { byId, el, link, notice } from '../lib/dom.js';
import { onSubmit } from '../lib/form.js';
import { sentence, time } from '../lib/format.js';

/** @param {Api.SignInAddress} address */
const signInLink = ({ authUrl, redirectUri }) => [
  el('p', {}, link(authUrl, 'Open the Trakt sign-in')),
  el('p', { class: 'hint' }, redirectUri.startsWith('urn:')
    ? 'Trakt shows you a code there; paste it here.'
    : ['Trakt sends you on to ', el('code', {}, redirectUri), '; the code is in that address.']),
];

/** Loads the address to sign in at again, once there is one. @type {(() => void) | null} */
let loadSignIn = null;

/**
 * Without an app there is nothing to sign in with; the guide says how to get one.
 * @param {boolean} appIsThere
 */
export function showSignIn(appIsThere) {
  byId('trakt').hidden = !appIsThere;
  if (appIsThere) loadSignIn ??= section(byId('trakt-link'), () => get('/api/trakt-auth'), signInLink);
}

/**
 * The code in what was pasted: the code itself, or the whole address Trakt sent the person to.
 * @param {string} text
 */
const pastedCode = (text) => /[?&]code=([^&#\s]+)/.exec(text)?.[1] ?? text.trim();

/** @param {() => void} signedIn */
export function takeCodes(signedIn) {
  onSubmit(byId('trakt-form', HTMLFormElement), byId('trakt-result'), async () => {
    const field = byId('trakt-code', HTMLInputElement);
    const answer = await post('/api/trakt-auth', { body: { code: pastedCode(field.value) } });
    field.value = '';
    loadSignIn?.();
    signedIn();
    const until = new Date(Date.now() + answer.expires_in * 1000).toISOString();
    return notice('good', el('strong', {}, sentence(answer.message)), el('p', {}, 'Good until ', time(until), '; renewed by itself.'));
  }, 'Asking Trakt…');
}
