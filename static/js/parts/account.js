/** The menu of the account: who is signed in, where that leads, and light or dark. */
import { get } from '../lib/api.js';
import { byId, el, fill } from '../lib/dom.js';
import { themes } from './looks.js';

/** @param {Api.Profile} account */
export const nameOf = ({ full_name: fullName, username }) => fullName || username;

/** One or two letters for a name. @param {string} name */
function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]].map((word) => [...word][0]) : [...(words[0] ?? '?')].slice(0, 2);
  return letters.join('').toUpperCase();
}

/** A round mark for somebody. @param {Api.Profile} account */
export const avatar = (account) => el('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(nameOf(account)));

/** @param {string} href @param {string} label */
const entry = (href, label) => el('li', {}, el('a', { href, 'aria-current': location.pathname === href && 'page' }, label));

/**
 * @param {Api.Profile} account
 * @param {() => void} signOut
 */
const entries = (account, signOut) => el('ul', { id: 'account-menu', class: 'menu', hidden: true },
  el('li', { class: 'who' }, el('strong', {}, nameOf(account)),
    el('div', { class: 'muted' }, account.full_name && `${account.username} · `, account.administrator ? 'Administrator' : 'Member')),
  entry('/security', 'Security'),
  account.administrator && entry('/people', 'People'),
  el('li', { class: 'apart looks' }, themes('account-theme')),
  el('li', { class: 'apart' }, el('button', { type: 'button', onclick: signOut }, 'Sign out')));

/**
 * Opens and closes `menu` by `control`; it closes by Escape as well, and when something else is used.
 * @param {HTMLElement} control
 * @param {HTMLElement} menu
 */
function wire(control, menu) {
  /** @param {boolean} open */
  const set = (open) => {
    menu.hidden = !open;
    control.setAttribute('aria-expanded', String(open));
  };
  const around = byId('account');
  control.addEventListener('click', () => set(menu.hidden));
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !around.contains(relatedTarget)) set(false);
  });
  around.onkeydown = ({ key }) => {
    if (key !== 'Escape' || menu.hidden) return;
    set(false);
    control.focus();
  };
  addEventListener('pointerdown', ({ target }) => {
    if (target instanceof Node && !around.contains(target)) set(false);
  });
}

/** Where a tab keeps what the menu shows, so that it is there at once on the next page. */
const KEPT = 'account';

// A browser may keep nothing at all, and says so by throwing.
function kept() {
  try {
    return sessionStorage.getItem(KEPT) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} text */
function keep(text) {
  try {
    sessionStorage.setItem(KEPT, text);
  } catch {
    // The menu comes a moment later on the next page.
  }
}

let shown = '';

/**
 * Shows who is signed in. A menu that is right already stays, as it may be open.
 * @param {Api.Profile} account
 * @param {() => void} signOut
 */
function draw(account, signOut) {
  const text = JSON.stringify(account);
  if (text === shown) return;
  shown = text;
  keep(text);
  const control = el('button', {
    type: 'button', class: 'account-button', 'aria-expanded': 'false', 'aria-controls': 'account-menu', 'aria-label': `Account: ${nameOf(account)}`,
  }, avatar(account), el('span', { class: 'account-name' }, nameOf(account)));
  const menu = entries(account, signOut);
  fill(byId('account'), control, menu);
  document.body.classList.add('has-account');
  wire(control, menu);
}

// What draws the menu again; `showAccount` sets it.
/** @type {(account: Api.Profile) => void} */
let drawAgain = () => {};

/** Tells the menu what the account is called now. @param {Api.Profile} account */
export const renameAccount = (account) => drawAgain(account);

/** Shows who was signed in on the page before. @param {() => void} signOut */
export function startAccount(signOut) {
  drawAgain = (account) => draw(account, signOut);
  const before = kept();
  if (before) drawAgain(JSON.parse(before));
}

/** Shows who is signed in now. */
export async function showAccount() {
  drawAgain(await get('/api/auth/me'));
}

/** Takes the menu away. */
export function forgetAccount() {
  if (kept()) keep('');
  if (!shown) return;
  shown = '';
  document.body.classList.remove('has-account');
  fill(byId('account'));
}
