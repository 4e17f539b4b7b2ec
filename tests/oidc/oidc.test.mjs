/** Signing in at an identity provider: a real one, and one that lies. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, test } from 'node:test';
import { Browser, CALLBACK, CLIENT, LyingProvider, RealProvider, Service, BEGIN } from './stage.mjs';

const real = await RealProvider.start();
const closed = await Service.start(real.issuer);
const open = await Service.start(real.issuer, { REGISTRATION: 'open' });
const stranger = await Service.start(real.issuer);
real.knows(closed, open);
const lying = await LyingProvider.start();
const misled = await Service.start(lying.issuer, { REGISTRATION: 'open' });
after(async () => {
  for (const service of [closed, open, stranger, misled]) await service.stop();
  real.close();
  lying.close();
});

const SESSION = 'anilist-trakt-sync';
const BEGAN = 'anilist-trakt-sync-oidc';

/** A refusal with its code and a next step, and nobody is signed in by it. */
function refused(answer, status, code) {
  const body = JSON.parse(answer.text);
  assert.equal(answer.status, status, answer.text);
  assert.equal(body.code, code, answer.text);
  assert.ok(body.hint && body.detail === body.error, answer.text);
  assert.ok(!answer.set.some((line) => line.startsWith(`${SESSION}=`) && !line.startsWith(`${SESSION}=;`)), answer.set);
}

test('the first person becomes the administrator, and is the same account when they come again', async () => {
  const browser = new Browser();
  const page = new URL(await browser.begin(closed));
  const asked = Object.fromEntries(page.searchParams);
  assert.equal(page.origin, real.issuer);
  assert.equal(asked.redirect_uri, closed.url + CALLBACK);
  assert.deepEqual([asked.response_type, asked.code_challenge_method], ['code', 'S256']);
  assert.deepEqual(asked.scope.split(' ').sort(), ['email', 'openid', 'profile']);
  for (const secret of [asked.state, asked.nonce, asked.code_challenge]) assert.match(secret, /^[\w-]{43}$/);
  const back = await browser.atProvider(page.href, 'mika');
  const answer = await browser.ask(back, { from: 'cross-site' });
  assert.equal(answer.status, 303, answer.text);
  assert.equal(answer.to, `${closed.url}/`);
  const set = answer.set.find((line) => line.startsWith(`${SESSION}=`));
  for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=25']) assert.ok(set.includes(part), set);
  assert.ok(!browser.cookies(closed).has(BEGAN), 'the other cookie is gone');
  const me = await browser.me(closed);
  assert.equal(me.username, 'mika');
  assert.deepEqual(
    [me.full_name, me.email, me.administrator, me.has_password], ['mika S.', 'mika@example.org', true, false],
  );
  const elsewhere = new Browser();
  await elsewhere.signIn(closed, 'mika');
  assert.equal((await elsewhere.me(closed)).id, me.id);
});

test('a person whom nobody knows comes in only where strangers may register', async () => {
  await new Browser().signIn(closed, 'mika');
  const refusedThere = new Browser();
  refused(await refusedThere.signIn(closed, 'eve'), 403, 'registration_closed');
  assert.equal((await refusedThere.me(closed)).status, 401);
  const first = new Browser();
  await first.signIn(open, 'mika');
  const second = new Browser();
  await second.signIn(open, 'mika#2');
  const me = await second.me(open);
  assert.deepEqual([me.username, me.administrator], ['mika2', false], 'the name was taken');
  const eve = new Browser();
  await eve.signIn(open, 'eve');
  assert.equal((await eve.me(open)).email, null, 'nobody made sure that the address is theirs');
});

test('a state is good once, in its own browser, and unchanged', async () => {
  const browser = new Browser();
  const back = await browser.atProvider(await browser.begin(open), 'mika');
  const other = new Browser();
  refused(await other.ask(back, { from: 'cross-site' }), 403, 'forbidden');
  await other.begin(open);
  refused(await other.ask(back, { from: 'cross-site' }), 403, 'forbidden');
  const kept = browser.cookies(open).get(BEGAN);
  const answer = await browser.ask(back, { from: 'cross-site' });
  assert.equal(answer.status, 303, 'another browser did not use it up');
  const again = await fetch(back, { headers: { cookie: `${BEGAN}=${kept}` }, redirect: 'manual' });
  assert.equal(again.status, 403, 'it is good once');
  for (const change of [(url) => url.searchParams.set('state', 'x'.repeat(43)), (url) => url.searchParams.delete('state')]) {
    const next = new Browser();
    const url = new URL(await next.atProvider(await next.begin(open), 'mika'));
    change(url);
    refused(await next.ask(url.href, { from: 'cross-site' }), 403, 'forbidden');
    assert.equal((await next.me(open)).status, 401);
  }
});

