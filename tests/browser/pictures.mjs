/** Takes the README's pictures again: `npm ci && node pictures.mjs` in this folder, after a build. */
import { fileURLToPath } from 'node:url';
import { launch, shown, visit } from './stage.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const service = await shown();
const browser = await launch();

async function take(name, path, ready, options) {
  const page = await visit(browser, service, options);
  await page.goto(path);
  await page.waitForSelector(ready);
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true], .working'));
  await page.waitForFunction(() => [...document.images].every((image) => image.complete || image.loading === 'lazy'));
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  await page.context().close();
}

await take('preview', '/sync?preview=full', '#result table');
await fetch(`${service.url}/api/full-sync`, { method: 'POST' });
await take('dashboard', '/', '#continue .item');
await take('library', '/library', '#list .item', { dark: true });
await take('mappings', '/mappings', '#auto table');
await take('manual', '/manual?anilistId=104578', 'svg.picture', { dark: true });
await browser.close();
await service.stop();
