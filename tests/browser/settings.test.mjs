/** The settings, and what the demonstration shows, in a real browser: `npm ci && PROGRAM=… node --test` in this folder. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Service, accessible, demo, holding, launch, using } from './stage.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** See `holding`. */
const on = (...how) => holding(browser, ...how);

const settings = async ({ url }) => (await fetch(`${url}/api/settings`)).json();
const text = (page, selector) => page.locator(selector).innerText();
const said = (page, words) => page.waitForFunction((pattern) => new RegExp(pattern).test(document.querySelector('#toasts').innerText), words);
const line = (page, label) => page.locator('.option', { hasText: label });

test('a setting is saved as it is changed, and taken back', () => using(demo, (service) => on(service, {}, async (page) => {
  await page.goto('/settings');
  await line(page, 'Post rewatches').locator('input').check();
  await said(page, 'Rewatches: saved');
  assert.equal((await settings(service)).rewatches.value, true);
  await page.click('.toast >> text=Undo');
  await said(page, 'Rewatches: as it was');
  assert.equal((await settings(service)).rewatches.value, false);
  assert.ok(!(await line(page, 'Post rewatches').locator('input').isChecked()));
})));

test('a schedule is chosen by its words, or written as a pattern', () => using(demo, (service) => on(service, {}, async (page) => {
  await page.goto('/settings');
  await line(page, 'Sync by itself').locator('select').selectOption('17 */6 * * *');
  await said(page, 'Schedule: saved');
  assert.equal((await settings(service)).schedule.value, '17 */6 * * *');
  await page.waitForFunction(() => /Next at \d+:17/.test(document.querySelector('#next-sync').innerText));
  await line(page, 'Sync by itself').locator('select').selectOption('custom');
  await page.locator('#schedule input').fill('every now and then');
  await page.keyboard.press('Tab');
  await said(page, 'is not a cron pattern');
  page.wrong = page.wrong.filter((one) => !/status of 400/.test(one));
  assert.equal((await settings(service)).schedule.value, '17 */6 * * *');
})));

test('what the environment holds is locked, and says by which variable', () => using(() => Service.start([], { TRAKT_BATCH_SIZE: '50', ANILIST_ACCESS_TOKEN: 'a-token-of-anilist' }), (service) => on(service, {}, async (page) => {
  await page.goto('/settings');
  await line(page, 'Plays a request').waitFor();
  assert.ok(await line(page, 'Plays a request').locator('input').isDisabled());
  assert.match(await line(page, 'Plays a request').innerText(), /Set by TRAKT_BATCH_SIZE/);
  assert.ok(await line(page, 'AniList token').locator('input').isDisabled());
  assert.ok(!(await page.content()).includes('a-token-of-anilist'));
})));

test('a secret is written, never shown, and cleared', () => using(demo, (service) => on(service, {}, async (page) => {
  await page.goto('/settings');
  const webhook = line(page, 'Webhook');
  await webhook.locator('input').fill('http://127.0.0.1:9/secret-path');
  await webhook.locator('text=Save').click();
  await said(page, 'Webhook: saved');
  assert.equal(await webhook.locator('input').getAttribute('placeholder'), 'Set: 127.0.0.1');
  assert.ok(!(await page.content()).includes('secret-path'));
  await webhook.locator('text=Clear').click();
  await said(page, 'Webhook: cleared');
  assert.equal((await settings(service)).webhookUrl.isSet, false);
})));

test('light or dark is chosen for this browser, and is there before anything is painted', () => using(demo, (service) => on(service, { dark: false }, async (page) => {
  await page.goto('/settings');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.click('#appearance >> text=Dark');
  const dark = await ground();
  assert.notEqual(light, dark);
  await page.goto('/library');
  assert.equal(await ground(), dark);
  await page.goto('/settings');
  await page.click('#appearance >> text=System');
  assert.equal(await ground(), light);
  await page.click('#appearance >> text=Compact');
  assert.equal(await page.getAttribute('html', 'data-density'), 'compact');
  await accessible(page, '/settings');
  assert.match(await text(page, '.rail [aria-current]'), /Settings/);
})));

test('the demonstration says that it is one, and shows what its pages are made of', () => using(demo, async (service) => {
  for (const [width, dark] of [[1280, false], [1280, true], [360, false], [360, true]]) {
    await on(service, { width, dark }, async (page) => {
      await page.goto('/styleguide');
      await page.waitForSelector('#styles .swatches');
      assert.match(await text(page, '.demo-note'), /Demo: nothing leaves this machine/);
      await accessible(page, `/styleguide dark ${dark} ${width}`);
    });
  }
  await using(() => Service.start(), (real) => on(real, {}, async (page) => {
    assert.equal((await fetch(`${real.url}/styleguide`)).status, 404);
    await page.goto('/');
    assert.ok(await page.locator('.demo-note').isHidden());
  }));
}));