test('a state opens no door', async () => {
  const browser = new Browser();
  await browser.signIn(open, 'mika');
  const page = new URL(await new Browser().begin(open));
  const next = new Browser();
  await next.begin(open);
  for (const token of [page.searchParams.get('state'), page.searchParams.get('nonce'), next.cookies(open).get(BEGAN)]) {
    const asked = await fetch(`${open.url}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(asked.status, 401);
    const cookie = await fetch(`${open.url}/api/auth/me`, { headers: { cookie: `${SESSION}=${token}` } });
    assert.equal(cookie.status, 401);
  }
});

test('who refuses at the provider is told so, and not signed in', async () => {
  const browser = new Browser();
  const back = await browser.atProvider(await browser.begin(open), 'mika', { refuse: true });
  const answer = await browser.ask(back, { from: 'cross-site' });
  refused(answer, 403, 'forbidden');
  assert.match(answer.text, /access_denied/);
});

test('who is signed in links the account, and signs in with it from then on', async () => {
  const register = { username: 'anna', password: 'correct horse' };
  const browser = new Browser();
  await browser.ask(`${open.url}/api/auth/register`, { json: register, from: 'same-origin' });
  await browser.ask(`${open.url}/api/sign-in`, { json: register, from: 'same-origin' });
  const before = await browser.me(open);
  assert.equal(before.username, 'anna');
  assert.equal((await browser.signIn(open, 'ann')).status, 303);
  assert.equal((await browser.me(open)).id, before.id);
  const elsewhere = new Browser();
  await elsewhere.signIn(open, 'ann');
  const after = await elsewhere.me(open);
  assert.deepEqual([after.id, after.has_password], [before.id, true]);
  // Another person's link is not taken from them.
  await new Browser().signIn(open, 'mika');
  const greedy = new Browser();
  await greedy.ask(`${open.url}/api/sign-in`, { json: register, from: 'same-origin' });
  refused(await greedy.signIn(open, 'mika'), 403, 'forbidden');
  // Who signs out in between does not sign in as the one, nor link the other.
  const leaving = new Browser();
  await leaving.ask(`${open.url}/api/sign-in`, { json: register, from: 'same-origin' });
  const back = await leaving.atProvider(await leaving.begin(open), 'tom');
  leaving.cookies(open).delete(SESSION);
  refused(await leaving.ask(back, { from: 'cross-site' }), 403, 'forbidden');
});

test('who begins without end is held up, and others are not', async () => {
  const browser = new Browser();
  for (let time = 0; time < 10; time += 1) await browser.begin(open);
  refused(await browser.ask(open.url + BEGIN, { from: 'same-origin' }), 429, 'too_many_attempts');
  await new Browser().begin(open);
});

test('another site begins nothing here', async () => {
  const answer = await new Browser().ask(open.url + BEGIN, { from: 'cross-site' });
  refused(answer, 403, 'forbidden');
});

test('a provider that does not know this service sends nobody back', async () => {
  const browser = new Browser();
  const answer = await browser.ask(await browser.begin(stranger));
  assert.equal(answer.status, 400);
});

/** Comes back from the provider that lies with a token made of the truth. */
async function comeBack(lie) {
  const browser = new Browser();
  const page = await browser.begin(misled);
  lying.idToken = lie(lying.truth(page));
  const state = new URL(page).searchParams.get('state');
  const answer = await browser.ask(`${misled.url}${CALLBACK}?code=any&state=${state}`, { from: 'cross-site' });
  return { answer, page };
}

test('a token that says the truth signs in, and the exchange shows who asks', async () => {
  const { answer, page } = await comeBack((truth) => lying.signed({ ...truth, at_hash: lying.hashOf('an-access-token') }));
  assert.equal(answer.status, 303, answer.text);
  const { form, authorization } = lying.asked.at(-1);
  assert.equal(lying.challengeOf(form.code_verifier), new URL(page).searchParams.get('code_challenge'));
  assert.deepEqual([form.grant_type, form.code, form.redirect_uri], ['authorization_code', 'any', misled.url + CALLBACK]);
  const login = [CLIENT.id, CLIENT.secret].map((part) => new URLSearchParams({ '': part }).toString().slice(1));
  assert.equal(authorization, `Basic ${Buffer.from(login.join(':')).toString('base64')}`);
});

const now = () => Math.floor(Date.now() / 1000);
const LIES = {
  'another nonce': (truth) => lying.signed({ ...truth, nonce: 'x'.repeat(43) }),
  'no nonce': ({ nonce, ...rest }) => lying.signed(rest),
  'another audience': (truth) => lying.signed({ ...truth, aud: 'another' }),
  'one audience more': (truth) => lying.signed({ ...truth, aud: [CLIENT.id, 'another'] }),
  'another issuer': (truth) => lying.signed({ ...truth, iss: 'https://id.example.org' }),
  'the end is over': (truth) => lying.signed({ ...truth, iat: now() - 120, exp: now() - 60 }),
  'another key': (truth) => lying.signed(truth, { key: lying.others.privateKey }),
  'another access token': (truth) => lying.signed({ ...truth, at_hash: lying.hashOf('another') }),
  'no signature': (truth) => {
    const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${encoded({ alg: 'none' })}.${encoded(truth)}.`;
  },
  'signed with the secret': (truth) => {
    const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${encoded({ alg: 'HS256' })}.${encoded(truth)}`;
    return `${text}.${createHmac('sha256', CLIENT.secret).update(text).digest('base64url')}`;
  },
};

for (const [what, lie] of Object.entries(LIES)) {
  test(`a token that lies signs nobody in: ${what}`, async () => {
    refused((await comeBack(lie)).answer, 403, 'forbidden');
  });
}

test('an answer without a token, and an issuer under another name, are faults of the provider', async () => {
  refused((await comeBack(() => undefined)).answer, 502, 'unexpected_body');
  lying.names = 'https://id.example.org';
  refused((await comeBack((truth) => lying.signed(truth))).answer, 502, 'unexpected_body');
  lying.names = undefined;
});

test('nothing of a sign-in is in the log', async () => {
  for (const service of [closed, open, misled]) {
    for (const secret of [CLIENT.secret, 'an-access-token', 'eyJ']) assert.ok(!service.log.includes(secret), service.log);
  }
});
