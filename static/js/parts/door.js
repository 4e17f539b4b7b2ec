/** What the pages for strangers share: how people sign in here, and signing in by name. */
import { section } from '../lib/action.js';
import { get, post } from '../lib/api.js';
import { byId } from '../lib/dom.js';
import { forgetAccount } from './account.js';

/** @import { Child } from '../lib/dom.js' */

/**
 * Asks how people sign in, and shows what `render` makes of it; null shows nothing. Whoever was here before
 * is not shown to who comes next.
 * @param {(ways: Api.Ways) => Child} render
 */
export function byWays(render) {
  forgetAccount();
  section(byId('state'), () => get('/api/auth/ways'), render);
}

/**
 * Signs in by name and password; the browser keeps the cookie.
 * @param {string} username
 * @param {string} password
 */
export const signInAs = (username, password) => post('/api/sign-in', { body: { username, password } });

/**
 * Shows a part of the page, and lets a person type in it at once.
 * @param {string} id
 * @param {string} field
 */
export function open(id, field) {
  byId(id).hidden = false;
  byId(field).focus();
}
