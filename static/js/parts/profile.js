/** What an account is called and where mail goes, its password, and its end: `/api/auth/me`. */
import { patch, post, remove } from '../lib/api.js';
import { byId, notice } from '../lib/dom.js';
import { fieldOf, onSubmit } from '../lib/form.js';
import { reveal, trimmed, typed } from '../lib/secret.js';
import { forgetAccount, renameAccount } from './account.js';

/** @param {string} id */
const form = (id) => byId(id, HTMLFormElement);

async function save() {
  const account = await patch('/api/auth/me', { full_name: trimmed(form('profile'), 'full_name'), email: trimmed(form('profile'), 'email') });
  renameAccount(account);
  return notice('good', 'Saved.');
}

/** @param {() => void} changed */
async function changePassword(changed) {
  await post('/api/auth/password', { body: { old_password: typed(form('password'), 'old_password'), new_password: typed(form('password'), 'new_password') } });
  form('password').reset();
  changed();
  return notice('good', 'The password is changed, and all other sign-ins have ended.');
}

async function leave() {
  await remove('/api/auth/me', {}, { password: typed(form('leave'), 'password') });
  forgetAccount();
  location.assign('/sign-in');
}

/** @param {Api.Profile} account */
export function fillProfile(account) {
  byId('username').textContent = account.username;
  for (const id of ['whose-password', 'whose-account']) byId(id, HTMLInputElement).value = account.username;
  fieldOf(form('profile'), 'full_name').value = account.full_name ?? '';
  fieldOf(form('profile'), 'email').value = account.email ?? '';
  form('password').hidden = !account.has_password;
  byId('no-password').hidden = account.has_password;
  byId('leave-proof').hidden = !account.has_password;
  byId('leave-password', HTMLInputElement).required = account.has_password;
}

/** Lets the forms do what they say; `changed` is told of a new password. @param {() => void} changed */
export function startProfile(changed) {
  ['password', 'leave'].map(form).forEach(reveal);
  onSubmit(form('profile'), byId('profile-said'), save, 'Saving…');
  onSubmit(form('password'), byId('password-said'), () => changePassword(changed), 'Changing the password…');
  onSubmit(form('leave'), byId('leave-said'), leave, 'Deleting…');
}
