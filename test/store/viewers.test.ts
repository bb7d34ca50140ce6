import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountId, ConnectionId, RunId } from '../../domain/ids.js';
import { OPERATOR, type Role, type Viewer } from '../../domain/viewer.js';
import { getVisibleAccount, listVisibleAccounts } from '../../store/account/accounts.js';
import { saveEntities } from '../../store/account/entities.js';
import { leftOutOf, noteLeftOut } from '../../store/account/left-out.js';
import { DEFAULT_WORKSPACE, getVisibleConnection, listConnections } from '../../store/connection/connections.js';
import { listVisibleGrants, saveGrants } from '../../store/connection/grants.js';
import { listHiddenConnections } from '../../store/connection/hidden-connections.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { landFacts } from '../../store/facts/facts.js';
import { lastBlindChecks } from '../../store/import/blind-checks.js';
import { holdsOf } from '../../store/import/holds.js';
import { runOf, runsOf } from '../../store/import/run-progress.js';
import { runningRunsIn, runsOfRequest } from '../../store/import/runs.js';
import { goneAccounts, goneEntities } from '../../store/people/saved-views.js';
import type { Db } from '../../store/pool.js';
import { grantDays } from '../../store/reports/account-days.js';
import { destinationsOf } from '../../store/reports/destinations.js';
import { endCounts } from '../../store/reports/consequences.js';
import { coverageDays, foldedDays } from '../../store/reports/coverage.js';
import { slicesOfDay } from '../../store/reports/day-detail.js';
import { entityCounts } from '../../store/reports/entity-counts.js';
import { newestDays } from '../../store/reports/first-numbers.js';
import { performanceRows } from '../../store/reports/performance.js';
import { reportedAccounts } from '../../store/reports/performance-days.js';
import { quotaSeen } from '../../store/reports/quota.js';
import { campaignTotals, comparisons } from '../../store/reports/reconciliation.js';
import { restatedSums } from '../../store/reports/restated-sums.js';
import { movements, settledDays, settlingCurve } from '../../store/reports/restatements.js';
import { searchNames } from '../../store/reports/search.js';
import { whatHappened } from '../../store/reports/timeline.js';
import { addAccounts, addConnection, openStore, type TestStore } from './database.js';
import { day, landingOf } from './landing.js';
import { entity } from './rows.js';

/*
 * Every query that takes a viewer, called below all routes: by each role, for each privacy, from another workspace. Whoever
 * may see is answered what the operator is answered; whoever may not gets nothing.
 */
const ACCOUNT: AccountId = 'a1';
const CAMPAIGN = 'c1';
const RANGE = { from: day('2026-01-30'), to: day('2026-02-02') };
const REQUEST = randomUUID();
const VISITOR = randomUUID();

interface Ids {
  readonly connection: ConnectionId;
  readonly run: RunId;
}

const QUESTION = {
  rows: 'campaign',
  totals: 'campaign',
  groupBy: ['campaign'],
  sums: ['impressions', 'clicks'],
  accounts: [ACCOUNT],
  range: RANGE,
  filters: {},
  text: null,
} as const;

const without = (all: readonly string[], gone: readonly string[]): readonly string[] =>
  all.filter((id) => !gone.includes(id));

