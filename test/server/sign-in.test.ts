import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieOf, emailOf, openSite, PASSWORD, type Site } from './support/site.js';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site[Symbol.asyncDispose]());

const tokenOf = (url: string): string => new URL(url).pathname.replace('/link/', '');
const signIn = (email: string, password: string, from = '192.0.2.1', headers = {}) =>
  site.ask('POST /sign-in', { body: { email, password }, from, headers });

const stored = async (): Promise<unknown> =>
  (
    await site.db.query(
      `select p.email, m.password, (select count(*) from app.sessions s where s.person_id = p.id) as sessions
    from app.people p join app.sign_in_methods m on m.person_id = p.id where p.email = $1`,
      [emailOf('Dan')],
    )
  ).rows[0];

test('the first owner comes in by the link that the operator is given, and nobody else does', async () => {
  const [first, second] = [await site.operator.signInLink(), await site.operator.signInLink()];
  expect(first).toMatchObject({
    kind: 'first_person',
    url: expect.stringContaining(`${site.publicUrl}/link/`) as string,
  });
  const token = tokenOf(first.url);
  for (const _ of [1, 2])
    expect((await site.ask(`GET /links/${token}`)).body).toMatchObject({
      kind: 'first_person',
      role: 'owner',
      workspaceName: 'Default workspace',
      needs: { name: true, email: true, password: true },
    });
  const me = { name: 'Ada', email: 'Ada@Example.com', password: PASSWORD };
  expect((await site.ask(`POST /links/${token}`, { body: { email: 'ada@example.com' } })).body).toMatchObject({
    error: {
      code: 'invalid_request',
      fields: { name: expect.any(String) as string, password: expect.any(String) as string },
    },
  });
  expect((await site.ask(`POST /links/${token}`, { body: { ...me, password: 'short' } })).status).toBe(422);
  const used = await site.ask(`POST /links/${token}`, { body: me });
  expect([used.status, used.text]).toEqual([204, '']);
  expect(used.setCookie.join()).toMatch(/^xads\.session_token=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
  expect((await site.ask('GET /me', { as: cookieOf(used.setCookie) })).body).toMatchObject({
    person: { name: 'Ada', email: 'ada@example.com' },
    role: 'owner',
  });
  for (const again of [token, tokenOf(second.url)]) {
    const refused = await site.ask(`POST /links/${again}`, { body: { ...me, email: 'eve@example.com' } });
    expect([refused.status, refused.body]).toMatchObject([410, { error: { code: 'link_used' } }]);
  }
  expect((await site.db.query('select from app.people')).rowCount).toBe(1);
});

describe('wrong passwords', () => {
  test('the sixth within a minute gets 429, whatever headers it sends, and locks no other address out', async () => {
    await site.join('Bob', 'member');
    const email = emailOf('Bob');
    const guess = (n: number) =>
      signIn(email, `wrong ${n}`, '192.0.2.66', {
        'x-forwarded-for': `198.51.100.${n}`,
        'x-real-ip': `198.51.100.${n}`,
      });
    for (const n of [1, 2, 3, 4, 5]) {
      const { status, body } = await guess(n);
      expect([status, body]).toMatchObject([401, { error: { code: 'wrong_credentials' } }]);
    }
    const sixth = await guess(6);
    expect([sixth.status, sixth.body]).toMatchObject([429, { error: { code: 'too_many_tries' } }]);
    expect(Number(sixth.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(sixth.headers['retry-after'])).toBeLessThanOrEqual(60);
    // From that address not even the right one, nor another account; from elsewhere as ever.
    expect((await signIn(email, PASSWORD, '192.0.2.66')).status).toBe(429);
    expect((await signIn(emailOf('Ada'), PASSWORD, '192.0.2.66')).status).toBe(429);
    expect((await signIn(email, PASSWORD, '192.0.2.67')).status).toBe(204);
    await site.db.query(`update app.sign_in_tries set tried_at = tried_at - interval '61 seconds'`);
    expect((await signIn(email, PASSWORD, '192.0.2.66')).status).toBe(204);
  });

  test('of many at once no more than five are looked at', async () => {
    const guesses = Array.from({ length: 12 }, (_, n) => signIn(emailOf('Bob'), `wrong ${n}`, '192.0.2.77'));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([]);
  });

  test('from many addresses at last block the account for new addresses, but not where its owner is signed in', async () => {
    const email = emailOf('Bob');
    expect((await signIn(email, PASSWORD, '2001:db8:1:2::3')).status).toBe(204);
    await site.db.query(
      `insert into app.sign_in_tries (email, address) select $1, '10.0.0.' || n from generate_series(1, 60) n`,
      [email],
    );
    expect((await signIn(email, PASSWORD, '203.0.113.9')).status).toBe(429);
    // Another address of the same network.
    expect((await signIn(email, PASSWORD, '2001:db8:1:2:ffff::9')).status).toBe(204);
    expect((await signIn(emailOf('Ada'), PASSWORD, '203.0.113.9')).status).toBe(204);
    await site.db.query('delete from app.sign_in_tries');
  });

  test('an unknown address is answered like a wrong password', async () => {
    const [unknown, wrong] = [await signIn('nobody@example.com', 'wrong'), await signIn(emailOf('Bob'), 'wrong')];
    expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text]);
  });
});

