/** What airs, in a real browser: the week on Home, and the address for calendar apps. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, demo, holding, launch, shown, using } from './stage.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** See `holding`. */
const on = (...how) => holding(browser, ...how);

/** Asks a service as a program does: without a cookie. */
const ask = ({ url }, route, options) => fetch(new URL(route, url), options);

test('home shows seven days from today on, with what airs on each at the time of this place', () => using(shown, async (service) => {
  for (const [width, dark] of [[360, false], [1280, true]]) {
    await on(service, { width, dark }, async (page) => {
      await page.goto('/');
      await page.waitForSelector('.week .airing');
      const days = page.locator('.week > .day');
      assert.equal(await days.count(), 7);
      assert.match(await days.first().locator('h3').innerText(), /^Today/);
      const from = await page.evaluate(() => new Date().setHours(0, 0, 0, 0));
      const { items } = await (await ask(service, `/api/library/calendar?from=${new Date(from).toISOString()}`)).json();
      assert.ok(items.length >= 7, 'the demonstration has a filled week');
      const told = await page.locator('.airing time').evaluateAll((times) => times.map(({ dateTime, title }) => [dateTime, title]));
      assert.deepEqual(told.map(([at]) => at), items.map(({ airs_at: at }) => at));
      told.forEach(([, title]) => assert.match(title, /^(in .+|tomorrow) · .+\d/));
      await page.waitForFunction(() => !document.querySelector('[aria-busy=true], .working'));
      await accessible(page, `home at ${width}`);
      await page.click('.airing-name');
      await page.waitForURL(`**/anime/${items[0].item_id}`);
    });
  }
}));

test('a step on another card is seen in how far behind one is', () => using(shown, (service) => on(service, {}, async (page) => {
  const { items } = await (await ask(service, '/api/library/calendar')).json();
  const { item_id: id, behind } = items.find((one) => one.behind >= 2);
  // What changed last goes on first.
  await ask(service, `/api/library/items/${id}`, { method: 'PATCH', body: JSON.stringify({ notes: 'soon' }), headers: { 'content-type': 'application/json' } });
  await page.goto('/');
  const airing = page.locator('.airing', { has: page.locator(`[href="/anime/${id}"]`) });
  assert.match(await airing.innerText(), new RegExp(`${behind} behind`));
  await page.locator(`#continue [data-id="${id}"] [aria-label="One episode more"]`).click();
  await airing.locator(`text=${behind - 1} behind`).waitFor();
})));

test('a week in which nothing airs says so', () => using(demo, (service) => on(service, {}, async (page) => {
  await page.goto('/');
  await page.waitForSelector('#week .empty');
  assert.match(await page.locator('#week').innerText(), /Nothing airs this week/);
})));

test('a calendar app reads the address that was copied, until another one is made', () => using(shown, (service) => on(service, {}, async (page) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/');
  await page.click('text=Subscribe');
  await page.waitForURL('**/settings#calendar');
  const copied = async () => {
    await page.click('#calendar .once >> text=Copy');
    await page.waitForSelector('#calendar .once >> text=Copied');
    return page.evaluate(() => navigator.clipboard.readText());
  };
  await page.click('#calendar >> text=Make an address');
  await page.waitForSelector('#calendar .once');
  const first = await copied();
  assert.equal(await page.locator('#calendar a').getAttribute('href'), first.replace('http:', 'webcal:'));
  const file = await ask(service, first);
  assert.deepEqual([file.status, file.headers.get('content-type')], [200, 'text/calendar; charset=utf-8']);
  assert.match(await file.text(), /^BEGIN:VCALENDAR\r\n.*SUMMARY:ONE PIECE · episode \d+\r\n.*END:VCALENDAR\r\n$/s);
  await accessible(page, 'settings');

  await page.click('#calendar >> text=Make a new address');
  await page.click('dialog >> button.danger');
  await page.waitForFunction((before) => !document.querySelector('#calendar .once')?.textContent.includes(before), first);
  const second = await copied();
  assert.notEqual(second, first);
  assert.deepEqual([(await ask(service, first)).status, (await ask(service, second)).status], [404, 200]);
  await page.click('#calendar >> text=Withdraw it');
  await page.click('dialog >> button.danger');
  await page.waitForSelector('#calendar >> text=The address is withdrawn');
  assert.equal((await ask(service, second)).status, 404);
  await page.waitForSelector('#calendar >> text=Make an address');
})));