/** A query that is not in this list fails the first test. */
const QUERIES: Readonly<Record<string, (db: Db, viewer: Viewer, ids: Ids) => Promise<unknown>>> = {
  getVisibleAccount: (db, viewer) => getVisibleAccount(db, viewer, ACCOUNT),
  listVisibleAccounts: (db, viewer, { connection }) => listVisibleAccounts(db, viewer, connection),
  leftOutOf: (db, viewer, { connection }) => leftOutOf(db, viewer, connection),
  getVisibleConnection: (db, viewer, { connection }) => getVisibleConnection(db, viewer, connection),
  listConnections: (db, viewer) => listConnections(db, viewer, { withDisconnected: true }),
  listVisibleGrants: (db, viewer, { connection }) => listVisibleGrants(db, viewer, connection),
  lastBlindChecks: (db, viewer) => lastBlindChecks(db, viewer, ACCOUNT, 10),
  holdsOf: (db, viewer, { run }) => holdsOf(db, viewer, [run]),
  runsOf: (db, viewer, { connection }) => runsOf(db, viewer, connection),
  runOf: (db, viewer, { run }) => runOf(db, viewer, run),
  runningRunsIn: (db, viewer) => runningRunsIn(db, viewer, [ACCOUNT], RANGE),
  runsOfRequest: (db, viewer, { connection }) => runsOfRequest(db, viewer, connection, REQUEST),
  grantDays: (db, viewer, { connection }) => grantDays(db, viewer, [connection]),
  endCounts: (db, viewer, { connection }) => endCounts(db, viewer, connection),
  foldedDays: (db, viewer) => foldedDays(db, viewer, { accountId: ACCOUNT, ...RANGE }),
  coverageDays: (db, viewer) => coverageDays(db, viewer, { accountId: ACCOUNT, ...RANGE }),
  slicesOfDay: (db, viewer) => slicesOfDay(db, viewer, ACCOUNT, RANGE.to),
  entityCounts: (db, viewer) => entityCounts(db, viewer, [ACCOUNT]),
  newestDays: (db, viewer, { connection }) => newestDays(db, viewer, connection),
  quotaSeen: (db, viewer) => quotaSeen(db, viewer),
  campaignTotals: (db, viewer) => campaignTotals(db, viewer, { accountId: ACCOUNT, range: RANGE }),
  comparisons: (db, viewer) => comparisons(db, viewer, { accountId: ACCOUNT, range: RANGE, all: true }),
  movements: (db, viewer) =>
    movements(db, viewer, { accountId: ACCOUNT, level: 'CAMPAIGN', range: RANGE, by: 'total' }),
  settlingCurve: (db, viewer) => settlingCurve(db, viewer, ACCOUNT),
  searchNames: (db, viewer) => searchNames(db, viewer, 'spring'),
  reportedAccounts: (db, viewer) => reportedAccounts(db, viewer, undefined),
  performanceRows: (db, viewer) =>
    performanceRows(db, { viewer, ...QUESTION, at: { kind: 'now' }, orderBy: 'impressions' }),
  restatedSums: (db, viewer) => restatedSums(db, { viewer, ...QUESTION, personId: VISITOR }),
  settledDays: (db, viewer) => settledDays(db, viewer, ACCOUNT, RANGE.from),
  destinationsOf: (db, viewer) => destinationsOf(db, viewer, [ACCOUNT]),
  goneEntities: async (db, viewer) => without([CAMPAIGN], await goneEntities(db, viewer, ['CAMPAIGN'], [CAMPAIGN])),
  goneAccounts: async (db, viewer) => without([ACCOUNT], await goneAccounts(db, viewer, [ACCOUNT])),
  whatHappened: (db, viewer, { connection }) => whatHappened(db, viewer, { connectionId: connection, limit: 100 }),
};

/** The other way round: what is not shared with the viewer. It has a test of its own. */
const OF_HIDDEN = ['listHiddenConnections'];

let store: TestStore;
let ids: Ids;
const TEAM = randomUUID();
const FOREIGN = randomUUID();

const member = (role: Role, values: Partial<Extract<Viewer, { kind: 'member' }>> = {}) =>
  ({ kind: 'member', workspaceId: DEFAULT_WORKSPACE, personId: 'bob', teamIds: [], role, ...values }) as const;

const share = (privacy: 'workspace' | 'private' | 'team'): Promise<unknown> =>
  store.db.query('update importer.connections set privacy = $2, team_id = $3 where id = $1', [
    ids.connection,
    privacy,
    privacy === 'team' ? TEAM : null,
  ]);

