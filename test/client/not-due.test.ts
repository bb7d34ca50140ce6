import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackfillStarted } from '../../client/answers.js';
import { addDays, type Day } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import { control } from '../support/simulator.js';
import { allowing, type Installation, startInstallation } from './support/installation.js';

/** A connection that waits three days: what may be imported of the last ones, and what people are told. */

let installation: Installation;
let today: Day;
beforeAll(async () => {
  installation = await startInstallation({ accounts: 1, ads: 2, days: 40 });
  await installation.xads(['connect', '--json', '--history', 'none', '--wait', '3'], { browse: allowing() });
  const { importer } = installation.opened;
  const [account] = await importer.accounts((await importer.find(undefined)).id);
  today = dayOf(new Date().toISOString(), account?.timezone ?? '');
});
afterAll(() => installation[Symbol.asyncDispose]());

const backfill = (from: Day, to: Day, ...more: readonly string[]) =>
  installation.xads(['backfill', '--from', from, '--to', to, ...more]);

const daysRun = async (): Promise<readonly string[]> => {
  const { rows } = await installation.opened.db.query<{ days: string }>(
    `select first_day::text || ' ' || last_day::text as days from importer.import_runs where kind = 'manual'`,
  );
  return rows.map(({ days }) => days);
};

test('a range of which no day is due is refused with the day on which it is, and nothing is begun', async () => {
  const ran = await backfill(addDays(today, -2), today, '--watch');
  expect(ran.code).toBe(2);
  expect(ran.stdout).not.toContain('Imported');
  expect(ran.stderr).toContain('The account waits 3 days, so none of the days is due yet');
  expect(ran.stderr).toContain(`${addDays(today, -2)} is due on ${addDays(today, 1)}`);
  expect(await daysRun()).toEqual([]);
});

test('a range that reaches beyond the last due day ends there, and the answer says so and when the rest is due', async () => {
  const [from, last] = [addDays(today, -6), addDays(today, -3)];
  const ran = await backfill(from, today, '--watch', '--json');
  expect(ran).toMatchObject({ code: 0 });
  const started = ran.json() as BackfillStarted;
  expect(started.range).toEqual({ from, to: last });
  expect(started.notes).toEqual([
    expect.stringMatching(
      `waits 3 days, so the import ends on ${last}; ${addDays(last, 1)} is due on ${addDays(last, 4)}, ${today} on ${addDays(today, 3)}\\.$`,
    ),
  ]);
  expect(ran.stderr).toContain(`so the import ends on ${last}`);
  expect(await daysRun()).toEqual([`${from} ${last}`]);
});

test('where X is behind our clock, what was imported is told by what X says is due', async () => {
  const now = new Date(Date.now() - 10 * 86_400_000).toISOString();
  await control({ url: installation.simulatorUrl }, 'PUT', 'clock', { now });
  const [from, last] = [addDays(today, -20), addDays(today, -13)];
  const some = await backfill(from, addDays(today, -5), '--watch');
  expect(some).toMatchObject({ code: 0 });
  expect(some.stderr).toContain(`By X's clock the days after ${last} are not due yet`);
  expect(some.stdout).toContain(`✓ Imported ${from} to ${last}`);

  const none = await backfill(addDays(today, -8), addDays(today, -5), '--watch');
  expect(none.code).toBe(2);
  expect(none.stdout).not.toContain('Imported');
  expect(none.stderr).toContain("by X's clock none of the days is due yet");
});
