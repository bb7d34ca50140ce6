import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CliConfig } from '../../cli/io.js';
import type { AccountReconciliation, AccountRestatements } from '../../client/report-shapes.js';
import { money } from '../../cli/text/restatements.js';
import { saveCredential } from '../../store/connection/credentials.js';
import { saveEntities } from '../../store/account/entities.js';
import { landFacts } from '../../store/facts/facts.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { saveGrants } from '../../store/connection/grants.js';
import { endRun } from '../../store/import/runs.js';
import { createSealer } from '../../store/secrets.js';
import type { Level } from '../../domain/levels.js';
import { addAccounts, addRun, openStore, type TestStore } from '../store/database.js';
import { day, landingOf } from '../store/landing.js';
import { entity } from '../store/rows.js';
import { type Ran, xads } from './support/installation.js';

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const DAYS = ['--from', '2026-01-01', '--to', '2026-01-31'];

let store: TestStore;
let job = 0;

const run = (args: readonly string[], importerKeys: readonly Buffer[] = [oldKey]): Promise<Ran> => {
  const config: CliConfig = {
    databaseUrl: store.url,
    // Nothing of this needs Temporal.
    temporal: { connectionOptions: { address: '127.0.0.1:1' }, namespace: 'default' },
    importerKeys,
    payloadKeys: [],
    xAdsApiUrl: 'http://127.0.0.1:1',
    xApiUrl: 'http://127.0.0.1:1',
    callbackPort: 8788,
  };
  return xads(() => config, args);
};

const says = async (runId: string, level: Level, id: string, observedAt: string, spend: number): Promise<void> => {
  const metrics = { [id]: { billed_charge_local_micro: [spend], impressions: [1000], clicks: [10] } };
  const file = { job: `${++job}`, observedAt, from: '2026-01-05', to: '2026-01-05', metrics };
  await store.db.transaction((tx) => landFacts(tx, { ...landingOf('acc', runId, file), level }));
};

beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc', 'quiet');
  await store.db.query(`update importer.accounts set observed_at = '2026-03-01T09:00:00Z'`);
  const runId = await addRun(store.db, 'acc');
  const { rows } = await store.db.query<{ id: string }>('select connection_id as id from importer.import_runs');
  await saveGrants(
    store.db,
    rows[0]?.id ?? '',
    ['acc', 'quiet'].map((accountId) => ({ accountId, historyFrom: day('2026-01-01'), waitDays: 1 })),
  );
  await ensurePartitions(store.db, day('2026-01-01'), day('2026-01-31'));
  await saveEntities(store.db, {
    accountId: 'acc',
    observedAt: '2026-01-01T00:00:00Z',
    entities: [
      entity('FUNDING_INSTRUMENT', 'card', { currency: 'EUR' }),
      entity('CAMPAIGN', 'camp', { name: 'Autumn', currency: 'EUR', fundingInstrumentId: 'card' }),
      entity('LINE_ITEM', 'group', { campaignId: 'camp' }),
      entity('PROMOTED_TWEET', 'ad', { lineItemId: 'group', tweetId: '1' }),
    ],
  });
  await says(runId, 'CAMPAIGN', 'camp', '2026-01-06T09:00:00Z', 12_000_000);
  await says(runId, 'CAMPAIGN', 'camp', '2026-02-20T09:00:00Z', 11_400_000);
  await says(runId, 'FUNDING_INSTRUMENT', 'card', '2026-02-20T09:00:00Z', 11_400_000);
  await says(runId, 'LINE_ITEM', 'group', '2026-02-20T09:00:00Z', 12_000_000);
  await says(runId, 'PROMOTED_TWEET', 'ad', '2026-02-20T09:00:00Z', 12_000_000);
});
afterAll(() => store[Symbol.asyncDispose]());

describe('xads restatements', () => {
  test('tells what moved in money, micros and per cent, and how settled a day was', async () => {
    const { code, stdout } = await run(['restatements', ...DAYS, '--account', 'ACC']);
    expect(code).toBe(0);
    expect(stdout).toContain('Account acc (acc), 2026-01-01 to 2026-01-31, CAMPAIGN');
    expect(stdout).toMatch(/2026-01-05 +12\.00 EUR +11\.40 EUR +-600000 +-5\.00 % +1/);
    expect(stdout).toMatch(/2026-01-05 EUR +1000 +10 +0/);
    expect(stdout).toMatch(/1 day +EUR +105\.26 % +100\.00 % +100\.00 % +1/);
  });

  test('as JSON, one document per account, by entity where that is asked for', async () => {
    const ran = await run(['restatements', ...DAYS, '--by', 'entity', '--level', 'campaign', '--json']);
    expect(ran.code).toBe(0);
    const [acc, quiet] = ran.json() as readonly AccountRestatements[];
    expect(acc).toMatchObject({
      accountId: 'acc',
      level: 'CAMPAIGN',
      by: 'entity',
      rows: [
        {
          entityId: 'camp',
          entityName: 'Autumn',
          sharedTweet: false,
          currency: 'EUR',
          spendMicros: { was: '12000000', is: '11400000', difference: '-600000', percent: -5 },
          impressions: { difference: '0', percent: 0 },
        },
      ],
      totals: [{ currency: 'EUR', spendMicros: { difference: '-600000' } }],
    });
    expect(quiet).toMatchObject({ accountId: 'quiet', rows: [], totals: [], settling: [] });
  });

  test('says so where nothing moved, and where nothing is stored', async () => {
    const ads = await run(['restatements', ...DAYS, '--level', 'PROMOTED-TWEET']);
    expect(ads.stdout).toContain('PROMOTED_TWEET: X has changed nothing that was stored');
    expect(ads.stdout).toContain('Account quiet (quiet), 2026-01-01 to 2026-01-31, PROMOTED_TWEET: nothing is stored');
  });
});

