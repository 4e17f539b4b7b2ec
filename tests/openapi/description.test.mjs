/** `/openapi.json`, as the program serves it, held to the recommended rules of Redocly's linter. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PROGRAM = process.env.PROGRAM ?? fileURLToPath(new URL('../../target/debug/anilist-trakt-sync', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
let service;
let description;

async function addressOf({ stderr }) {
  for await (const line of createInterface({ input: stderr })) {
    const [address] = /http:\/\/127[0-9.:]+/.exec(line) ?? [];
    if (address) return address;
  }
  throw new Error(`${PROGRAM} told no address`);
}

before(async () => {
  service = spawn(PROGRAM, ['demo'], { env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await addressOf(service);
  description = await (await fetch(`${address}/openapi.json`)).json();
});

after(() => {
  service.kill();
  rmSync(folder, { recursive: true });
});

/** The linter wants each route to do something itself; some only lead a browser on. */
function leadsOn(api, { ruleId, location }) {
  if (ruleId !== 'operation-2xx-response') return false;
  const parts = location[0].pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return Object.keys(parts.reduce((place, part) => place[part], api)).some((status) => status.startsWith('3'));
}

/** What the linter finds in a description. */
function lint(api) {
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(api));
  const command = [join(HERE, 'node_modules/.bin/redocly'), 'lint', file, '--format', 'json', '--config', join(HERE, 'redocly.yaml')];
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { env }, (_, stdout, stderr) => {
      const start = stdout.indexOf('{');
      if (start < 0) reject(new Error(stderr));
      else resolve(JSON.parse(stdout.slice(start)).problems.filter((problem) => !leadsOn(api, problem)).map(({ ruleId, location }) => `${ruleId} at ${location[0].pointer}`));
    });
  });
}

test('the linter has nothing against the description', async () => {
  assert.deepEqual(await lint(description), []);
});

test('the linter notices an answer without a description', async () => {
  const broken = structuredClone(description);
  delete broken.paths['/api/status'].get.responses['200'].description;
  assert.match((await lint(broken)).join('\n'), /struct at .*status/);
});
