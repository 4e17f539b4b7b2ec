/** The page `/sign-in`: a name and its password, or the service's token, and back to where the person came from. */
import { post } from '../lib/api.js';
import { buttonLink, byId, empty } from '../lib/dom.js';
import { onSubmit } from '../lib/form.js';
import { reveal, typed } from '../lib/secret.js';
import { byWays, open, signInAs } from '../parts/door.js';

/** Where a person may go on to: pages, and nothing that does something when it is opened. */
const PAGES = [
  '/', '/library', '/activity', '/sync', '/logs', '/review', '/mappings', '/manual', '/settings', '/docs', '/security', '/people', '/styleguide',
];
/** A title of the library. */
const TITLE = /^\/(anime|manga)\/\d{1,18}$/;

/** The page asked for, with its query; the overview in place of anything that is no page. */
function wanted() {
  const next = new URLSearchParams(location.search).get('next') ?? '/';
  const path = next.split(/[?#]/, 1)[0];
  return PAGES.includes(path) || TITLE.test(path) ? next : '/';
}

/** @param {string} id */
const form = (id) => byId(id, HTMLFormElement);

async function byPassword() {
  await signInAs(typed(form('by-password'), 'username'), typed(form('by-password'), 'password'));
  location.replace(wanted());
}

async function byToken() {
  await post('/api/sign-in', { body: { token: byId('token', HTMLInputElement).value } });
  location.replace(wanted());
}

/** @param {Api.Ways} ways */
function show({ auth, registration, oidc }) {
  if (auth === 'off') {
    return empty('Nobody has to sign in here', buttonLink('/', 'Go on'));
  }
  if (auth === 'token') {
    open('by-token', 'token');
  } else if (registration === 'first') {
    location.replace('/register');
  } else {
    byId('newcomer').hidden = registration !== 'open';
    byId('by-provider').hidden = !oidc;
    byId('links').hidden = false;
    open('by-password', 'username');
  }
  return null;
}

function start() {
  reveal(form('by-password'));
  onSubmit(form('by-password'), byId('password-said'), byPassword, 'Signing in…');
  onSubmit(form('by-token'), byId('token-said'), byToken, 'Signing in…');
  byWays(show);
}

start();
