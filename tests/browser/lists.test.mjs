/** Lists that come from elsewhere, in a real browser: `npm ci && PROGRAM=… node --test` in this folder. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demo, holding, launch, using } from './stage.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** See `holding`. */
const on = (...how) => holding(browser, ...how);

const text = (page, selector) => page.locator(selector).innerText();
const api = async ({ url }, method, path) => (await fetch(url + path, { method })).json();

test('a file is looked at in four classes, and then read', () => using(demo, (service) => on(service, {}, async (page) => {
  const csv = 'title,type,status,progress,score,mal_id\nMushishi,anime,watching,3,90,457\nMushishi,anime,watching,4,90,457\nBerserk,manga,reading,30,,2\n';
  const list = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) };
  const titles = async () => (await api(service, 'GET', '/api/library/items')).map(({ title }) => title);
  const before = await titles();
  await page.goto('/settings#data');
  await page.setInputFiles('#import-file', list);
  await page.waitForSelector('#import-result button.primary');
  assert.match((await text(page, '#import-result')).replace(/\s+/g, ' '), /CSV: 3 rows New 2 Same 0 Twice 1 Unclear 0 Import 2 titles/);
  assert.deepEqual(await titles(), before, 'a preview changes nothing');
  await page.click('#import-result button.primary');
  await page.waitForSelector('#import-result .notice.good');
  assert.match(await text(page, '#import-result'), /2 titles added, 0 changed/);
  assert.deepEqual(await titles(), [...before, 'Mushishi', 'Berserk']);
  await page.setInputFiles('#import-file', list);
  await page.waitForFunction(() => /Your library has all of it/.test(document.querySelector('#import-result').innerText));
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('#data a:has-text("JSON")')]);
  assert.equal(file.suggestedFilename(), 'library.json');
})));

test('the list at AniList is taken into the library', () => using(demo, (service) => on(service, {}, async (page) => {
  await page.goto('/settings#data');
  await page.click('text=Import the list');
  await page.waitForSelector('#anilist-result .notice.good');
  assert.match(await text(page, '#anilist-result'), /\d+ titles added from the list of demo/);
  await page.click('#anilist-result >> text=See your library');
  await page.waitForSelector('.item');
  assert.ok((await api(service, 'GET', '/api/library/items')).length > 20);
})));
