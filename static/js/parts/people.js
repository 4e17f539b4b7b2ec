/** What an administrator does with one account: `/api/admin/accounts/{id}`. */
import { perform } from '../lib/action.js';
import { patch, post, remove } from '../lib/api.js';
import { confirm } from '../lib/confirm.js';
import { button, buttonLink, byId, el, notice } from '../lib/dom.js';
import { age } from '../lib/format.js';
import { nameOf } from './account.js';
import { shownOnce } from './once.js';

/** @import { Child } from '../lib/dom.js' */
/** @import { Question } from '../lib/confirm.js' */

/**
 * Does `work` and says what came of it.
 * @typedef {(control: HTMLElement, work: () => Promise<Child>) => Promise<void>} Act
 */

/** @param {() => void} changed @returns {Act} */
const acting = (changed) => async (control, work) => {
  await perform(control, byId('said'), async () => {
    const done = await work();
    changed();
    return done;
  });
  // A code may be told far above the row that it is for.
  byId('said').scrollIntoView({ block: 'nearest' });
};

/** @param {Api.Profile} account @param {{ disabled?: boolean, administrator?: boolean }} fields @param {string} done */
async function change(account, fields, done) {
  await patch(`/api/admin/accounts/${account.id}`, fields);
  return notice('good', done);
}

/** @param {Api.Profile} account @returns {Question} */
const shutOut = (account) => ({
  title: `Disable ${nameOf(account)}?`, text: 'They are signed out at once and cannot sign in. What is theirs stays, and you can enable them again.', yes: 'Disable',
});

/** @param {Api.Profile} account @returns {Question} */
const promotion = (account) => ({
  title: `Make ${nameOf(account)} an administrator?`, text: 'They can then invite, disable and remove everybody, you included.', yes: 'Make administrator',
});

/** @param {Api.Profile} account @returns {Question} */
const removal = (account) => ({
  title: `Remove ${nameOf(account)}?`, text: 'Their mappings, runs and sign-ins to other services go as well, at once and for good. What was posted to Trakt stays there.',
  yes: 'Remove', word: account.username,
});

/** @param {Api.Profile} account @param {Act} act */
function role(account, act) {
  const { administrator } = account;
  return button(administrator ? 'Make member' : 'Make administrator', async ({ currentTarget }) => {
    const control = currentTarget;
    if (!administrator && !(await confirm(promotion(account)))) return;
    await act(control, () => change(account, { administrator: !administrator }, `${nameOf(account)} is ${administrator ? 'a member' : 'an administrator'} now.`));
  }, 'small');
}

/** @param {Api.Profile} account @param {Act} act */
function shutting(account, act) {
  const { disabled } = account;
  return button(disabled ? 'Enable' : 'Disable', async ({ currentTarget }) => {
    const control = currentTarget;
    if (!disabled && !(await confirm(shutOut(account)))) return;
    await act(control, () => change(account, { disabled: !disabled }, `${nameOf(account)} is ${disabled ? 'enabled' : 'disabled'}.`));
  }, 'small');
}

/** @param {Api.Profile} account @param {Act} act */
const code = (account, act) => button('Reset code', ({ currentTarget }) => act(currentTarget, async () => {
  const made = await post(`/api/admin/accounts/${account.id}/reset`);
  return shownOnce(`A code for ${nameOf(account)}`, made.code, 'Give it to them: with it they set a new password at ',
    el('code', {}, `${location.origin}/forgotten`), '. It is shown this once, and ends ', age(made.expires_at), '.');
}), 'small');

/** @param {Api.Profile} account @param {Act} act */
const removing = (account, act) => button('Remove', async ({ currentTarget }) => {
  const control = currentTarget;
  if (!(await confirm(removal(account)))) return;
  await act(control, async () => {
    await remove(`/api/admin/accounts/${account.id}`);
    return notice('good', `Removed: ${nameOf(account)}`);
  });
}, 'small danger');

/**
 * The buttons for an account; one's own is changed on its own page. `changed` is told when something is done.
 * @param {Api.Profile} account
 * @param {boolean} isOwn
 * @param {() => void} changed
 */
export function actionsFor(account, isOwn, changed) {
  if (isOwn) return buttonLink('/security', 'Security');
  const act = acting(changed);
  return el('div', { class: 'row' },
    role(account, act), !account.disabled && code(account, act), shutting(account, act), removing(account, act));
}

/** Makes an invitation, and shows its link. @returns {Promise<Child>} */
export async function invite() {
  const { invitation, expires_at: ends } = await post('/api/admin/invitations');
  const address = `${location.origin}/register?${new URLSearchParams({ invitation })}`;
  return shownOnce('An invitation', address, 'Send this link to one person: they register with it, once. It is shown this once, and ends ', age(ends), '.');
}