/** Two files of the campaign: numbers that X has changed since, on days that are final by now. */
const landTwice = async (db: Db, run: RunId): Promise<void> => {
  for (const [job, observedAt, clicks] of [
    ['1', '2026-02-04T12:00:00Z', 3],
    ['2', '2026-04-01T12:00:00Z', 4],
  ] as const) {
    const metrics = {
      clicks: [1, 2, 3, clicks],
      impressions: [10, 20, 30, 40],
      billed_charge_local_micro: [1, 2, 3, 4],
    };
    const file = { job, observedAt, metrics: { [CAMPAIGN]: metrics } };
    await db.transaction((client) => landFacts(client, { ...landingOf(ACCOUNT, run, file), level: 'CAMPAIGN' }));
  }
};

beforeAll(async () => {
  store = await openStore();
  const { db } = store;
  const connection = await addConnection(db);
  const run = randomUUID();
  ids = { connection, run };
  await db.query('insert into app.workspaces (id, name) values ($1, $2)', [FOREIGN, 'Foreign']);
  await db.query(`insert into app.teams (id, workspace_id, name) values ($1, $2, 'Team')`, [TEAM, DEFAULT_WORKSPACE]);
  await db.query(
    `insert into importer.credentials (x_user_id, screen_name, sealed, key_id) values ('7', 'acme', '\\x00', 'key')`,
  );
  await db.query(`update importer.connections set x_user_id = '7', phase = 'active' where id = $1`, [connection]);
  await addAccounts(db, ACCOUNT);
  await db.query(`update importer.accounts set observed_at = '2026-05-01T00:00:00Z'`);
  await db.query(
    `insert into importer.account_access (x_user_id, account_id, permissions, observed_at)
     values ('7', $1, '{ACCOUNT_ADMIN}', '2026-04-01T00:00:00Z')`,
    [ACCOUNT],
  );
  await saveGrants(db, connection, [{ accountId: ACCOUNT, historyFrom: null, waitDays: 1 }]);
  await saveEntities(db, {
    accountId: ACCOUNT,
    entities: [entity('CAMPAIGN', CAMPAIGN, { currency: 'USD', name: 'Spring' }), entity('PROMOTED_TWEET', 'p1')],
    observedAt: '2026-04-01T00:00:00Z',
  });
  await noteLeftOut(db, {
    of: { accountId: ACCOUNT },
    list: 'campaigns',
    items: [{ id: 'odd', reason: 'no id' }],
    observedAt: '2026-04-01T00:00:00Z',
  });
  await db.query(
    `insert into importer.import_runs (id, connection_id, account_id, x_user_id, kind, first_day, last_day, workflow_id,
       request_id) values ($1, $2, $3, '7', 'manual', $4, $5, 'w', $6)`,
    [run, connection, ACCOUNT, RANGE.from, RANGE.to, REQUEST],
  );
  await db.query(
    `insert into importer.slices (account_id, run_id, level, placement, metric_set, entity_ids, first_day, last_day)
     values ($1, $2, 'CAMPAIGN', 'ALL_ON_TWITTER', 'standard', $3, $4, $5)`,
    [ACCOUNT, run, [CAMPAIGN], RANGE.from, RANGE.to],
  );
  await db.query(
    `insert into importer.blind_check_runs (run_id, account_id, first_day, last_day, asked_at, entity_days)
     values ($1, $2, $3, $4, now(), 1)`,
    [run, ACCOUNT, RANGE.from, RANGE.to],
  );
  await db.query(
    `insert into importer.rate_limit_windows (scope, family, window_limit, remaining, window_seconds, reset_at)
     values ('user:7', 'stats', 100, 1, 900, now() + interval '1 hour')`,
  );
  await db.query(
    `insert into importer.rate_limit_waiters (scope, family, run_id, class, reason, until)
     values ('user:7', 'stats', $1, 'manual', 'X''s limit', now() + interval '1 hour')`,
    [run],
  );
  await ensurePartitions(db, RANGE.from, RANGE.to);
  await landTwice(db, run);
  await db.query(`insert into app.people (id, name, email) values ($1, 'Vera', 'vera@example.com')`, [VISITOR]);
  await db.query(
    `insert into app.performance_visits
     select $1, $2, now(), min(id), '{}', '{}', now(), max(id), '{}', '{}' from importer.receipts`,
    [VISITOR, ACCOUNT],
  );
});
afterAll(() => store[Symbol.asyncDispose]());

