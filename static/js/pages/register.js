/** The page `/register`: an account for somebody new, and on as who they are now. */
import { post } from '../lib/api.js';
import { byId, empty, notice } from '../lib/dom.js';
import { onSubmit } from '../lib/form.js';
import { reveal, trimmed, typed } from '../lib/secret.js';
import { byWays, open, signInAs } from '../parts/door.js';

const invitation = () => new URLSearchParams(location.search).get('invitation');

const form = () => byId('register', HTMLFormElement);

async function register() {
  const [username, password] = [typed(form(), 'username').trim(), typed(form(), 'password')];
  await post('/api/auth/register', { body: {
    username, password, full_name: trimmed(form(), 'full_name'), email: trimmed(form(), 'email'), invitation: invitation(),
  } });
  await signInAs(username, password);
  location.replace('/');
}

/** @type {Record<Api.Ways['auth'], string>} */
const FIRST = {
  accounts: 'Everything that is already in this service becomes yours.',
  off: 'Everything that is already in this service becomes yours. From then on people sign in here, unless AUTH=off is set.',
  token: 'Sign in with the service’s token before you go on. Everything that is already in this service becomes yours.',
};

/** @param {Api.Ways} ways */
function show({ auth, registration }) {
  byId('links').hidden = registration === 'first';
  if (registration === 'invited' && !invitation()) {
    byId('lead').hidden = true;
    return empty('Registration is closed',
      'Ask the administrator for an invitation, and open the link that you get. They can also let everybody in with REGISTRATION=open.');
  }
  open('register', 'username');
  if (registration === 'invited') byId('lead').textContent = 'You were invited. Choose a name and a password.';
  return registration === 'first' && notice('good', 'You are the first here, so you become the administrator. ', FIRST[auth]);
}

function start() {
  reveal(form());
  onSubmit(form(), byId('said'), register, 'Making the account…');
  byWays(show);
}

start();
