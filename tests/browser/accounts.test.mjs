/** Accounts in a real browser: `npm ci && PROGRAM=… node --test` in this folder. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Service, accessible, holding, launch, using } from './stage.mjs';

const PASSWORD = 'correct horse';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** See `holding`. */
const on = (...how) => holding(browser, ...how);

const empty = () => Service.start([], { AUTH: 'accounts' });

const text = (page, selector) => page.locator(selector).innerText();
const path = (page) => new URL(page.url()).pathname;

/** Forgets that the browser noted refusals of this status, which the page told of. */
const told = (page, status) => { page.wrong = page.wrong.filter((line) => !line.includes(`status of ${status}`)); };

/** Asks a service as a program does. */
async function api({ url }, method, route, { body, token } = {}) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(url + route, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, ...await answer.json() };
}

async function tokenOf({ url }, username, password = PASSWORD) {
  const answer = await fetch(`${url}/api/auth/token`, { method: 'POST', body: new URLSearchParams({ username, password }) });
  return (await answer.json()).access_token;
}

/** A service in which `mika`, the administrator, and `jonas` have accounts. */
async function inhabited() {
  const service = await empty();
  await api(service, 'POST', '/api/auth/register', { body: { username: 'mika', password: PASSWORD, full_name: 'Mika Sato' } });
  const token = await tokenOf(service, 'mika');
  const { invitation } = await api(service, 'POST', '/api/admin/invitations', { token });
  const { id } = await api(service, 'POST', '/api/auth/register', { body: { username: 'jonas', password: PASSWORD, invitation } });
  return Object.assign(service, { token, jonas: id });
}

async function signIn(page, username, password = PASSWORD) {
  if (path(page) !== '/sign-in') await page.goto('/sign-in');
  await page.fill('#username', username);
  await page.fill('#password', password);
  await page.keyboard.press('Enter');
}

async function signedIn(page, username, where = '/') {
  await page.goto(where);
  await signIn(page, username);
  await page.waitForURL(`**${where}`);
  await page.waitForSelector('.account-button');
}

const menu = async (page) => {
  await page.click('.account-button');
  return page.locator('#account-menu a, #account-menu button').allInnerTexts();
};

test('the first person registers, is administrator, signs out, and in again', () => using(empty, (service) => on(service, {}, async (page) => {
  await page.goto('/mappings');
  await page.waitForURL('**/register');
  await page.waitForSelector('#register:not([hidden])');
  assert.match(await text(page, '#state'), /You are the first here, so you become the administrator\. Everything that is already/);
  await page.fill('#username', 'Mika');
  await page.fill('#password', PASSWORD);
  await page.fill('#full-name', 'Mika Sato');
  await page.click('.reveal');
  assert.equal(await page.getAttribute('#password', 'type'), 'text');
  await page.click('button.primary');
  await page.waitForURL(`${service.url}/`);
  await page.waitForSelector('.account-button');
  assert.deepEqual(await menu(page), ['Security', 'People', 'Sign out']);
  assert.match(await text(page, '#account-menu'), /^Mika Sato\s+Mika · Administrator/);
  await page.click('#account-menu button');
  await page.waitForURL('**/sign-in');
  await signIn(page, 'mika', 'wrong horse');
  await page.waitForSelector('.notice.bad');
  assert.match(await text(page, '#password-said'), /Incorrect username or password\./);
  assert.match(await text(page, '#announcer'), /Incorrect username or password\./);
  told(page, 400);
  await page.goto('/logs');
  assert.equal(new URL(page.url()).search, '?next=%2Flogs');
  await signIn(page, 'mika');
  await page.waitForURL('**/logs');
  await page.waitForSelector('.account-button');
  assert.ok(await page.locator('#sign-out').isHidden());
})));

test('the menu of the account is opened, walked through and closed by keyboard', () => using(inhabited, (service) => on(service, {}, async (page) => {
  await signedIn(page, 'mika');
  const open = () => page.getAttribute('.account-button', 'aria-expanded');
  const focused = () => page.evaluate(() => document.activeElement.innerText || document.activeElement.className);
  await page.focus('.account-button');
  await page.keyboard.press('Enter');
  assert.equal(await open(), 'true');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Security');
  await page.keyboard.press('Escape');
  assert.equal(await open(), 'false');
  assert.match(await page.evaluate(() => document.activeElement.className), /account-button/);
  await page.keyboard.press('Space');
  for (const label of ['Security', 'People']) {
    await page.keyboard.press('Tab');
    assert.equal(await focused(), label);
  }
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light', 'light and dark are chosen here, too');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Sign out');
  await page.keyboard.press('Tab');
  assert.equal(await open(), 'false', 'it closes when the focus leaves it');
  await page.click('.account-button');
  await page.click('h1');
  assert.equal(await open(), 'false', 'it closes when something else is used');
})));