test('forwarded headers count from a trusted proxy, and from nobody else', async () => {
  await using behind = await openSite({ trustedProxies: ['10.1.0.0/16'] });
  await behind.join('Cleo', 'owner');
  const guess = (peer: string, forwarded: string) =>
    behind.ask('POST /sign-in', {
      body: { email: emailOf('Cleo'), password: 'wrong' },
      from: peer,
      headers: { 'x-forwarded-for': forwarded },
    });
  for (const n of [1, 2, 3, 4, 5, 6]) expect((await guess('10.1.0.1', `198.51.100.${n}`)).status).toBe(401);
  for (const _ of [1, 2, 3, 4]) await guess('10.1.0.1', '198.51.100.1');
  expect((await guess('10.1.0.1', '198.51.100.1')).status).toBe(429);
  expect((await guess('10.1.0.1', '198.51.100.200')).status).toBe(401);
  for (const n of [1, 2, 3, 4, 5]) await guess('172.16.0.1', `198.51.100.${n}`);
  expect((await guess('172.16.0.1', '198.51.100.99')).status).toBe(429);
});

describe('a link', () => {
  test('that signs in leaves password and sessions in place, is read by GET without being used, and works once', async () => {
    const { as } = await site.join('Dan', 'member');
    await signIn(emailOf('Dan'), PASSWORD);
    const before = await stored();
    expect(before).toMatchObject({ sessions: 2 });
    const { url, kind } = await site.operator.signInLink({ email: emailOf('Dan') });
    const token = tokenOf(url);
    expect((await site.ask(`GET /links/${token}`)).body).toMatchObject({
      kind,
      personName: 'Dan',
      needs: { name: false, email: false, password: false },
    });
    const many = await Promise.all([1, 2, 3].map(() => site.ask(`POST /links/${token}`, { body: {} })));
    expect(many.map(({ status }) => String(status)).toSorted()).toEqual(['204', '410', '410']);
    expect((await site.ask(`GET /links/${token}`)).status).toBe(410);
    expect(await stored()).toEqual({ ...(before as object), sessions: 3 });
    expect((await site.ask('GET /me', { as })).status).toBe(200);
    expect((await signIn(emailOf('Dan'), PASSWORD)).status).toBe(204);
  });

  test('may set a new password where the person asks for it', async () => {
    const token = tokenOf((await site.operator.signInLink({ email: emailOf('Dan') })).url);
    const next = 'another horse battery';
    expect((await site.ask(`POST /links/${token}`, { body: { password: next } })).status).toBe(204);
    expect((await signIn(emailOf('Dan'), PASSWORD)).status).toBe(401);
    expect((await signIn(emailOf('Dan'), next)).status).toBe(204);
  });

  test('is stored as a hash, and expires', async () => {
    const { url } = await site.operator.signInLink({ email: emailOf('Dan') });
    const { rows } = await site.db.query('select * from app.links');
    expect(JSON.stringify(rows)).not.toContain(tokenOf(url));
    await site.db.query(`update app.links set expires_at = now() - interval '1 second'`);
    expect((await site.ask(`POST /links/${tokenOf(url)}`, { body: {} })).body).toMatchObject({
      error: { code: 'link_used' },
    });
  });

  test('is for somebody who exists', async () => {
    await expect(site.operator.signInLink({ email: 'nobody@example.com' })).rejects.toMatchObject({
      code: 'invalid_choice',
    });
  });
});