describe('xads reconcile', () => {
  test('prints the remainder, why it can be, and the total of the campaigns', async () => {
    const { code, stdout } = await run(['reconcile', ...DAYS]);
    expect(code).toBe(0);
    expect(stdout).toContain('By the campaigns, which X bills: 11.40 EUR, 1000 impressions, 10 clicks, 0 engagements');
    expect(stdout).toMatch(/campaign Autumn \(camp\) +line items +1 +-600000 +EUR +overspend credit/);
    expect(stdout).toContain('overspend credit: X credits overspend');
    expect(stdout).not.toContain('agrees');
    expect(stdout).toContain('nothing is stored for these days');
  });

  test('as JSON, with what agrees only when all is asked for', async () => {
    const [acc] = (await run(['reconcile', ...DAYS, '--json'])).json() as readonly AccountReconciliation[];
    expect(acc).toMatchObject({
      unexplained: 0,
      totals: [{ spend: '11400000' }],
      comparisons: [{ remainder: '-600000', reason: 'overspend_credit' }],
    });
    expect(acc?.comparisons).toHaveLength(1);
    const [all] = (await run(['reconcile', ...DAYS, '--all', '--json'])).json() as readonly AccountReconciliation[];
    expect(all?.comparisons.map(({ reason }) => reason)).toContain('agrees');
    expect((await run(['reconcile', ...DAYS, '--all'])).stdout).toContain('agrees: the parts make the whole.');
  });
});

/** Of the connection that is there. */
const dailyRun = async (): Promise<string> => {
  const { rows } = await store.db.query<{ id: string }>(
    `insert into importer.import_runs (id, connection_id, account_id, x_user_id, kind, first_day, last_day, workflow_id)
     select gen_random_uuid(), connection_id, account_id, x_user_id, 'daily', first_day, last_day, 'daily/acc'
     from importer.import_runs limit 1 returning id`,
  );
  return rows[0]?.id ?? '';
};

describe('xads reconcile tells of the blind check', () => {
  test('that there was none yet, what the last one found, and that the next sync judges another', async () => {
    expect((await run(['reconcile', ...DAYS])).stdout).toContain("X's change feed has not been checked yet");
    const checked = await dailyRun();
    await endRun(store.db, checked, 'completed', undefined);
    await store.db.query(
      `insert into importer.blind_check_runs (run_id, account_id, first_day, last_day, asked_at, entity_days, judged_at)
       values ($1, 'acc', '2026-01-02', '2026-01-31', '2026-02-01T10:00Z', 90, '2026-02-02T10:00Z')`,
      [checked],
    );
    await store.db.query(
      `insert into importer.blind_check_findings
         (run_id, account_id, level, entity_id, placement, metric_set, day, receipt_id, values_differing, spend_difference)
       select $1, 'acc', level::importer.level, id, 'ALL_ON_TWITTER', 'standard', '2026-01-05', 1, 3, spend
       from (values ('CAMPAIGN', 'camp', -1500000), ('FUNDING_INSTRUMENT', 'card', -1500000)) as f (level, id, spend)`,
      [checked],
    );
    const found =
      "Of 90 entity-days from 2026-01-02 to 2026-01-31 that were read whatever X's change feed said, 2 differed without having been named: 6 values, 1.50 EUR of spend. They are right now.";
    expect((await run(['reconcile', ...DAYS])).stdout).toContain(found);

    const reading = await dailyRun();
    await store.db.query(
      `insert into importer.blind_check_runs (run_id, account_id, first_day, last_day, asked_at, entity_days)
       values ($1, 'acc', '2026-01-09', '2026-02-07', '2026-02-08T10:00Z', 90)`,
      [reading],
    );
    expect((await run(['reconcile', ...DAYS])).stdout).toContain(
      `${found} A newer one is judged by the next daily sync.`,
    );
    const [acc] = (await run(['reconcile', ...DAYS, '--json'])).json() as readonly AccountReconciliation[];
    expect(acc?.blindChecks).toMatchObject([
      { runId: reading, state: 'reading', judgedAt: null, missedMicros: {} },
      { runId: checked, state: 'judged', missedEntityDays: 2, missedValues: 6, missedMicros: { EUR: '1500000' } },
    ]);
  });
});

