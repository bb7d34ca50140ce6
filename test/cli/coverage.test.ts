import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CliConfig } from '../../cli/io.js';
import type { AccountCoverage } from '../../client/shapes.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { saveGrants } from '../../store/connection/grants.js';
import { addAccounts, addConnection, addRun, openStore, type TestStore } from '../store/database.js';
import { day } from '../store/landing.js';
import { type Ran, xads } from '../client/support/installation.js';

/** X's last word; it is ahead of our clock, so it is what counts. In Prague it is half past midnight of the 11th. */
const NOW = '2031-03-10T23:30:00Z';
const HISTORY = '2031-01-01';
/** An account of each kind: each was imported as far as it goes. */
const ACCOUNTS = [
  // The wait is one day, and three.
  { id: 'one', wait: 1, from: HISTORY, to: '2031-03-10' },
  { id: 'three', wait: 3, from: HISTORY, to: '2031-03-08' },
  // In Prague it was created on the 20th of February.
  { id: 'young', wait: 1, from: '2031-02-20', to: '2031-03-10', created: '2031-02-19T23:30:00Z' },
] as const;

let store: TestStore;
let connectionId: ConnectionId;

const importDays = async (accountId: AccountId, from: string, to: string): Promise<void> => {
  await store.db.query(
    `insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
     select $1, $2, level, '2031-01-01', $5, $3, $4, $5, 'x' from unnest(enum_range(null::importer.level)) as level`,
    [accountId, await addRun(store.db, accountId), from, to, NOW],
  );
};

beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, ...ACCOUNTS.map(({ id }) => id), 'none');
  await store.db.query('update importer.accounts set observed_at = $1', [NOW]);
  connectionId = await addConnection(store.db);
  for (const { id, wait, from, to, ...account } of ACCOUNTS) {
    await saveGrants(store.db, connectionId, [{ accountId: id, historyFrom: day(HISTORY), waitDays: wait }]);
    if ('created' in account)
      await store.db.query('update importer.accounts set created_at_x = $2 where id = $1', [id, account.created]);
    await importDays(id, from, to);
  }
  // Without history: the first day is the one that becomes due next.
  await saveGrants(store.db, connectionId, [{ accountId: 'none', historyFrom: day('2031-03-11'), waitDays: 1 }]);
});
afterAll(() => store[Symbol.asyncDispose]());

const run = (...args: readonly string[]): Promise<Ran> => {
  const config: CliConfig = {
    databaseUrl: store.url,
    // Nothing of this needs Temporal.
    temporal: { connectionOptions: { address: '127.0.0.1:1' }, namespace: 'default' },
    importerKeys: [randomBytes(32)],
    payloadKeys: [],
    xAdsApiUrl: 'http://127.0.0.1:1',
    xApiUrl: 'http://127.0.0.1:1',
    callbackPort: 8788,
  };
  return xads(() => config, ['coverage', connectionId, ...args]);
};
const coverageOf = async (account: AccountId, ...days: readonly string[]): Promise<AccountCoverage> => {
  const [coverage, ...others] = (await run('--account', account, '--json', ...days)).json() as AccountCoverage[];
  if (coverage === undefined || others.length > 0) throw new Error(`expected one account, not ${others.length + 1}`);
  return coverage;
};
const statusesOf = ({ days }: AccountCoverage): Readonly<Record<string, string>> =>
  Object.fromEntries(days.map((one) => [one.day, one.status]));

describe('without days, the coverage of a healthy account is complete', () => {
  test.each(ACCOUNTS.map(({ id, from, to }) => [id, from, to] as const))(
    'the one that is called %s begins by history and creation and ends by wait and zone',
    async (id, from, to) => {
      const coverage = await coverageOf(id);
      expect(coverage).toMatchObject({ range: { from, to }, complete: true });
      expect(new Set(Object.values(statusesOf(coverage)))).toEqual(new Set(['verified_empty']));
      const { stdout } = await run('--account', id);
      expect(stdout).toContain(`Account ${id} (${id}), ${from} to ${to}: complete`);
      expect(stdout).not.toMatch(/not due|created/);
    },
  );

  test('also where no day is due yet: it shows the first that will be', async () => {
    const coverage = await coverageOf('none');
    expect(coverage).toMatchObject({ range: { from: '2031-03-11', to: '2031-03-11' }, complete: true });
    expect(statusesOf(coverage)).toEqual({ '2031-03-11': 'not_due' });
  });
});

describe('days that are given', () => {
  test('and not due yet say so and are not lacking', async () => {
    const days = ['--from', '2031-03-07', '--to', '2031-03-11'];
    const coverage = await coverageOf('three', ...days);
    expect(coverage.complete).toBe(true);
    expect(statusesOf(coverage)).toEqual({
      '2031-03-07': 'verified_empty',
      '2031-03-08': 'verified_empty',
      '2031-03-09': 'not_due',
      '2031-03-10': 'not_due',
      '2031-03-11': 'not_due',
    });
    const { stdout } = await run('--account', 'three', ...days);
    expect(stdout).toContain(`  2031-03  ${' '.repeat(6)}··→→→\n`);
    expect(stdout).toContain('  → not due yet\n');
    expect(stdout).toMatch(
      /2031-03-09 to 2031-03-11, 3 days: not due: it is imported after a wait of 3 days \(ALL_ON_TWITTER: /,
    );
  });

  test('and before the account was created say so and are not lacking', async () => {
    const days = ['--from', '2031-02-18', '--to', '2031-02-21'];
    const coverage = await coverageOf('young', ...days);
    expect(coverage.complete).toBe(true);
    expect(Object.values(statusesOf(coverage))).toEqual([
      'before_creation',
      'before_creation',
      'verified_empty',
      'verified_empty',
    ]);
    const { stdout } = await run('--account', 'young', ...days);
    expect(stdout).toContain(`  2031-02  ${' '.repeat(17)}--··\n`);
    expect(stdout).toContain('  - before the account was created\n');
    expect(stdout).toContain('before creation: the account was created on 2031-02-20 (ALL_ON_TWITTER: ');
  });

  test('and lacking for no such reason are missing, and the account is not complete', async () => {
    const coverage = await coverageOf('three', '--from', '2030-12-31', '--to', '2031-01-01');
    expect(coverage.complete).toBe(false);
    expect(statusesOf(coverage)).toEqual({ '2030-12-31': 'missing', '2031-01-01': 'verified_empty' });
  });

  test.each([
    ['--from', '2031-03-10', { from: '2031-03-10', to: '2031-03-10' }],
    ['--from', '2031-03-07', { from: '2031-03-07', to: '2031-03-08' }],
    ['--to', '2030-12-30', { from: '2030-12-30', to: '2030-12-30' }],
    ['--to', '2031-01-02', { from: HISTORY, to: '2031-01-02' }],
  ])('with only %s %s are no reversed range', async (option, text, range) => {
    expect((await coverageOf('three', option, text)).range).toEqual(range);
  });
});

test('what has landed before it is due is shown as it is', async () => {
  await importDays('three', HISTORY, '2031-03-10');
  const coverage = await coverageOf('three', '--from', '2031-03-10', '--to', '2031-03-11');
  expect(statusesOf(coverage)).toEqual({ '2031-03-10': 'verified_empty', '2031-03-11': 'not_due' });
});
