import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWith } from '../../client/open.js';
import type { ConnectionStatus } from '../../client/shapes.js';
import { addDays, type Day } from '../../domain/calendar.js';
import { workflowTypes } from '../../domain/ids.js';
import { adAccountIdAttribute, connectionIdAttribute } from '../../temporal/search-attributes.js';
import { control } from '../support/simulator.js';
import { allowing, freePort, type Installation, startInstallation } from './support/installation.js';

/*
 * What waits, why and until when: from Postgres what is held at our own gates, from Temporal what is tried again. Each wait
 * is an hour long, or as long as X's windows, so that it is there when it is looked for.
 */

let installation: Installation;
let id = '';
let accountId = '';
let xUserId = '';

beforeAll(async () => {
  installation = await startInstallation({ accounts: 1, ads: 5, days: 60 });
  await installation.xads(['connect', '--json', '--name', 'Acme', '--history', 'none'], { browse: allowing() });
  const { importer } = installation.opened;
  const found = await importer.find(undefined);
  id = found.id;
  xUserId = found.xUserId ?? '';
  accountId = (await importer.waitUntilIdle(id)).accounts[0]?.accountId ?? '';
});
afterAll(async () => {
  await installation?.[Symbol.asyncDispose]();
});

const HOUR = 3_600;

const unavailable = (path: string): Promise<unknown> =>
  control({ url: installation.simulatorUrl }, 'PUT', 'faults', [{ kind: 'status_503', seconds: HOUR, path }]);

const backfill = async (): Promise<void> => {
  const to = addDays(new Date().toISOString().slice(0, 10) as Day, -4);
  const ran = await installation.xads(['backfill', '--from', addDays(to, -20), '--to', to, '--refetch', '--json']);
  expect(ran).toMatchObject({ code: 0 });
};

const status = (): Promise<ConnectionStatus> => installation.opened.importer.status(id);
const holds = async () => (await status()).holds;
/** Callers share a look at Temporal for some seconds, so what it knows comes a little later than what Postgres knows. */
const reasons = async () => (await holds()).map(({ reason }) => reason);

const isMinutesAhead =
  (least: number, most: number) =>
  (until: string | undefined): boolean => {
    const minutes = (Date.parse(until ?? '') - Date.now()) / 60_000;
    return minutes > least && minutes < most;
  };
const isAboutAnHourAhead = isMinutesAhead(30, 90);

const end = async (): Promise<void> => {
  await control({ url: installation.simulatorUrl }, 'PUT', 'faults', []);
  expect((await installation.xads(['cancel', '--json'])).json()).toMatchObject({ stopping: [] });
  await installation.opened.db.query('delete from importer.rate_limit_windows');
  await installation.opened.db.query('delete from importer.rate_limit_waiters');
};

test('an import that X keeps waiting says why and until when, and who ends it', async () => {
  await unavailable('/active_entities');
  await backfill();
  await expect.poll(reasons).toEqual([expect.stringMatching(/503/)]);
  const [hold] = await holds();
  expect(hold).toMatchObject({ accountId, runId: expect.any(String), reason: expect.stringMatching(/503/) });
  expect(hold?.until).toSatisfy(isAboutAnHourAhead);
  const { stdout } = await installation.xads(['status']);
  expect(stdout).toMatch(/manual backfill · \S+ to \S+/);
  expect(stdout).toMatch(/ {2}waits: .*503.*, until \d\d:\d\d/);
  const [, request] = /end it with: xads cancel \S+ --request (\S+)/.exec(stdout) ?? [];
  expect((await status()).runs[0]?.requestId).toBe(request);
  await end();
});

test('what waits before it knows its days is shown, too', async () => {
  await unavailable(`/accounts/${accountId}`);
  await backfill();
  await expect.poll(reasons).toEqual([expect.stringMatching(/503/)]);
  const [hold] = await holds();
  expect(hold).toMatchObject({ accountId, reason: expect.stringMatching(/503/) });
  expect(hold).not.toHaveProperty('runId');
  expect(hold?.until).toSatisfy(isAboutAnHourAhead);
  expect((await installation.xads(['status'])).stdout).toContain('not begun yet');
  await end();
});

test('a wait at our own gate is told as the gate told it, also while Temporal is away', async () => {
  const { db } = installation.opened;
  await db.query(
    `insert into importer.rate_limit_windows (scope, family, window_limit, remaining, window_seconds, reset_at)
     select scope, family, 10, 0, 900, clock_timestamp() + interval '14 minutes'
     from unnest(array['user:' || $1, 'account:' || $2]) as scope, unnest(array['writes', 'active_entities']) as family
     on conflict (scope, family) do update set remaining = 0, window_limit = 10, reset_at = excluded.reset_at`,
    [xUserId, accountId],
  );
  await backfill();
  await expect.poll(reasons).toEqual(["X's limit of 10 calls is used up until it resets"]);
  const [hold] = await holds();
  // A window has 15 minutes: no end further ahead is believed.
  expect(hold?.until).toSatisfy(isMinutesAhead(5, 15));

  const away = { connectionOptions: { address: `127.0.0.1:${await freePort()}` }, namespace: 'default' };
  const { importer } = await openWith({ ...installation.config, temporal: away });
  const seen = await importer.status(id);
  await importer.close();
  expect(seen).toMatchObject({ temporalAnswers: false, holds: [{ reason: hold?.reason }] });
  // The gate gives spans, which Postgres and the worker add to their own clocks.
  const difference = Date.parse(seen.holds[0]?.until ?? '') - Date.parse(hold?.until ?? '');
  expect(Math.abs(difference)).toBeLessThan(60_000);

  await end();
});

test('work that no worker takes is told as such by the clock of Temporal, whatever that of whoever looks', async () => {
  await unavailable('/active_entities');
  await backfill();
  await expect.poll(reasons).toEqual([expect.stringMatching(/503/)]);
  const untaken = await installation.opened.temporal.workflow.start(workflowTypes.backfill, {
    workflowId: 'untaken',
    taskQueue: 'nobody',
    args: [],
    typedSearchAttributes: [
      { key: connectionIdAttribute, value: id },
      { key: adAccountIdAttribute, value: accountId },
    ],
  });
  const seenAt = async (hours: number): Promise<readonly string[]> => {
    const { importer } = await openWith(installation.config, {
      now: () => new Date(Date.now() + hours * HOUR * 1_000),
    });
    const { holds: seen } = await importer.status(id);
    await importer.close();
    return seen.map(({ reason }) => reason).toSorted();
  };
  // What waits for its next attempt is not due yet, and what is due has been for ten seconds.
  for (const hours of [-2, 0.5])
    await expect.poll(() => seenAt(hours)).toEqual([expect.stringMatching(/503/), expect.stringMatching(/no worker/)]);
  await untaken.terminate();
  await end();
});