const isNothing = (answer: unknown): boolean => {
  if (answer === undefined || answer === 0) return true;
  return typeof answer === 'object' && answer !== null && Object.values(answer).every(isNothing);
};

const sources = readdirSync('store', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => [name, readFileSync(join('store', name), 'utf8')] as const);

test('every query of the store that asks who looks is here', () => {
  const takesViewer = /^export const (\w+) = (?:async )?\([^)]*?viewer: [^)]*\)/gm;
  const found = sources.flatMap(([, text]) => [...text.matchAll(takesViewer)].map(([, name]) => name));
  const all = [...Object.keys(QUERIES), ...OF_HIDDEN];
  expect(found.filter((name) => name === undefined || !all.includes(name))).toEqual([]);
  // Others take the viewer within a question.
  const asking = sources.filter(([, text]) => /visible_(?:connections|accounts)\(/.test(text));
  expect(asking.filter(([, text]) => !all.some((name) => text.includes(`export const ${name} = `)))).toEqual([]);
});

const ROLES = ['owner', 'admin', 'member', 'viewer'] as const;
const STANDINGS: readonly (readonly [
  string,
  'workspace' | 'private' | 'team',
  Partial<ReturnType<typeof member>>,
  boolean,
])[] = [
  ['their own private one', 'private', { personId: 'ada' }, true],
  ["somebody else's private one", 'private', {}, false],
  ['one that is shared with the workspace', 'workspace', {}, true],
  ['one that is shared with their team', 'team', { teamIds: [TEAM] }, true],
  ['one that is shared with another team', 'team', { teamIds: [randomUUID()] }, false],
  ['one of another workspace', 'workspace', { workspaceId: FOREIGN, teamIds: [TEAM] }, false],
  [
    'a private one of another workspace that they made there',
    'private',
    { workspaceId: FOREIGN, personId: 'ada' },
    false,
  ],
];

describe.each(Object.keys(QUERIES))('%s', (name) => {
  test('answers whoever may see the connection, and nobody else', async () => {
    const query = QUERIES[name] ?? expect.fail();
    const ask = (viewer: Viewer): Promise<unknown> => query(store.db, viewer, ids);
    for (const [what, privacy, values, isSeen] of STANDINGS) {
      await share(privacy);
      const all = await ask(OPERATOR);
      expect(isNothing(all), `${name} has something to tell`).toBe(false);
      for (const role of ROLES) {
        const answer = await ask(member(role, values));
        if (isSeen) expect([what, role, answer]).toEqual([what, role, all]);
        else expect([what, role, isNothing(answer), answer]).toEqual([what, role, true, answer]);
      }
    }
  });
});

test('owners and admins are told that a connection is hidden from them, and nobody else is', async () => {
  await share('private');
  const hidden = async (viewer: ReturnType<typeof member>) =>
    (await listHiddenConnections(store.db, viewer)).map(({ id }) => id);
  expect(await hidden(member('owner'))).toEqual([ids.connection]);
  expect(await hidden(member('admin'))).toEqual([ids.connection]);
  expect(JSON.stringify(await listHiddenConnections(store.db, member('owner')))).not.toContain('Ads of Ada');
  expect(await hidden(member('member'))).toEqual([]);
  expect(await hidden(member('viewer'))).toEqual([]);
  expect(await hidden(member('owner', { personId: 'ada' }))).toEqual([]);
  expect(await hidden(member('owner', { workspaceId: FOREIGN }))).toEqual([]);
});
