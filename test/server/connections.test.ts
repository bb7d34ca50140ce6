import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { saveGrants } from '../../store/connection/grants.js';
import { createOauthRequest, saveRequestToken } from '../../store/connection/oauth-requests.js';
import { claimRequest, giveUpRequest, keepAnswer } from '../../store/repeatable-answers.js';
import { createConnection, DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import { addAccounts, newSealer } from '../store/database.js';
import { openSite, type Site } from './support/site.js';

let site: Site;
let ana: Awaited<ReturnType<Site['join']>>;
let bob: Awaited<ReturnType<Site['join']>>;

beforeAll(async () => {
  site = await openSite();
  ana = await site.join('Ana', 'owner');
  bob = await site.join('Bob', 'member');
});
afterAll(() => site[Symbol.asyncDispose]());

const make = async (displayName: string, createdBy = ana.id): Promise<string> => {
  const id = randomUUID();
  await createConnection(site.db, { id, displayName, createdBy });
  return id;
};

test('the answer of X counts in the browser that began the sign-in, once; each other return ends at its step', async () => {
  const id = await make('Acme');
  const sealer = newSealer();
  const session = async (email: string) =>
    (
      await site.db.query<{ id: string }>(
        'select s.id from app.sessions s join app.people p on p.id = s.person_id where p.email = $1',
        [email],
      )
    ).rows[0]?.id;
  const begin = async (requestToken: string, minutes = 10) => {
    const request = { id: randomUUID(), connectionId: id, callbackUrl: 'x', minutes };
    await createOauthRequest(site.db, { ...request, session: await session('ana@example.com') });
    await saveRequestToken(site.db, sealer, { id: request.id, requestToken, requestTokenSecret: 'secret' });
  };
  await begin('one');
  await begin('old', -1);
  const back = async (as: typeof ana.as, query: string) => {
    const { status, headers } = await site.ask(`GET /x/callback?${query}`, { as });
    return `${status} ${String(headers['location'])}`;
  };
  const setUp = `303 /connections/${id}/set-up`;
  expect(await back(undefined, 'oauth_token=one&oauth_verifier=v')).toBe('303 /connections?problem=other_browser');
  expect(await back(bob.as, 'denied=one')).toBe(`${setUp}?problem=other_browser`);
  expect(await back(bob.as, 'oauth_token=one&oauth_verifier=v')).toBe(`${setUp}?problem=other_browser`);
  expect(await back(ana.as, 'oauth_token=forged&oauth_verifier=v&more=1')).toBe(
    '303 /connections?problem=unknown_sign_in',
  );
  expect(await back(ana.as, 'oauth_token=a&oauth_token=b&oauth_verifier=')).toBe('303 /connections?problem=denied');
  expect(await back(ana.as, 'oauth_token=old&oauth_verifier=v')).toBe(`${setUp}?problem=expired`);
  expect(await back(ana.as, 'denied=one')).toBe(`${setUp}?problem=denied`);
  expect(await back(ana.as, 'oauth_token=one&oauth_verifier=v')).toBe(`${setUp}?problem=replayed`);
  const states = await site.db.query(`select state from importer.oauth_requests where request_token = 'one'`);
  expect(states.rows).toEqual([{ state: 'denied' }]);
});

test('an edit of old values is refused with the present ones, and noted with who, from and to', async () => {
  const id = await make('Before');
  const path = `/connections/${id}` as const;
  const { version } = (await site.ask(`GET ${path}`, { as: ana.as })).body;
  const edit = (displayName: string, as = ana.as) =>
    site.ask(`PATCH ${path}`, { as, body: { displayName }, headers: { 'if-match': version ?? '' } });
  expect((await edit('After')).body).toMatchObject({ displayName: 'After', createdByName: 'Ana', version: '2' });
  const late = await edit('Late');
  expect(late).toMatchObject({
    status: 412,
    body: { error: { code: 'changed_meanwhile', who: 'you', fields: { displayName: 'After', version: '2' } } },
  });
  expect((await edit('Mine', bob.as)).status).toBe(403);
  expect((await site.ask(`PATCH ${path}`, { as: ana.as, body: { displayName: ' ' } })).status).toBe(422);
  const share = { privacy: 'team', teamId: randomUUID() };
  expect((await site.ask(`PATCH ${path}`, { as: ana.as, body: share })).status).toBe(422);
  const { entries } = (await site.ask(`GET ${path}/timeline`, { as: bob.as })).body as unknown as {
    entries: readonly unknown[];
  };
  expect(entries).toEqual([
    expect.objectContaining({ kind: 'change', who: 'Ana', from: 'displayName: Before', to: 'displayName: After' }),
  ]);
});

test('what one may do depends on the phase and on the role, and the reason says which', async () => {
  const id = await make('Shared');
  const can = async (as: typeof ana.as) => (await site.ask(`GET /connections/${id}`, { as })).body['can'];
  expect(await can(ana.as)).toMatchObject({ rename: { allowed: true }, pause: { allowed: false } });
  expect(await can(bob.as)).toMatchObject({
    rename: { allowed: false, reason: expect.stringContaining('the person who made the connection') as string },
  });
  expect((await site.ask(`GET /connections/${randomUUID()}`, { as: ana.as })).status).toBe(404);
  expect((await site.ask(`GET /freshness?account=none&through=2026-01-01`, { as: ana.as })).status).toBe(404);
  expect((await site.ask(`GET /runs/${randomUUID()}`, { as: ana.as })).body).toMatchObject({
    error: { code: 'unknown_run' },
  });
});

test('a request under a key is worked on once, answered alike for a day, and free again where it failed', async () => {
  const keyed = { workspaceId: DEFAULT_WORKSPACE, key: 'k', route: 'postSync', request: '{}' };
  expect(await claimRequest(site.db, keyed)).toEqual({ kind: 'new' });
  expect(await claimRequest(site.db, keyed)).toEqual({ kind: 'under_way' });
  await giveUpRequest(site.db, keyed);
  expect(await claimRequest(site.db, keyed)).toEqual({ kind: 'new' });
  await keepAnswer(site.db, keyed, { done: true });
  expect(await claimRequest(site.db, keyed)).toEqual({ kind: 'answered', answer: { done: true } });
  expect(await claimRequest(site.db, { ...keyed, request: '{"other":1}' })).toEqual({ kind: 'other' });
  await site.db.query(`update app.repeatable_answers set asked_at = now() - interval '25 hours'`);
  expect(await claimRequest(site.db, keyed)).toEqual({ kind: 'new' });
});

test('a hundred connections are listed with as many statements as a few', async () => {
  const statements = vi.spyOn(site.db, 'query');
  const listed = async () => {
    statements.mockClear();
    const { status, body } = await site.ask('GET /connections', { as: ana.as });
    expect(status).toBe(200);
    const { connections } = body as unknown as { connections: readonly { mark: { status: string } }[] };
    const starting = connections.filter(({ mark }) => mark.status === 'starting').length;
    return { starting, statements: statements.mock.calls.length };
  };
  const few = await listed();
  await addAccounts(site.db, ...Array.from({ length: 100 }, (_, i) => `b${i}`));
  const ids = await Promise.all(Array.from({ length: 100 }, (_, i) => make(`Many ${i}`)));
  for (const [i, id] of ids.entries())
    await saveGrants(site.db, id, [{ accountId: `b${i}`, historyFrom: null, waitDays: 1 }]);
  await site.db.query(`update importer.connections set phase = 'active' where display_name like 'Many %'`);
  expect(few.statements).toBeGreaterThan(0);
  expect(await listed()).toEqual({ starting: few.starting + 100, statements: few.statements });
});

test('the document of the API names every route that is not a page', async () => {
  const { status, body } = await site.ask('GET /openapi.json');
  expect(status).toBe(200);
  const { paths, openapi } = body as unknown as { paths: Readonly<Record<string, object>>; openapi: string };
  expect(openapi).toBe('3.1.0');
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  const served = site.listed.filter((route) => route.includes('/api/v1/'));
  expect(documented).toEqual(expect.arrayContaining(served));
});
