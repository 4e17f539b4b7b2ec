/** The page `/sign-in`: the service's token for a cookie, and back to where the person came from. */
import { onSubmit } from './action.js';
import { post } from './api.js';
import { byId } from './dom.js';

/** The address asked for, if it is one of this service. */
function wanted() {
  const next = new URL(new URLSearchParams(location.search).get('next') ?? '/', location.origin);
  return next.origin === location.origin && next.pathname !== location.pathname ? next : '/';
}

onSubmit(byId('sign-in'), byId('said'), async () => {
  await post('/api/sign-in', { body: { token: byId('token').value } });
  location.replace(wanted());
  return [];
}, 'Signing in…');
