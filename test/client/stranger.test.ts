import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImporter, type Importer } from '../../client/importer.js';
import type { Day } from '../../domain/calendar.js';
import { OPERATOR, type Viewer } from '../../domain/viewer.js';
import { saveGrants } from '../../store/connection/grants.js';
import { createOauthRequest, saveRequestToken } from '../../store/connection/oauth-requests.js';
import { addAccounts, addConnection, newSealer, openStore, type TestStore } from '../store/database.js';

/*
 * A stranger calls every method of the façade with the ids of a connection that is not shared with them. Each answers as it
 * does for an id that does not exist, before anything is asked of Temporal, which is not there.
 */
const WORKSPACE = '00000000-0000-0000-0000-000000000001';
const TEAM = randomUUID();
const ACCOUNT = 'a1';
const day = (text: string): Day => text as Day;

let store: TestStore;
let connectionId: string;
let oauthRequestId: string;
const nobody = randomUUID();
const closers: (() => Promise<void>)[] = [];
const sealer = newSealer();

const member = (values: Partial<Extract<Viewer, { kind: 'member' }>>): Viewer => ({
  kind: 'member',
  workspaceId: WORKSPACE,
  personId: 'bob',
  teamIds: [],
  role: 'owner',
  ...values,
});

const importerFor = (viewer: Viewer): Importer => {
  const connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: '1 second' });
  closers.push(() => connection.close());
  return createImporter({ db: store.db, sealer, temporal: new Client({ connection }), viewer });
};

const share = (privacy: 'workspace' | 'private' | 'team'): Promise<unknown> =>
  store.db.query('update importer.connections set privacy = $2, team_id = $3 where id = $1', [
    connectionId,
    privacy,
    privacy === 'team' ? TEAM : null,
  ]);

beforeAll(async () => {
  store = await openStore();
  await store.db.query(`insert into app.teams (id, workspace_id, name) values ($1, $2, 'Team')`, [TEAM, WORKSPACE]);
  connectionId = await addConnection(store.db);
  await addAccounts(store.db, ACCOUNT);
  await saveGrants(store.db, connectionId, [{ accountId: ACCOUNT, historyFrom: null, waitDays: 1 }]);
  oauthRequestId = randomUUID();
  await createOauthRequest(store.db, { id: oauthRequestId, connectionId, callbackUrl: 'oob', minutes: 10 });
  await saveRequestToken(store.db, sealer, { id: oauthRequestId, requestToken: 'token', requestTokenSecret: 'secret' });
});

afterAll(async () => {
  for (const close of closers) await close();
  await store[Symbol.asyncDispose]();
});

type Methods = Exclude<keyof Importer, typeof Symbol.asyncDispose>;
type Ids = { readonly connection: string; readonly request: string; readonly token: string };

/** Every method, called with ids. A method that is added to the façade does not compile until it has a row. */
const CALLS: Readonly<Record<Methods, ((importer: Importer, ids: Ids) => Promise<unknown>) | 'harmless'>> = {
  connect: 'harmless',
  prepare: 'harmless',
  close: 'harmless',
  connections: (importer) => importer.connections({ withDisconnected: true }),
  waitForDeletion: (importer, { connection }) => importer.waitForDeletion(connection),
  find: (importer, { connection }) => importer.find(connection.slice(0, 8)),
  rotateKey: (importer) => importer.rotateKey(),
  sqlRole: (importer) => importer.sqlRole('nobody'),
  signInLink: (importer) => importer.signInLink(),
  deletePerson: (importer) => importer.deletePerson({ email: 'ada@example.com' }),
  deleteWorkspace: (importer) => importer.deleteWorkspace('Default workspace'),
  watched: (importer) => importer.watched('00000000-0000-0000-0000-000000000001'),
  restore: (importer) => importer.restore(),
  backUp: (importer) => importer.backUp(new PassThrough()),
  restoreDatabase: (importer) => importer.restoreDatabase(new PassThrough()),
  setUp: (importer) => importer.setUp(),
  signIn: (importer, { connection }) => importer.signIn(connection),
  completeSignIn: (importer, { token }) => importer.completeSignIn({ requestToken: token, verifier: 'verifier' }),
  completeWithPin: (importer, { request }) => importer.completeWithPin(request, '1234567'),
  denySignIn: (importer, { token }) => importer.denySignIn({ requestToken: token }),
  waitUntilChoosing: (importer, { connection }) => importer.waitUntilChoosing(connection, { timeout: 1 }),
  accounts: (importer, { connection }) => importer.accounts(connection),
  choose: (importer, { connection }) => importer.choose(connection, { wait: 3 }),
  connection: (importer, { connection }) => importer.connection(connection),
  status: (importer, { connection }) => importer.status(connection),
  waitForBackfill: (importer, { connection }) => importer.waitForBackfill(connection, { timeout: 1 }),
  waitUntilIdle: (importer, { connection }) => importer.waitUntilIdle(connection, { timeout: 1 }),
  backfill: (importer, { connection }) => importer.backfill(connection, { from: '2026-01-01', to: '2026-01-02' }),
  daysImported: (importer, { connection }) =>
    importer.daysImported(connection, {
      requestId: 'r',
      range: { from: day('2026-01-01'), to: day('2026-01-02') },
      accounts: [ACCOUNT],
      workflowIds: [],
      notes: [],
    }),
  waitForWorkflows: (importer, { connection }) => importer.waitForWorkflows(connection, [], { timeout: 1 }),
  cancelBackfills: (importer, { connection }) => importer.cancelBackfills(connection),
  sync: (importer, { connection }) => importer.sync(connection),
  pause: (importer, { connection }) => importer.pause(connection, 'why'),
  resume: (importer, { connection }) => importer.resume(connection),
  disconnect: (importer, { connection }) => importer.disconnect(connection),
  rename: (importer, { connection }) => importer.rename(connection, 'Mine'),
  edit: (importer, { connection }) => importer.edit(connection, { displayName: 'Mine' }),
  coverageGrid: (importer, { connection }) => importer.coverageGrid(connection),
  firstNumbers: (importer, { connection }) => importer.firstNumbers(connection),
  timeline: (importer, { connection }) => importer.timeline(connection),
  dayDetail: (importer, { connection }) => importer.dayDetail(connection, ACCOUNT, '2026-01-01'),
  preflight: (importer, { connection }) => importer.preflight(connection),
  dataHealth: async (importer) => ({ ...(await importer.dataHealth()), asOf: '' }),
  search: (importer) => importer.search('Ads'),
  workflows: (importer, { connection }) => importer.workflows(connection),
  lackingParts: (importer) => importer.lackingParts(),
  freshness: (importer) => importer.freshness({ account: ACCOUNT, through: '2026-01-01' }),
  performance: (importer) => importer.performance({ accounts: [ACCOUNT], from: '2026-01-01', to: '2026-01-02' }),
  performanceCsv: (importer) => importer.performanceCsv({ accounts: [ACCOUNT] }),
  utm: (importer) => importer.utm({ accounts: [ACCOUNT] }),
  outlook: (importer) => importer.outlook([ACCOUNT]),
  visitPerformance: (importer) => importer.visitPerformance({ accounts: [ACCOUNT] }),
  run: (importer, { connection }) => importer.run(connection),
  consequences: (importer, { connection }) => importer.consequences(connection),
  setPrivacy: (importer, { connection }) => importer.setPrivacy(connection, 'workspace'),
  coverage: (importer, { connection }) => importer.coverage(connection),
  restatements: (importer, { connection }) => importer.restatements(connection),
  reconciliation: (importer, { connection }) => importer.reconciliation(connection),
};

