/** The page `/forgotten`: a code for who forgot their password, and a new password by that code. */
import { post } from '../lib/api.js';
import { byId, empty, link, notice } from '../lib/dom.js';
import { onSubmit } from '../lib/form.js';
import { sentence } from '../lib/format.js';
import { reveal, trimmed, typed } from '../lib/secret.js';
import { byWays, open, signInAs } from '../parts/door.js';

/** @param {string} id */
const form = (id) => byId(id, HTMLFormElement);

/** Goes on to the second step, for the name of the first. */
function askForCode() {
  const name = typed(form('ask'), 'username').trim();
  form('ask').hidden = true;
  byId('whose').textContent = name;
  byId('owner', HTMLInputElement).value = name;
  open('set', 'code');
}

/** @param {HTMLElement | null} submitter */
async function ask(submitter) {
  if (submitter?.id === 'have-code') {
    askForCode();
    return null;
  }
  const { message } = await post('/api/auth/reset', { body: { username: trimmed(form('ask'), 'username') } });
  askForCode();
  return notice('good', sentence(message));
}

async function set() {
  const [username, password] = [typed(form('set'), 'username'), typed(form('set'), 'new_password')];
  const code = typed(form('set'), 'code').replaceAll(/\s/g, '').toUpperCase();
  await post('/api/auth/reset/confirm', { body: { username, code, new_password: password } });
  await signInAs(username, password);
  location.replace('/');
}

function again() {
  form('set').hidden = true;
  byId('asked').replaceChildren();
  open('ask', 'name');
}

/** @param {Api.Ways} ways */
function show({ registration }) {
  if (registration === 'first') return empty('Nobody has an account here', link('/register', 'Make the first one'), '.');
  open('ask', 'name');
  return null;
}

function start() {
  reveal(form('set'));
  onSubmit(form('ask'), byId('asked'), ask, 'Asking for a code…');
  onSubmit(form('set'), byId('said'), set, 'Setting the password…');
  byId('again').addEventListener('click', again);
  byWays(show);
}

start();
