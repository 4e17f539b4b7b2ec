/** The page `/sign-in`: the service's token for a cookie, and back to where the person came from. */
import { post } from '../lib/api.js';
import { byId } from '../lib/dom.js';
import { onSubmit } from '../lib/form.js';

/** Where a person may go on to: pages, and nothing that does something when it is opened. */
const PAGES = ['/', '/sync', '/mappings', '/manual', '/logs', '/docs'];

/** The page asked for, with its query; the overview in place of anything that is no page. */
function wanted() {
  const next = new URLSearchParams(location.search).get('next') ?? '/';
  return PAGES.includes(next.split(/[?#]/, 1)[0]) ? next : '/';
}

async function signIn() {
  await post('/api/sign-in', { body: { token: byId('token', HTMLInputElement).value } });
  location.replace(wanted());
}

function start() {
  onSubmit(byId('sign-in', HTMLFormElement), byId('said'), signIn, 'Signing in…');
}

start();
