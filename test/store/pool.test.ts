import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPool, isConnectionError, sqlState } from '../../store/pool.js';
import { openStore, type TestStore } from './database.js';

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the pool', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openStore();
    await store.db.query('create table public.things (n int primary key)');
  });
  afterAll(() => store[Symbol.asyncDispose]());

  test('days are days, instants are ISO in UTC with all their digits, bigints are numbers', async () => {
    const { rows } = await store.db.query(
      `select date '2026-03-29' as day, array[date '2026-03-29', null] as days,
         timestamptz '2026-03-29 02:30:00+02' as instant, timestamptz '2026-03-29 00:00:00.123456+00' as exact,
         array[timestamptz '2026-01-01 00:00Z'] as instants, 9007199254740991::bigint as big, array[1::bigint] as bigs,
         12.50::numeric as money, daterange('2026-01-01', '2026-01-03', '[]') as range, null::date as nothing`,
    );
    expect(rows).toEqual([
      {
        day: '2026-03-29',
        days: ['2026-03-29', null],
        instant: '2026-03-29T00:30:00Z',
        exact: '2026-03-29T00:00:00.123456Z',
        instants: ['2026-01-01T00:00:00Z'],
        big: 9_007_199_254_740_991,
        bigs: [1],
        money: '12.50',
        range: '[2026-01-01,2026-01-04)',
        nothing: null,
      },
    ]);
  });

  test('instants are in UTC even where the connection string asks for another zone', async () => {
    const url = new URL(store.url);
    url.searchParams.set('options', '-c timezone=Asia/Kolkata');
    await using db = createPool(url.href);
    const { rows } = await db.query(
      `select timestamptz '2026-03-29 02:30:00+02' as at, timestamptz 'infinity' as never`,
    );
    expect(rows).toEqual([{ at: '2026-03-29T00:30:00.000Z', never: 'infinity' }]);
  });

  test('a bigint that a number cannot hold is an error, not another number', async () => {
    const error = await failure(store.db.query('select 9007199254740993::bigint as n'));
    expect(error).toMatchObject({ message: expect.stringContaining('9007199254740993') as string });
  });

  test('a transaction commits, and rolls back on any error', async () => {
    await store.db.transaction(async (client) => await client.query('insert into public.things values (1)'));
    const error = await failure(
      store.db.transaction(async (client) => {
        await client.query('insert into public.things values (2)');
        await client.query('insert into public.things values (1)');
      }),
    );
    expect(sqlState(error)).toBe('23505');
    expect(isConnectionError(error)).toBe(false);
    expect((await store.db.query('select n from public.things')).rows).toEqual([{ n: 1 }]);
  });

  test('connections that the server ends, idle or inside a transaction, are an error to the caller and no crash', async () => {
    await using db = createPool(store.url, { applicationName: 'victim' });
    await Promise.all([db.query('select 1'), db.query('select 2')]);
    const killer = new Client({ connectionString: store.url });
    await killer.connect();
    const kill = () =>
      killer.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'`);
    await kill();
    const left = () => killer.query(`select from pg_stat_activity where application_name = 'victim'`);
    await expect.poll(async () => (await left()).rowCount).toBe(0);
    const error = await failure(
      db.transaction(async (client) => {
        await client.query('select 1');
        await kill();
        await client.query('select 2');
      }),
    );
    expect(isConnectionError(error)).toBe(true);
    expect((await db.query('select 3 as n')).rows).toEqual([{ n: 3 }]);
    await killer.end();
  });

  test('an unreachable server is recognised as such', async () => {
    await using db = createPool('postgres://importer@127.0.0.1:1/importer');
    expect(isConnectionError(await failure(db.query('select 1')))).toBe(true);
    expect(isConnectionError(await failure(db.transaction(async () => undefined)))).toBe(true);
    expect(
      isConnectionError(new Error('wrapped', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) })),
    ).toBe(true);
    expect(isConnectionError('text')).toBe(false);
  });

  test('a statement that takes too long is ended', async () => {
    expect((await store.db.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '1min' }]);
    const error = await failure(
      store.db.transaction(async (client) => {
        await client.query('set local statement_timeout = 50');
        await client.query('select pg_sleep(5)');
      }),
    );
    expect(sqlState(error)).toBe('57014');
  });
});
