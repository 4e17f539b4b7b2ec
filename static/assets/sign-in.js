/** The page `/sign-in`: the service's token for a cookie, and back to where the person came from. */
import { onSubmit } from './action.js';
import { post } from './api.js';
import { byId } from './dom.js';

/** Where a person may go on to: pages, and nothing that does something when it is opened. */
const PAGES = ['/', '/sync', '/mappings', '/manual', '/logs', '/docs'];

/** The page asked for, with its query; the overview in place of anything that is no page. */
function wanted() {
  const next = new URLSearchParams(location.search).get('next') ?? '/';
  return PAGES.includes(next.split(/[?#]/, 1)[0]) ? next : '/';
}

onSubmit(byId('sign-in'), byId('said'), async () => {
  await post('/api/sign-in', { body: { token: byId('token').value } });
  location.replace(wanted());
  return [];
}, 'Signing in…');