const outcome = async (call: Promise<unknown>, ids: Ids): Promise<string> => {
  const text = await call.then(
    (answer) => `answers ${JSON.stringify(answer)}`,
    (error: unknown) => `throws ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
  );
  return text.replaceAll(ids.connection, 'ID').replaceAll(ids.connection.slice(0, 8), 'ID');
};

const methods = Object.entries(CALLS).flatMap(([name, call]): [string, Exclude<typeof call, 'harmless'>][] =>
  call === 'harmless' ? [] : [[name, call]],
);

const strangers: readonly [string, 'workspace' | 'private' | 'team', Viewer][] = [
  [
    'a member of another workspace',
    'workspace',
    member({ workspaceId: randomUUID(), personId: 'ada', teamIds: [TEAM] }),
  ],
  ['a member to whom it is not private', 'private', member({ teamIds: [TEAM] })],
  ['a member of another team', 'team', member({ teamIds: [randomUUID()] })],
];

describe.each(strangers)('%s', (_, privacy, viewer) => {
  test.each(methods)('learns nothing from %s', async (_name, call) => {
    await share(privacy);
    const importer = importerFor(viewer);
    const foreign: Ids = { connection: connectionId, request: oauthRequestId, token: 'token' };
    const unknown: Ids = { connection: nobody, request: randomUUID(), token: 'no-such-token' };
    const answer = await outcome(call(importer, foreign), foreign);
    expect(answer).toBe(await outcome(call(importer, unknown), unknown));
    expect(answer).not.toMatch(/Ads of Ada|Account a1/);
    const { rows } = await store.db.query(
      `select c.display_name, c.privacy, r.state from importer.connections c
       join importer.oauth_requests r on r.connection_id = c.id where c.id = $1`,
      [connectionId],
    );
    expect(rows).toEqual([{ display_name: 'Ads of Ada', privacy, state: 'pending' }]);
  });
});

test('the façade has no method that a stranger does not try', () => {
  expect(Object.keys(importerFor(OPERATOR)).toSorted()).toEqual(Object.keys(CALLS).toSorted());
});

test.each<[string, 'workspace' | 'private' | 'team', Viewer]>([
  ['the operator', 'private', OPERATOR],
  ['a member of the workspace, when it is shared with it', 'workspace', member({})],
  ['the member who made it, when it is private', 'private', member({ personId: 'ada' })],
  ['a member of its team', 'team', member({ teamIds: [TEAM] })],
])('%s sees it', async (_, privacy, viewer) => {
  await share(privacy);
  const importer = importerFor(viewer);
  expect((await importer.connections()).map(({ id }) => id)).toEqual([connectionId]);
  expect((await importer.connection(connectionId)).displayName).toBe('Ads of Ada');
  expect((await importer.coverage(connectionId)).map(({ accountId }) => accountId)).toEqual([ACCOUNT]);
});
