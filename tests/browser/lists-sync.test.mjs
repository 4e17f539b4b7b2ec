/** Lists that agree, in the demonstration: connecting, the first preview, a conflict. */
import assert from 'node:assert/strict';
import { test, before, after } from 'node:test';
import { accessible, holding, launch, shown, using } from './stage.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** Lets the service in at another site, as a person does in the tab that opens. */
async function connect(page, service, list) {
  const { url } = await page.evaluate((name) => fetch(`/api/v1/integrations/${name}/connect-url`).then((answer) => answer.json()), list);
  const tab = await page.context().newPage();
  await tab.goto(url);
  if (!tab.url().startsWith(service.url)) await tab.locator('a, button').first().click();
  await tab.waitForURL(`${service.url}/**`);
  await tab.locator('main').waitFor();
  await tab.close();
}

const said = (page, words) => page.waitForFunction((wanted) => document.querySelector('#lists-result')?.innerText.includes(wanted), words, { timeout: 60_000 });

for (const look of [{ width: 1280 }, { width: 390, dark: true }]) {
  test(`somebody new sees what a first sync would do, agrees, and settles what differs, ${look.width} wide`, () => using(shown, (service) => holding(browser, service, look, async (page) => {
    await page.goto('/settings');
    await page.waitForSelector('#lists-cards .card');
    await connect(page, service, 'anilist');
    await connect(page, service, 'myanimelist');
    await page.reload();
    await page.click('#kitsu-form button');
    await said(page, 'Kitsu is connected.');
    await page.click('text=Sync lists');
    await said(page, 'Nothing was written yet.');
    assert.match(await page.locator('#lists-result').innerText(), /MyAnimeList: 8 titles are added, 0 entries change, 1 differ/);
    await accessible(page, 'settings with the preview');
    await page.click('text=Agree and sync');
    await said(page, 'Your lists agree, but for 2 fields');
    await page.click('#lists-result >> text=say which holds');
    await page.waitForSelector('#conflicts-list .card');
    assert.equal(await page.locator('#conflicts-list .card').count(), 2);
    await accessible(page, 'review with conflicts');
    await page.locator('#conflicts-list .card', { hasText: 'progress' }).locator('.side', { hasText: 'MyAnimeList' }).locator('button').click();
    await page.waitForFunction(() => document.querySelectorAll('#conflicts-list .card').length === 1);
    await page.locator('#conflicts-list button').first().click();
    await page.waitForSelector('#conflicts', { state: 'hidden' });
    await page.goto('/settings');
    await page.click('text=Sync lists');
    await said(page, 'Your lists agree.');
  })));
}
