import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSharedReads } from '../../client/context.js';
import { createImporter } from '../../client/importer.js';
import { consoleCallback } from '../../domain/addresses.js';
import type { Role } from '../../domain/viewer.js';
import { trueRows } from '../../local/once/simulated.js';
import { createLogger } from '../../process/logger.js';
import { buildApp } from '../../server/app.js';
import { createAuth } from '../../server/auth.js';
import { DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import { createLink } from '../../store/people/links.js';
import { type InProcess, startInProcess } from '../support/installation.js';
import { consent } from '../x-ads/support/simulator.js';
import { Browser } from './support/http-browser.js';
import { xads } from './support/installation.js';

/* A person in a browser: everything is asked over HTTP, as the console and `curl` do. */

const publicUrl = 'http://127.0.0.1:8080';
let world: InProcess;
let app: FastifyInstance;

const join = async (name: string, role: Role): Promise<Browser> => {
  const link = { kind: 'invitation', workspaceId: DEFAULT_WORKSPACE, role, createdBy: 'xads', minutes: 60 } as const;
  const { token } = await createLink(world.db, link);
  const browser = newBrowser();
  const person = { name, email: `${name.toLowerCase()}@example.com`, password: 'correct horse battery' };
  await browser.get(`POST /links/${token}`, person);
  return browser;
};

const newBrowser = () => new Browser(app, publicUrl);

let ana: Browser;
let bob: Browser;

beforeAll(async () => {
  const until = new Date(Date.now() + 1_800_000).toISOString();
  world = await startInProcess({
    accounts: 2,
    ads: 3,
    days: 20,
    callbacks: [consoleCallback(publicUrl)],
    accountChanges: [{ account: 1, kind: 'approval', status: 'UNDER_REVIEW', until }],
  });
  const { db, sealer, temporal, importerKeys } = world;
  const shared = createSharedReads();
  app = await buildApp({
    db,
    importerFor: (viewer, actor) =>
      createImporter({ db, sealer, temporal, xApiUrl: world.url, viewer, actor, shared, workerTimeout: 60_000 }),
    auth: createAuth({ db, publicUrl, importerKeys }),
    sealer,
    publicUrl,
    trustedProxies: [],
    xApiUrl: world.url,
    logger: createLogger('error'),
  });
  ana = await join('Ana', 'owner');
  bob = await join('Bob', 'member');
});
afterAll(async () => {
  await app?.close();
  await world?.[Symbol.asyncDispose]();
});

const pathOf = ({ pathname, search }: URL): `GET /${string}` => `GET ${pathname}${search}` as `GET /${string}`;
let id = '';
const of = (path: string) => `/connections/${id}${path}` as const;

test('a person signs in at X and comes back', async () => {
  const started = await ana.get('POST /connections', { displayName: 'Acme 🚀' });
  id = started.connectionId;
  const back = pathOf(await consent(started.authorizeUrl, 'all_accounts'));
  expect((await ana.ask(back)).location).toBe(`/connections/${id}/set-up`);
  expect((await ana.ask(back)).location).toBe(`/connections/${id}/set-up?problem=replayed`);
});

/** A step that has failed must not let the next ones wait for ever. */
const AT_MOST = { timeout: 120_000, interval: 250 };

test('accounts are chosen, and the first numbers equal the truth', async () => {
  await expect.poll(async () => (await ana.get(`GET ${of('/accounts')}`)).accounts.length, AT_MOST).toBe(2);
  expect((await ana.get(`GET ${of('')}`)).mark).toMatchObject({ status: 'not_finished', who: 'you' });
  const preflight = await ana.get(`GET ${of('/preflight')}`);
  expect(preflight.lines).toHaveLength(4);
  expect(preflight.lines.filter(({ ok }) => !ok)).toMatchObject([{ check: 'approval' }]);
  // What is cured at X shows by itself while somebody looks.
  await world.control('PUT', 'clock', { advance_seconds: 3_600 });
  const open = async () => (await ana.get(`GET ${of('/preflight')}`)).lines.filter(({ ok }) => !ok);
  await expect.poll(open, AT_MOST).toEqual([]);

  const draft = { accounts: 'all', history: 90, wait: 3, privacy: 'workspace' };
  await ana.get(`PUT ${of('/draft')}`, draft);
  expect(await ana.get(`GET ${of('/draft')}`)).toEqual(draft);
  expect((await bob.ask(`GET ${of('/draft')}`)).status).toBe(403);

  const chosen = { accounts: 'all', history: { kind: 'days', days: 30 }, wait: 1 };
  expect(await ana.get(`PUT ${of('/choice')}`, chosen)).toMatchObject({ choice: chosen });
  // What is in force takes the place of what was kept, and nothing is kept beside it.
  await ana.get(`PUT ${of('/draft')}`, draft);
  expect(await ana.get(`GET ${of('/draft')}`)).toMatchObject({ history: 30, wait: 1 });
  const arrived = async (): Promise<number> =>
    (await ana.get(`GET ${of('/first-numbers?wait=5')}`)).accounts.filter(({ day }) => day).length;
  await expect.poll(arrived, AT_MOST).toBe(2);
  for (const { accountId, day, spend, clicks } of (await ana.get(`GET ${of('/first-numbers')}`)).accounts) {
    let [micros, clicked] = [0, 0];
    for await (const { metrics } of trueRows(world.url, accountId, { level: 'CAMPAIGN', from: day, to: day })) {
      micros += metrics['billed_charge_local_micro'] ?? 0;
      clicked += metrics['clicks'] ?? 0;
    }
    expect([spend.map((each) => each.micros), clicks]).toEqual([[String(micros)], String(clicked)]);
  }
});

test('the connection becomes up to date, with every day of its grid green, and says where its numbers come from', async () => {
  await expect.poll(async () => (await ana.get(`GET ${of('/status')}`)).mark.status, AT_MOST).toBe('up_to_date');
  const status = await ana.get(`GET ${of('/status')}`);
  expect(status).toMatchObject({ createdByName: 'Ana', mark: { accounts: 2, accountsInTrouble: 0, who: 'nobody' } });
  expect(status.days.complete).toBe(status.days.due);
  expect(status.accounts[0]).toMatchObject({ mark: 'up_to_date', currencies: [expect.any(String)] });

  const { accounts } = await ana.get(`GET ${of('/coverage')}`);
  const greens = accounts.flatMap(({ days }) => days.filter(({ status: word }) => word === 'complete'));
  expect(accounts.every(({ complete }) => complete)).toBe(true);
  expect(greens.length).toBeGreaterThan(20);
  const [{ accountId }] = accounts;
  const day = greens.at(-1)?.day ?? '';
  const detail = await ana.get(`GET ${of(`/accounts/${accountId}/days/${day}`)}`);
  expect(detail.slices.find(({ status: state }) => state === 'landed')).toMatchObject({
    jobId: expect.any(String),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    landedAt: expect.any(String),
  });

  expect((await ana.get('GET /data-health')).connections).toMatchObject([{ id, mark: { status: 'up_to_date' } }]);
  const through = accounts[0].days.at(-1)?.day ?? '';
  expect(await ana.get(`GET /freshness?account=${accountId}&through=${through}`)).toMatchObject({ fresh: true });
  expect(await ana.get(`GET /freshness?account=${accountId}&through=2099-01-01`)).toMatchObject({ fresh: false });
  const [{ runId }] = status.runs;
  expect(await ana.get(`GET /runs/${runId}?wait=5`)).toMatchObject({ runId, state: 'completed' });
});

/** The link for the person who has the X account, as they open it. */
const linkFor = async (connectionId: string): Promise<string> => {
  const { link } = await ana.get(`POST /connections/${connectionId}/authorization-links`);
  return new URL(link).pathname.replace('/authorize/', '/authorization-requests/');
};

test('whoever has the X account authorizes by a link, once and in one browser, and gets no account', async () => {
  const { connectionId } = await ana.get('POST /unfinished-connections', { displayName: 'By link' });
  const asked = (await linkFor(connectionId)) as `/${string}`;
  const stranger = newBrowser();
  expect(await stranger.get(`GET ${asked}`)).toMatchObject({ askedBy: 'Ana', workspaceName: 'Default workspace' });
  const begun = await stranger.get(`POST ${asked}`);
  // Another browser comes too late, also with X's own answer.
  const other = newBrowser();
  expect((await other.ask(`POST ${asked}`)).body.error.code).toBe('conflict');
  const back = pathOf(await consent(begun.authorizeUrl, 'all_accounts'));
  for (const browser of [other, ana])
    expect((await browser.ask(back)).location).toBe('/authorized?problem=other_browser');
  expect((await stranger.ask(back)).location).toBe('/authorized');
  expect((await stranger.ask(back)).location).toBe('/authorized?problem=replayed');
  for (const method of ['GET', 'POST'] as const) expect((await stranger.ask(`${method} ${asked}`)).status).toBe(410);
  expect((await stranger.ask('GET /me')).status).toBe(401);
  // It goes on for the one who asked.
  await expect.poll(async () => (await ana.get(`GET /connections/${connectionId}`)).phase, AT_MOST).toBe('choosing');
  const { links } = await ana.get(`GET /connections/${connectionId}/authorization-links`);
  expect(links).toEqual([]);
  expect((await ana.ask(`POST /connections/${connectionId}/disconnect`, { deleteData: false })).status).toBe(204);
});

test('a link to reconnect takes the X user of the connection only, and a withdrawn one nobody', async () => {
  const asked = (await linkFor(id)) as `/${string}`;
  const stranger = newBrowser();
  const wrong = await stranger.get(`POST ${asked}`);
  const back = pathOf(await consent(wrong.authorizeUrl, 'no_accounts'));
  expect((await stranger.ask(back)).location).toBe('/authorized?problem=other_x_user');
  // The same link is good for the right one.
  expect(await stranger.get(`GET ${asked}`)).toMatchObject({ screenName: 'all_accounts' });
  const { links } = await ana.get(`GET ${of('/authorization-links')}`);
  expect(links).toMatchObject([{ begun: true, createdByName: 'Ana' }]);
  expect((await bob.ask(`DELETE ${of(`/authorization-links/${links[0].id}`)}`)).status).toBe(403);
  expect((await ana.ask(`DELETE ${of(`/authorization-links/${links[0].id}`)}`)).status).toBe(204);
  expect((await stranger.ask(`POST ${asked}`)).status).toBe(410);
  expect((await ana.get(`GET ${of('')}`)).phase).toBe('active');
});

const noDatabase = (): never => expect.unreachable('there is none');

test('xads does through the API what the API has, and says of the rest where it can be done', async () => {
  const { key } = (await ana.get('POST /api-keys', { name: 'xads', scope: 'read_write' })) as unknown as {
    key: string;
  };
  const api = { url: await app.listen({ port: 0, host: '127.0.0.1' }), key };
  // `xads` of these tests holds each document to its schema.
  const run = async (...args: readonly string[]) => await xads(noDatabase, [...args, '--json'], { api });
  const done = async (...args: readonly string[]) => {
    const ran = await run(...args);
    expect([args, ran.code, ran.stderr]).toEqual([args, 0, expect.anything()]);
    return ran.json();
  };
  expect(await done('connections')).toMatchObject([{ id, displayName: 'Acme 🚀' }]);
  expect(await done('status', 'Acme 🚀')).toMatchObject({ id, accounts: [{}, {}] });
  expect(await done('accounts', id)).toHaveLength(2);
  expect(await done('report', '--group-by', 'day', '--last', '7d')).toHaveProperty('rows');
  await done('restatements', id);
  await done('reconcile', id);
  const { accounts } = await ana.get(`GET ${of('/coverage')}`);
  const { days } = accounts[0];
  const [from, day] = [days.at(-9)?.day ?? '', days.at(-3)?.day ?? ''];
  expect(await done('backfill', id, '--from', day, '--to', day, '--watch')).toMatchObject({ range: { from: day } });
  await done('backfill', id, '--from', from, '--to', day, '--refetch');
  const ended = await done('cancel', id, '--account', accounts[0]?.accountId ?? '');
  expect(JSON.stringify(ended)).not.toContain(accounts[1]?.accountId);
  await done('cancel', id);
  await done('pause', id, '--note', 'by xads');
  expect((await ana.get(`GET ${of('')}`)).mark.status).toBe('paused');
  await done('resume', id);
  for (const [args, code] of [
    [['coverage', id], 'invalid_configuration'],
    [['rotate-key'], 'invalid_configuration'],
    [['status', 'nobody'], 'unknown_connection'],
  ] as const)
    expect((await run(...args)).json()).toMatchObject({
      error: { code, nextStep: { text: expect.any(String) as string } },
    });
  const wrong = await xads(noDatabase, ['connections', '--json'], { api: { ...api, key: 'xads_wrong' } });
  expect(wrong.json()).toMatchObject({ error: { code: 'signed_out' } });
});

/** Daily syncs that Temporal has begun and not ended. */
const waitingSyncs = async (workflows: InProcess['temporal']['workflow']): Promise<number> => {
  let count = 0;
  for await (const _ of workflows.list({ query: `WorkflowType = 'dailySync' and ExecutionStatus = 'Running'` }))
    count += 1;
  return count;
};

test('what is started under a key is started once', async () => {
  const key = { 'idempotency-key': randomUUID() };
  const { days } = (await ana.get(`GET ${of('/coverage')}`)).accounts[0] ?? { days: [] };
  const range = { from: days.at(-3)?.day, to: days.at(-2)?.day, refetch: true };
  const first = await ana.ask(`POST ${of('/backfill')}`, range, key);
  expect(first.status).toBe(202);
  expect((await ana.ask(`POST ${of('/backfill')}`, range, key)).body).toEqual(first.body);
  expect((await ana.ask(`POST ${of('/backfill')}`, { ...range, refetch: false }, key)).status).toBe(422);
});

const changesNoted = async () => (await ana.get(`GET ${of('/timeline?kind=change')}`)).entries.length;

test('a sync that is asked for twice while no worker runs is one, and stands in the timeline before a worker has it', async () => {
  // Whoever resumes a connection has it synced.
  await world.importer.waitUntilIdle(id, { interval: 100 });
  const before = await changesNoted();
  const daily = async () => {
    const { rows } = await world.db.query(`select from importer.import_runs where kind = 'daily'`);
    return rows.length;
  };
  const [runs, accounts] = [await daily(), 2];
  await world.withoutWorker(async () => {
    expect((await ana.ask(`POST ${of('/sync')}`)).status).toBe(202);
    expect(await changesNoted()).toBe(before + 1);
    const workflows = world.temporal.workflow;
    await expect.poll(() => waitingSyncs(workflows), AT_MOST).toBe(accounts);
    expect((await ana.ask(`POST ${of('/sync')}`)).status).toBe(202);
  });
  await expect.poll(daily, AT_MOST).toBe(runs + accounts);
  await world.importer.waitUntilIdle(id, { interval: 100 });
  expect(await daily()).toBe(runs + accounts);
});

test('it is paused and resumed, ends as its dialog has counted, and its timeline has all of it, by whom', async () => {
  expect((await ana.get(`POST ${of('/pause')}`, { note: 'budget stop' })).mark).toMatchObject({
    status: 'paused',
    sentence: expect.stringContaining('budget stop (Ana)'),
  });
  expect((await bob.ask(`POST ${of('/sync')}`)).status).toBe(409);
  expect((await ana.get(`POST ${of('/resume')}`)).phase).toBe('active');
  await ana.get(`POST ${of('/sync')}`);

  const counted = await ana.get(`GET ${of('/consequences?of=disconnect_and_delete')}`);
  expect(counted).toMatchObject({ accounts: 2, accountsNobodyElseReads: 2, connectionsOfSameUser: 0 });
  expect(counted.rows).toBeGreaterThan(0);
  expect((await ana.ask(`POST ${of('/disconnect')}`, { deleteData: true, confirmName: 'acme' })).status).toBe(422);
  expect((await ana.ask(`POST ${of('/disconnect')}`, { deleteData: false })).status).toBe(204);
  expect((await ana.get('GET /connections')).connections).toEqual([]);
  const { connections: all } = await ana.get('GET /connections?withDisconnected=true');
  expect(all.find((each) => each.id === id)).toMatchObject({ mark: { status: 'disconnected' } });

  const { entries } = await ana.get(`GET ${of('/timeline?limit=200')}`);
  const kinds = new Set(entries.map(({ kind }) => kind));
  for (const kind of ['change', 'pause', 'run', 'sign_in']) expect(kinds).toContain(kind);
  const page = await ana.get(`GET ${of('/timeline?kind=run&limit=1')}`);
  const rest = await ana.get(`GET ${of(`/timeline?kind=run&before=${encodeURIComponent(page.next)}`)}`);
  expect(page.entries[0].id).not.toBe(rest.entries[0].id);
  expect((await bob.ask('GET /connections/nothing')).body.error.code).toBe('not_found');
});