test('a token is made, shown this once, opens the door, and is revoked', () => using(inhabited, (service) => on(service, {}, async (page) => {
  await signedIn(page, 'jonas', '/security');
  await page.waitForSelector('#tokens .empty');
  await page.fill('#token-name', '12345');
  await page.check('#read-only');
  await page.click('text=Make a token');
  const token = await text(page, '.once code');
  await page.waitForSelector('#tokens table');
  assert.match(await text(page, '#tokens tbody'), /12345 only reads/);
  assert.equal((await api(service, 'GET', '/api/auth/me', { token })).username, 'jonas');
  assert.equal((await api(service, 'PATCH', '/api/auth/me', { token, body: {} })).status, 403);
  await page.click('.once button');
  await page.waitForSelector('.once button:has-text("Copied")');
  await page.reload();
  await page.waitForSelector('#tokens table');
  assert.ok(!(await text(page, 'main')).includes(token));
  await page.click('#tokens button:has-text("Revoke")');
  assert.match(await text(page, 'dialog'), /Revoke the token for 12345\?/);
  await page.click('dialog button.danger');
  await page.waitForSelector('#tokens .empty');
  assert.equal((await api(service, 'GET', '/api/auth/me', { token })).status, 401);
})));

test('who is invited becomes a member, and is shut out when the administrator says so', () => using(inhabited, (service) => on(service, {}, async (page) => {
  await signedIn(page, 'mika', '/people');
  await page.click('#invite');
  const address = await text(page, '.once code');
  await on(service, {}, async (guest) => {
    await guest.goto('/register');
    await guest.waitForSelector('.empty');
    assert.match(await text(guest, '.empty'), /Registration is closed.*invitation/s);
    await guest.goto(address);
    await guest.fill('#username', 'jonas');
    await guest.fill('#password', PASSWORD);
    await guest.click('button.primary');
    await guest.waitForSelector('.notice.bad');
    assert.match(await text(guest, '#said'), /Username already exists\.\s+Choose another name\./);
    told(guest, 400);
    await guest.fill('#username', 'lin');
    await guest.click('button.primary');
    await guest.waitForURL(`${service.url}/`);
    await guest.waitForSelector('.account-button');
    assert.deepEqual(await menu(guest), ['Security', 'Sign out']);
    await guest.goto('/people');
    await guest.waitForSelector('#people .notice.bad');
    assert.match(await text(guest, '#people'), /Only an administrator may ask this/);
    told(guest, 403);

    await page.reload();
    const row = page.locator('#people tr', { hasText: 'lin' });
    await row.locator('button:has-text("Disable")').click();
    await page.click('dialog button.danger');
    await page.locator('#people tr', { hasText: 'lin' }).locator('.pill.bad').waitFor();
    await guest.waitForURL('**/sign-in?next=%2Fpeople');
    told(guest, 401);
  });
  await page.locator('#people tr', { hasText: 'lin' }).locator('button:has-text("Remove")').click();
  const remove = page.locator('dialog button.danger');
  assert.ok(await remove.isDisabled());
  await page.fill('#proof', 'lin');
  await remove.click();
  await page.waitForFunction(() => document.querySelectorAll('#people tbody tr').length === 2);
  assert.match(await text(page, '#said'), /Removed: lin/);
  await page.locator('#people tr', { hasText: 'jonas' }).locator('button:has-text("Make administrator")').click();
  await page.click('dialog button.danger');
  await page.waitForFunction(() => document.querySelectorAll('#people .pill.accent').length === 2);
})));

test('who forgot the password gets in with a code from the administrator', () => using(inhabited, (service) => on(service, {}, async (page) => {
  const { code } = await api(service, 'POST', `/api/admin/accounts/${service.jonas}/reset`, { token: service.token });
  await page.goto('/sign-in');
  await page.click('text=Password forgotten?');
  await page.fill('#name', 'jonas');
  await page.click('text=I have a code');
  await page.fill('#code', 'WRONGWRO');
  await page.fill('#new-password', 'battery staple');
  await page.click('text=Set the password');
  await page.waitForSelector('#said .notice.bad');
  page.wrong = page.wrong.filter((line) => !/status of 4/.test(line));
  await page.fill('#code', ` ${code.toLowerCase()} `);
  await page.click('text=Set the password');
  await page.waitForURL(`${service.url}/`);
  await page.waitForSelector('.account-button');
  assert.ok(await tokenOf(service, 'jonas', 'battery staple'));
  assert.equal(await tokenOf(service, 'jonas'), undefined);
})));

test('whoever asks for a code is told the same', () => using(inhabited, (service) => on(service, {}, async (page) => {
  for (const name of ['jonas', 'nobody']) {
    await page.goto('/forgotten');
    await page.fill('#name', name);
    await page.click('text=Send a code');
    await page.waitForSelector('#asked .notice');
    assert.equal(await text(page, '#asked'), 'If there is such an account, a code is on its way; the administrator can make one, too.');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'code');
  }
})));