describe('an invitation', () => {
  test('lets nobody in as a person who is there already, without their password or session', async () => {
    const { as, id } = await site.join('Finn', 'member');
    const other = (
      await site.db.query<{ id: string }>(`insert into app.workspaces (name) values ('Other') returning id`)
    ).rows[0]?.id;
    const invite = () => site.invitation('admin', { workspaceId: other ?? '', email: emailOf('Finn') });
    const token = await invite();
    expect((await site.ask(`GET /links/${token}`)).body).toMatchObject({
      needs: { name: false, email: false, password: true },
    });
    const thief = await site.ask(`POST /links/${token}`, {
      body: { name: 'Eve', password: 'a password of the thief' },
    });
    expect([thief.status, thief.setCookie]).toEqual([401, []]);
    expect((await site.ask(`GET /links/${token}`, { as })).body).toMatchObject({
      personName: 'Finn',
      needs: { name: false, email: false, password: false },
    });
    expect((await site.ask(`POST /links/${token}`, { as, body: {} })).status).toBe(204);
    const me = await site.ask('GET /me', { as });
    expect(me.body).toMatchObject({
      person: { id },
      workspaces: [{ role: 'member' }, { name: 'Other', role: 'admin' }],
    });
    expect((await site.ask('POST /active-workspace', { as, body: { workspaceId: other } })).status).toBe(204);
    expect((await site.ask('GET /me', { as })).body).toMatchObject({ workspace: { name: 'Other' }, role: 'admin' });
  });
});

describe('one’s own account', () => {
  test('a new password needs the present one, and ends the other sessions', async () => {
    const { as } = await site.join('Gus', 'viewer');
    const other = cookieOf((await signIn(emailOf('Gus'), PASSWORD)).setCookie);
    const next = 'a new password of Gus';
    const set = (current?: string) =>
      site.ask('POST /me/password', { as, body: { next, ...(current === undefined ? {} : { current }) } });
    expect((await set()).body).toMatchObject({ error: { fields: { current: expect.any(String) as string } } });
    expect((await set('wrong')).body).toMatchObject({ error: { fields: { current: expect.any(String) as string } } });
    expect((await set(PASSWORD)).status).toBe(204);
    expect((await site.ask('GET /me', { as })).status).toBe(200);
    expect((await site.ask('GET /me', { as: other })).status).toBe(401);
    expect((await signIn(emailOf('Gus'), next)).status).toBe(204);
  });

  test('signing out ends the session at the server; everywhere ends them all', async () => {
    const { as } = await site.join('Hal', 'viewer');
    const others = await Promise.all(
      [1, 2].map(async () => cookieOf((await signIn(emailOf('Hal'), PASSWORD)).setCookie)),
    );
    const [here, there] = others;
    expect((await site.ask('POST /sign-out', { as: here })).setCookie.join()).toMatch(/Max-Age=0/);
    expect((await site.ask('GET /me', { as: here })).status).toBe(401);
    expect((await site.ask('POST /sign-out-everywhere', { as: there })).status).toBe(204);
    for (const each of [there, as]) expect((await site.ask('GET /me', { as: each })).status).toBe(401);
  });

  test('a forged or altered cookie signs nobody in', async () => {
    const { as } = await site.join('Ida', 'owner');
    const { rows } = await site.db.query<{ token: string }>('select token from app.sessions limit 1');
    const cookie = (as as { cookie: string }).cookie;
    for (const forged of [`xads.session_token=${rows[0]?.token}`, cookie.slice(0, -4), `${cookie.slice(0, -4)}AAA=`])
      expect((await site.ask('GET /me', { as: { cookie: forged } })).status).toBe(401);
  });
});
