/** The page `/security`: one's own name, password, sign-ins, tokens and account. */
import { section } from '../lib/action.js';
import { get } from '../lib/api.js';
import { byId, empty, link } from '../lib/dom.js';
import { fillProfile, startProfile } from '../parts/profile.js';
import { showSessions } from '../parts/sessions.js';
import { startShell } from '../parts/shell.js';
import { showTokens } from '../parts/tokens.js';

/** The account of whoever looks; none where nobody has one. */
async function own() {
  const { registration } = await get('/api/auth/ways');
  return registration === 'first' ? null : get('/api/auth/me');
}

let shown = false;

/** @param {Api.Profile} account */
function show(account) {
  if (shown) return;
  shown = true;
  fillProfile(account);
  byId('own').hidden = false;
  startProfile(showSessions());
  showTokens();
}

function start() {
  startShell();
  section(byId('state'), own, (account) => {
    if (!account) return empty('Nobody has an account here', link('/register', 'Make the first one'), ': it takes over everything that is already here.');
    show(account);
    return null;
  });
}

start();