test('a person is called as they say, and ends sign-ins elsewhere, by a new password too', () => using(inhabited, (service) => on(service, {}, async (page) => {
  const [first, second] = [await tokenOf(service, 'jonas'), await tokenOf(service, 'jonas')];
  await signedIn(page, 'jonas', '/security');
  await page.fill('#full-name', 'Jonas Weber');
  await page.click('text=Save');
  await page.waitForSelector('#profile-said .notice.good');
  assert.equal(await page.getAttribute('.account-button', 'aria-label'), 'Account: Jonas Weber');
  await page.waitForFunction(() => document.querySelectorAll('#sessions tbody tr').length === 3);
  assert.equal(await page.locator('#sessions .pill.good').count(), 1);
  await page.locator('#sessions tr', { hasNotText: 'This browser' }).locator('button:has-text("End")').first().click();
  await page.waitForFunction(() => document.querySelectorAll('#sessions tbody tr').length === 2);
  const program = (await api(service, 'POST', '/api/auth/tokens', { token: first, body: { name: 'kitchen' } })).token;
  const alive = async (token) => (await api(service, 'GET', '/api/auth/me', { token })).status;
  assert.deepEqual([await alive(first), await alive(second)], [200, 401]);
  await page.click('text=Sign out everywhere else');
  assert.match(await text(page, 'dialog'), /1 sign-in will end/);
  await page.click('dialog button.danger');
  await page.waitForFunction(() => document.querySelectorAll('#sessions tbody tr').length === 1);
  assert.equal(await text(page, '#sessions-said'), 'Signed out everywhere else: 1 sign-in ended.');
  assert.ok(await page.locator('#end-others').isHidden());
  assert.deepEqual([await alive(first), await alive(program)], [401, 200]);
  const third = await tokenOf(service, 'jonas');
  await page.fill('#old-password', 'wrong horse');
  await page.fill('#new-password', 'battery staple');
  await page.click('text=Change the password');
  await page.waitForSelector('#password-said .notice.bad');
  assert.match(await text(page, '#password-said'), /This is not your password/);
  page.wrong = page.wrong.filter((line) => !/status of 4/.test(line));
  await page.fill('#old-password', PASSWORD);
  await page.click('text=Change the password');
  await page.waitForSelector('#password-said .notice.good');
  assert.equal(await alive(third), 401);
  await page.reload();
  await page.waitForSelector('#sessions table');
})));

test('who leaves is gone', () => using(inhabited, (service) => on(service, {}, async (page) => {
  await signedIn(page, 'jonas', '/security');
  await page.click('text=Delete it…');
  await page.fill('#leave-password', PASSWORD);
  await page.click('text=Delete my account');
  await page.waitForURL('**/sign-in');
  const { items } = await api(service, 'GET', '/api/admin/accounts', { token: service.token });
  assert.deepEqual(items.map(({ username }) => username), ['mika']);
})));

test('who has the service’s token signs out at the foot, and has no menu', () => using(() => Service.start([], { APP_TOKEN: 'open-sesame-please' }), (service) => on(service, {}, async (page) => {
  await page.goto('/sign-in');
  await page.fill('#token', 'open-sesame-please');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${service.url}/`);
  await page.waitForSelector('#sign-out:not([hidden])');
  assert.equal(await page.locator('.account-button').count(), 0);
})));

test('no page of accounts has an accessibility fault that matters, light and dark, wide and narrow', () => using(inhabited, async (service) => {
  await api(service, 'POST', '/api/auth/tokens', { token: service.token, body: { name: 'home assistant', read_only: true } });
  const looks = [[1280, false], [1280, true], [360, false], [360, true]];
  for (const [width, dark] of looks) {
    const where = (page) => `${path(page)} dark ${dark} ${width}`;
    const settled = (page) => page.waitForFunction(() => !document.querySelector('[aria-busy=true], .working'));
    await on(service, { width, dark }, async (page) => {
      for (const open of ['/sign-in', '/register', '/register?invitation=x', '/forgotten']) {
        await page.goto(open);
        await settled(page);
        await accessible(page, where(page));
      }
      await page.fill('#name', 'mika');
      await page.click('text=I have a code');
      await accessible(page, where(page));
      await signedIn(page, 'mika', '/security');
      await page.waitForSelector('#tokens table');
      await page.fill('#token-name', 'phone');
      await page.click('text=Make a token');
      await page.waitForSelector('.once');
      await page.click('summary');
      await menu(page);
      await accessible(page, where(page));
      await page.goto('/people');
      await page.waitForSelector('#people table');
      await page.click('#invite');
      await page.waitForSelector('.once');
      await accessible(page, where(page));
      await page.click('#people button.danger >> nth=0');
      await accessible(page, where(page));
    });
  }
}));
