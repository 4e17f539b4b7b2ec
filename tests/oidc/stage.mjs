/** A service, a browser without a window, and the identity providers that it is sent to. */
import { spawn } from 'node:child_process';
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Provider from 'oidc-provider';

const PROGRAM = process.env.PROGRAM ?? fileURLToPath(new URL('../../target/debug/anilist-trakt-sync', import.meta.url));
export const CLIENT = { id: 'sync', secret: 'hush hush/hush:hush' };
export const BEGIN = '/api/auth/oidc';
export const CALLBACK = '/api/auth/oidc/callback';

/** A running service in a folder of its own, which knows the provider of this issuer. */
export class Service {
  static async start(issuer, settings = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'oidc-'));
    const app = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret };
    const env = { HOME: folder, PORT: '0', AUTH: 'accounts', DATA_DIR: join(folder, 'data'), ...app, ...settings };
    const child = spawn(PROGRAM, [], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const service = Object.assign(new Service(), { child, folder, log: '' });
    service.url = await new Promise((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text) => {
        service.log += text;
        const found = /Listening on (http:\/\/[\d.:]+)/.exec(service.log);
        if (found) resolve(found[1]);
      });
      child.once('exit', () => reject(new Error(`the service ended: ${service.log}`)));
      child.once('error', reject);
    });
    return service;
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let browsers = 0;

/** Keeps cookies by origin and follows nothing by itself. Each comes from an address of its own. */
export class Browser {
  #jars = new Map();
  #address = `10.0.0.${(browsers += 1)}`;

  async ask(address, { form, json, from = 'none' } = {}) {
    const url = new URL(address);
    const jar = this.#jars.get(url.origin) ?? new Map();
    this.#jars.set(url.origin, jar);
    const headers = {
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      'x-forwarded-for': this.#address, accept: 'text/html', 'sec-fetch-site': from, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document',
      ...(json && { 'content-type': 'application/json' }),
    };
    const body = form ? new URLSearchParams(form) : json && JSON.stringify(json);
    const answer = await fetch(url, { method: body ? 'POST' : 'GET', body, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line) || !value) jar.delete(name);
      else jar.set(name, value);
    }
    const to = answer.headers.get('location');
    return { status: answer.status, to: to && new URL(to, url).href, text: await answer.text(), set: answer.headers.getSetCookie() };
  }

  cookies(service) {
    return this.#jars.get(new URL(service.url).origin) ?? new Map();
  }

  /** Begins at the service: the provider's page. */
  async begin(service) {
    const answer = await this.ask(service.url + BEGIN, { from: 'same-origin' });
    if (answer.status !== 303) throw new Error(`${answer.status} ${answer.text}`);
    return answer.to;
  }

  /** Signs in at the provider's page as a person, or refuses: where the provider sends the browser back to. */
  async atProvider(page, person, { refuse = false } = {}) {
    let next = page;
    for (let step = 0; step < 20; step += 1) {
      if (new URL(next).pathname === CALLBACK) return next;
      const answer = await this.ask(next);
      if (answer.to) next = answer.to;
      else if (refuse) next = new URL(/href="([^"]*\/abort)"/.exec(answer.text)[1], next).href;
      else {
        const action = new URL(/action="([^"]+)"/.exec(answer.text)[1], next).href;
        const prompt = /name="prompt" value="([^"]+)"/.exec(answer.text)[1];
        next = (await this.ask(action, { form: { prompt, login: person, password: 'any' } })).to;
      }
    }
    throw new Error(`no end: ${next}`);
  }

  /** The whole way, to the answer of the service. */
  async signIn(service, person) {
    const back = await this.atProvider(await this.begin(service), person);
    return this.ask(back, { from: 'cross-site' });
  }

  async me(service) {
    const answer = await this.ask(`${service.url}/api/auth/me`, { from: 'same-origin' });
    return { status: answer.status, ...JSON.parse(answer.text) };
  }
}

async function listening(handler) {
  const server = createServer((request, response) => handler.now(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  return { issuer, close: () => { server.close(); server.closeAllConnections(); } };
}

/** A real provider. Whoever signs in is who they say. */
export class RealProvider {
  static async start() {
    const handler = {};
    return Object.assign(new RealProvider(), { handler }, await listening(handler));
  }

  /** It sends browsers back to these services alone. */
  knows(...services) {
    const claims = (sub) => ({
      sub, preferred_username: sub.split('#')[0], name: `${sub} S.`, email: `${sub.split('#')[0]}@example.org`, email_verified: sub !== 'eve',
    });
    const provider = new Provider(this.issuer, {
      clients: [{
        client_id: CLIENT.id, client_secret: CLIENT.secret,
        redirect_uris: services.map(({ url }) => url + CALLBACK),
      }],
      claims: { profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
      conformIdTokenClaims: false,
      cookies: { keys: ['a key of this test'] },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => claims(sub) }),
      pkce: { required: () => true },
      ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    });
    this.handler.now = provider.callback();
  }
}

const encoded = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const hash = (text) => createHash('sha256').update(text).digest();

/** A provider whose tokens say what a test wants. */
export class LyingProvider {
  static async start() {
    const handler = {};
    const lying = Object.assign(new LyingProvider(), await listening(handler), { asked: [] });
    lying.keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    lying.others = generateKeyPairSync('rsa', { modulusLength: 2048 });
    handler.now = (request, response) => lying.#answer(request, response);
    return lying;
  }

  /** Signs claims by RS256. */
  signed(claims, { key = this.keys.privateKey, header = { alg: 'RS256', kid: 'one', typ: 'JWT' } } = {}) {
    const text = `${encoded(header)}.${encoded(claims)}`;
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
  }

  /** What it would say of mika if it did not lie. */
  truth(page) {
    const now = Math.floor(Date.now() / 1000);
    const nonce = new URL(page).searchParams.get('nonce');
    return { iss: this.issuer, sub: 'mika', aud: CLIENT.id, exp: now + 60, iat: now, nonce, preferred_username: 'mika' };
  }

  async #answer(request, response) {
    const path = new URL(request.url, this.issuer).pathname;
    let body = '';
    for await (const chunk of request) body += chunk;
    const told = {
      '/.well-known/openid-configuration': () => ({
        issuer: this.names ?? this.issuer,
        authorization_endpoint: `${this.issuer}/page`, token_endpoint: `${this.issuer}/token`, jwks_uri: `${this.issuer}/keys`,
        response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'],
      }),
      '/keys': () => ({ keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] }),
      '/token': () => {
        this.asked.push({ form: Object.fromEntries(new URLSearchParams(body)), authorization: request.headers.authorization });
        return { access_token: 'an-access-token', token_type: 'Bearer', expires_in: 60, id_token: this.idToken };
      },
    }[path];
    response.writeHead(told ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(told?.() ?? {}));
  }

  challengeOf(verifier) {
    return hash(verifier).toString('base64url');
  }

  hashOf(token) {
    return hash(token).subarray(0, 16).toString('base64url');
  }
}