describe('what makes no sense is refused with the sentence that says why', () => {
  test.each([
    [['--from', '2026-02-30', '--to', '2026-03-01'], 2, 'is not a day of the calendar'],
    [['--to', 'yesterday'], 2, 'is not a day of the calendar'],
    [['--from', '2026-02-10', '--to', '2026-02-01'], 2, 'The range is reversed'],
    [['--from', '2024-01-01', '--to', '2026-01-01'], 2, 'more than a year'],
    [['--from', '2999-01-01', '--to', '2999-01-02'], 2, 'is in the future'],
    [['--account', 'nobody'], 4, 'does not read the account nobody'],
    [['no-such-connection'], 4, 'There is no connection no-such-connection'],
  ])('%j', async (args, code, message) => {
    for (const command of ['restatements', 'reconcile']) {
      const ran = await run([command, ...args]);
      expect([ran.code, ran.stdout]).toEqual([code, '']);
      expect(ran.stderr).toContain(message);
    }
  });

  test.each([
    [['--level', 'AD'], 'The level "AD" is not known.', 'PROMOTED_TWEET'],
    [['--by', 'week'], 'Restatements cannot be listed by "week".', 'day or entity'],
  ])('restatements %j', async (args, message, cure) => {
    const ran = await run(['restatements', ...args]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(cure);
  });

  test.each(['restatements', 'reconcile', 'rotate-key'])('%s explains itself with examples', async (command) => {
    const help = await run([command, '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(new RegExp(String.raw`\$ .*xads ${command}`));
    expect(help.stdout).toContain('--json');
  });
});

test('what is larger than a number can hold is told to the micro by both, as text and as JSON', async () => {
  const { rows } = await store.db.query<{ id: string }>('select id from importer.import_runs limit 1');
  const runId = rows[0]?.id ?? '';
  const most = 9_007_199_254_740_991;
  await ensurePartitions(store.db, day('2025-12-01'), day('2025-12-31'));
  await saveEntities(store.db, {
    accountId: 'quiet',
    observedAt: '2026-01-01T00:00:00Z',
    entities: ['one', 'two'].map((id) =>
      entity('CAMPAIGN', id, { name: id, currency: 'VND', fundingInstrumentId: 'dong' }),
    ),
  });
  const reads = [
    ['2025-12-20T09:00:00Z', most - 2],
    ['2025-12-21T09:00:00Z', most - 1],
  ] as const;
  for (const [observedAt, micros] of reads) {
    const metrics = { one: { billed_charge_local_micro: [micros] }, two: { billed_charge_local_micro: [most] } };
    const file = { job: `${++job}`, observedAt, from: '2025-12-05', to: '2025-12-05', metrics };
    await store.db.transaction((tx) => landFacts(tx, { ...landingOf('quiet', runId, file), level: 'CAMPAIGN' }));
  }
  const days = ['--from', '2025-12-01', '--to', '2025-12-31', '--account', 'quiet'];
  const [moved] = (await run(['restatements', ...days, '--json'])).json() as readonly AccountRestatements[];
  const spendMicros = { was: '18014398509481980', is: '18014398509481981', difference: '1', percent: 0 };
  expect(moved).toMatchObject({ rows: [{ spendMicros }], totals: [{ spendMicros }] });
  expect((await run(['restatements', ...days])).stdout).toMatch(
    /2025-12-05 +18014398509\.48198 VND +18014398509\.481981 VND +\+1 /,
  );
  const [left] = (await run(['reconcile', ...days, '--json'])).json() as readonly AccountReconciliation[];
  expect(left).toMatchObject({
    totals: [{ currency: 'VND', spend: '18014398509481981' }],
    comparisons: expect.arrayContaining([expect.objectContaining({ children: '18014398509481981' })]),
  });
  const { stdout } = await run(['reconcile', ...days]);
  expect(stdout).toContain('18014398509.481981 VND');
  expect(stdout).toMatch(/funding instrument \(no name\) \(dong\) +campaigns +1 +-18014398509481981 +VND/);
});

test('money is exact to the micro', () => {
  expect(['0', '5', '-1500000', '12345678', '9900000000000001'].map((micros) => money(micros, 'EUR'))).toEqual([
    '0.00 EUR',
    '0.000005 EUR',
    '-1.50 EUR',
    '12.345678 EUR',
    '9900000000.000001 EUR',
  ]);
});

test('rotate-key seals again with the first key, once, and changes nothing where a key is missing', async () => {
  await saveCredential(store.db, createSealer([oldKey]), {
    xUserId: '7',
    screenName: 'ada',
    token: 'a token',
    tokenSecret: 'its secret',
  });
  const missing = await run(['rotate-key', '--json'], [newKey]);
  expect(missing.code).toBe(2);
  expect(missing.json()).toMatchObject({
    error: { code: 'invalid_configuration', nextStep: { action: 'check_configuration' } },
  });
  const rotated = await run(['rotate-key', '--json'], [newKey, oldKey]);
  expect([rotated.code, rotated.json()]).toEqual([0, { credentials: 1, oauthRequests: 0, hooks: 0 }]);
  const again = await run(['rotate-key'], [newKey]);
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('sealed with the first key already');
});
