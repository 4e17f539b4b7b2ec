/** Takes the README's pictures again: `npm ci && node pictures.mjs` in this folder, after a build. */
import { fileURLToPath } from 'node:url';
import { demo, launch, visit } from './stage.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const service = await demo();
const browser = await launch();

/** What stands in the library of the pictures: [title, type, format, year, status, progress, of, score]. */
const TITLES = [
  ['Frieren: Beyond Journey’s End', 'anime', 'tv', 2023, 'completed', 28, 28, 95], ['Mushishi', 'anime', 'tv', 2005, 'watching', 14, 26, 92],
  ['Cowboy Bebop', 'anime', 'tv', 1998, 'completed', 26, 26, 96], ['Spirited Away', 'anime', 'movie', 2001, 'completed', 1, 1, 98],
  ['Odd Taxi', 'anime', 'tv', 2021, 'watching', 9, 13, 88], ['Hunter x Hunter (2011)', 'anime', 'tv', 2011, 'on-hold', 75, 148, 84],
  ['The Apothecary Diaries', 'anime', 'tv', 2023, 'watching', 19, 24, 87], ['Ping Pong the Animation', 'anime', 'tv', 2014, 'completed', 11, 11, 93],
  ['Made in Abyss', 'anime', 'tv', 2017, 'completed', 13, 13, 86], ['Monogatari Series: Second Season', 'anime', 'tv', 2013, 'planning', 0, 26, null],
  ['Vinland Saga', 'anime', 'tv', 2019, 'watching', 6, 24, null], ['Bocchi the Rock!', 'anime', 'tv', 2022, 'completed', 12, 12, 85],
  ['Steins;Gate', 'anime', 'tv', 2011, 'completed', 24, 24, 94], ['One Piece', 'anime', 'tv', 1999, 'dropped', 130, null, 60],
  ['Witch Hat Atelier', 'manga', 'manga', 2016, 'reading', 52, null, 91], ['Yotsuba&!', 'manga', 'manga', 2003, 'reading', 96, null, 95],
  ['Pluto', 'manga', 'manga', 2003, 'completed', 65, 65, 93], ['Land of the Lustrous', 'manga', 'manga', 2012, 'reading', 40, 108, 90],
];

async function add([title, type, format, year, status, progress, most, score]) {
  const body = { title, type, format, year, status, progress, max_progress: most, score, source: 'local' };
  await fetch(`${service.url}/api/library/items`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

async function take(name, path, ready, options) {
  const page = await visit(browser, service, options);
  await page.goto(path);
  await page.waitForSelector(ready);
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true], .working'));
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  await page.context().close();
}

await take('preview', '/sync?preview=full', '#result table');
await fetch(`${service.url}/api/full-sync`, { method: 'POST' });
for (const title of TITLES) await add(title);
await take('dashboard', '/', '#continue .item');
await take('library', '/library', '#list .item', { dark: true });
await take('mappings', '/mappings', '#auto table');
await take('manual', '/manual?anilistId=104578', 'svg.picture', { dark: true });
await browser.close();
await service.stop();
