/** Names of Trakt's shows and films, in a real browser: `npm ci && PROGRAM=… node --test` in this folder. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demo, holding, launch, using } from './stage.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** See `holding`. */
const on = (...how) => holding(browser, ...how);

const NUMBERS = '#result tbody [data-unnamed]';
const QUESTION = /\/api\/trakt-titles/;

/** The ids that a question names, such as `show 7`. */
const idsOf = (url) => ['show', 'movie'].flatMap((kind) =>
  (new URL(url).searchParams.get(`${kind}s`) ?? '').split(',').filter(Boolean).map((id) => `${kind} ${id}`));

/** Notes what the page asks for; `answer` answers it, or lets it through. */
async function asking(page, answer = (route) => route.continue()) {
  const asked = [];
  await page.route('**/api/trakt-titles*', (route) => {
    asked.push(idsOf(route.request().url()));
    return answer(route, asked.at(-1));
  });
  return asked;
}

const preview = async (page) => {
  await page.goto('/sync?preview=full');
  await page.waitForSelector('#result table');
};

/** Waits until no number is in the window. */
const namedInView = (page) => page.waitForFunction((numbers) => [...document.querySelectorAll(numbers)].every((link) => {
  const { top, bottom } = link.getBoundingClientRect();
  return bottom < 0 || top > innerHeight;
}), NUMBERS);

const last = (page) => page.locator('#result .table').first().locator('tbody tr').last();
const toTheEnd = (page) => last(page).evaluate((row) => row.scrollIntoView({ block: 'end', behavior: 'instant' }));

/** The titles that have names, such as `show 7`. */
const named = (page) => page.locator('#result tbody a[href*="trakt.tv"]:not([data-unnamed])').evaluateAll((links) =>
  links.map(({ href }) => href.replace(/.*trakt.tv\/(show|movie)s\//, '$1 ')));

/** Waits until the browser has told the page what is in view. */
const looked = (page) => page.evaluate(() => new Promise((resolve) => {
  new IntersectionObserver(resolve).observe(document.body);
}));

test('what is in view has its name in place of its number, without moving or losing the focus', () => using(demo, (service) => on(service, {}, async (page) => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const asked = await asking(page, async (route) => { await held; return route.continue(); });
  const first = page.waitForRequest(QUESTION);
  await preview(page);
  await first;
  const link = page.locator(NUMBERS).first();
  const number = await link.innerText();
  assert.match(number, /^Show\s\d+$/);
  await link.evaluate((node) => { node.focus({ preventScroll: true }); globalThis.focused = node; });
  const place = () => page.evaluate(() => ({
    left: globalThis.focused.getBoundingClientRect().left, top: globalThis.focused.getBoundingClientRect().top, scrolled: scrollY,
    columns: [...document.querySelectorAll('#result th')].map((cell) => cell.getBoundingClientRect().width),
  }));
  const before = await place();
  release();
  await namedInView(page);
  assert.deepEqual(await place(), before);
  const told = await page.evaluate(() => ({ name: document.activeElement.innerText, title: document.activeElement.title }));
  assert.equal(told.name, 'InuYasha');
  assert.match(told.title, new RegExp(`^${number}, \\d{4}$`));
  const below = await page.locator(NUMBERS).count();
  assert.ok(below > 10, `${below} that nobody has seen are numbers still`);
  await toTheEnd(page);
  await namedInView(page);
  assert.ok(await page.locator('#result a[href*="/movies/"]:not([data-unnamed])').count() > 0, 'films have names as well');
  assert.ok(asked.every((ids) => new Set(ids).size === ids.length));
})));

test('a name that somebody saw is there for everybody from then on', () => using(demo, async (service) => {
  /** @type {string[]} */
  let seen = [];
  await on(service, {}, async (page) => {
    await preview(page);
    await namedInView(page);
    seen = await named(page);
  });
  assert.ok(seen.length > 5, `${seen}`);
  await on(service, { width: 390 }, async (page) => {
    const asked = await asking(page);
    await preview(page);
    assert.equal(await page.locator('#result tbody a[href*="trakt.tv"]').first().innerText(), 'InuYasha');
    const more = page.waitForResponse(QUESTION);
    await toTheEnd(page);
    await more;
    assert.deepEqual(asked.flat().filter((id) => seen.includes(id)), []);
  });
}));

/** A preview of so many titles, each on a show of the same number. */
async function planOf(page, titles) {
  const plays = Array.from({ length: titles }, (_, number) => ({
    anilistId: 1 + number, title: `Title ${1 + number}`, abs: 1, kind: 'episode', show: 1 + number, season: 1, number: 1,
    watchedAt: '2026-01-05T12:00:00.000Z', source: 'otaku', verdict: 'verified',
  }));
  const counts = { entries: titles, found: titles, toPost: titles, alreadySynced: 0, skippedUnmapped: 0, leftForLater: 0 };
  await page.route('**/api/plan*', (route) => route.fulfill({ json: {
    plan: '0123456789abcdef', mode: 'full', counts, totals: { plays: titles, titles, skipped: 0 }, offset: 0, next: null,
    plays, skipped: [], complete: true, nextAttempt: null,
  } }));
}

test('rows that are drawn later get their names, and what was answered is not asked for again', () => using(demo, (service) => on(service, {}, async (page) => {
  const [answered, again] = [new Set(), []];
  const asked = await asking(page, (route, ids) => {
    again.push(...ids.filter((id) => answered.has(id)));
    const items = ids.slice(0, 4).map((id) => {
      answered.add(id);
      const traktId = Number(id.slice('show '.length));
      return { kind: 'show', traktId, traktTitle: traktId % 2 ? { title: `Name ${traktId}`, year: 2020 } : null };
    });
    return route.fulfill({ json: { count: items.length, items } });
  });
  await planOf(page, 130);
  await preview(page);
  await page.click('#result .more button');
  await toTheEnd(page);
  await page.waitForSelector('text=Name 129');
  assert.match(await last(page).innerText(), /Show\s130/);
  assert.ok(!asked.flat().includes('show 51'), 'what is only scrolled past is not asked for');
  await page.fill('#find-title', 'title 12');
  await page.waitForSelector('#result tbody tr:first-child a:text-is("Title 12")');
  // As it is drawn, before the page could ask.
  assert.ok(await page.locator('#result tbody a:text-is("Name 129")').count());
  await page.fill('#find-title', 'title 51');
  await page.waitForSelector('#result tbody a:text-is("Name 51")');
  assert.deepEqual(again, []);
})));

test('where no name can be had the numbers stay, and the page does not ask again for a minute', () => using(demo, (service) => on(service, {}, async (page) => {
  const asked = await asking(page, (route) => route.fulfill({ json: { count: 0, items: [] } }));
  await page.clock.install();
  const answered = page.waitForResponse(QUESTION);
  await planOf(page, 60);
  await preview(page);
  await answered;
  await toTheEnd(page);
  await looked(page);
  await page.clock.runFor(5000);
  await page.clock.fastForward(61_000);
  const again = page.waitForResponse(QUESTION);
  await page.locator('#result tbody tr').first().evaluate((row) => row.scrollIntoView({ block: 'end', behavior: 'instant' }));
  await again;
  assert.equal(asked.length, 2);
  assert.equal(await page.locator(NUMBERS).count(), 60);
  assert.equal(await page.locator('#result .notice.bad').count(), 0);
})));
