/** A browser, and services for it to look at: the demonstration, and one that is set up only in part. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const PROGRAM = process.env.PROGRAM ?? fileURLToPath(new URL('../../target/debug/anilist-trakt-sync', import.meta.url));

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The address that a service tells when it listens. What it writes later is read and dropped. */
function listening(child) {
  let written = '';
  return new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      written += text;
      const found = /Listening on (http:\/\/[\d.:]+)/.exec(written);
      if (found) resolve(found[1]);
    });
    child.once('exit', () => reject(new Error(`the service ended: ${written}`)));
    child.once('error', reject);
  });
}

/** A running service in a folder of its own. */
export class Service {
  static async start(args = [], settings = {}, port = 0) {
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    const env = { HOME: folder, TMPDIR: folder, PORT: String(port), DATA_DIR: join(folder, 'data'), ...settings };
    const child = spawn(PROGRAM, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const url = await listening(child);
    return Object.assign(new Service(), { child, folder, url });
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The demonstration as somebody new finds it: with an empty library. */
export const demo = () => Service.start(['demo', '--empty']);
/** The demonstration as it is shown to people. */
export const shown = () => Service.start(['demo']);

export function launch() {
  const executablePath = process.env.BROWSER ?? BROWSERS.find((path) => existsSync(path));
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page that notes what it should not do. */
export async function visit(browser, { url }, { width = 1280, dark = false, touch = false, calm = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme: dark ? 'dark' : 'light', baseURL: url, reducedMotion: calm ? 'reduce' : 'no-preference',
    hasTouch: touch, isMobile: touch,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.wrong = [];
  page.on('console', (message) => message.type() === 'error' && page.wrong.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => page.wrong.push(`error: ${error}`));
  page.on('request', (request) => {
    const foreign = ![url, 'data:'].some((start) => request.url().startsWith(start));
    if (foreign) page.wrong.push(`asked elsewhere: ${request.url()}`);
  });
  return page;
}

/** Runs `act` on a page of `service`, and holds the page to its manners afterwards. */
export async function holding(browser, service, options, act) {
  const page = await visit(browser, service, options);
  try {
    await act(page);
    assert.deepEqual(page.wrong, []);
  } finally {
    await page.context().close();
  }
}

/** A service of its own for one test. */
export async function using(start, act) {
  const service = await start();
  try {
    await act(service);
  } finally {
    await service.stop();
  }
}

/** Holds a page to its width, and to having no accessibility fault that matters. */
export async function accessible(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= page.viewportSize().width, `${where} is ${wide} wide`);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], where);
}
