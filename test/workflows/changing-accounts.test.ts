import { afterEach, describe, expect, test } from 'vitest';
import type { ConnectionId } from '../../domain/ids.js';
import { dailyScheduleId, workflowTypes } from '../../domain/ids.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { askedTwice, jobsOf } from './asked-twice.js';
import { openStage, type Stage, until } from './stage.js';
import type { AccountChange } from '../../simulator/world/account-change.js';

let stage: Stage;
afterEach(() => stage[Symbol.asyncDispose]());

const NOW = '2026-06-10T18:00:00Z';
const FROM = '2026-06-11T18:00:00Z';
const UNTIL = '2026-06-12T18:00:00Z';
const CHOICE = { accounts: 'all', history: { kind: 'days', days: 30 } } as const;

const open = async (accounts: number, ...accountChanges: readonly AccountChange[]): Promise<void> => {
  stage = await openStage({ accounts, ads: 3, days: 60, now: NOW, accountChanges });
};
const goTo = (now: string) => stage.control('PUT', 'clock', { now, frozen: true });

/** The simulator's accounts, in its own order: the changes are named by it. */
const accountIds = async (): Promise<readonly string[]> =>
  ((await stage.control('GET', 'accounts')) as { id: string }[]).map(({ id }) => id);

/** How the accounts stand in `xads status`. */
const standing = async (connectionId: ConnectionId): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    (await stage.importer.status(connectionId)).accounts.map(({ accountId, status, problem }) => [
      accountId,
      problem?.code ?? status,
    ]),
  );

const untilStanding = (connectionId: ConnectionId, wanted: Readonly<Record<string, string>>) =>
  until(async () => {
    const now = await standing(connectionId);
    const same = Object.keys({ ...wanted, ...now }).every((id) => now[id] === wanted[id]);
    return same || undefined;
  });

const details = async (connectionId: ConnectionId): Promise<string> => {
  const { currentDetails = '' } = await stage
    .handle(connectionId)
    .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return currentDetails;
};

const factsOf = async (accountId: string): Promise<number> => {
  const { rows } = await stage.db.query<{ n: number }>(
    'select count(*)::int as n from importer.facts where account_id = $1',
    [accountId],
  );
  return rows[0]?.n ?? 0;
};

/** Everything of an account that was imported, against the truth. */
const differences = async (accountId: string) => {
  const { rows } = await stage.db.query<{ from: string; to: string }>(
    'select min(day)::text as from, max(day)::text as to from importer.facts where account_id = $1',
    [accountId],
  );
  const comparison = newComparison();
  const range = rows[0] as unknown as Parameters<typeof compareAccount>[3];
  await compareAccount(stage.db, stage.url, accountId, range, comparison);
  const { missing, doubled, wrong } = comparison;
  return { missing, doubled, wrong };
};

const syncNow = async (accountId: string): Promise<void> => {
  const imported: unknown = await stage.temporal.workflow.execute(workflowTypes.dailySync, {
    workflowId: `sync-now/${accountId}`,
    taskQueue: 'importer',
    args: [{ accountId }],
  });
  expect(imported).toMatchObject({ failed: 0 });
};

describe('a connection of all accounts, also future ones', () => {
  test('takes in an account that appears, with its history and its own schedule, and asks nothing else again', async () => {
    await open(2, { account: 1, kind: 'absent', until: FROM });
    const [first = '', second = ''] = await accountIds();
    const connectionId = await stage.signIn({ selfCheckSeconds: 1 });
    await stage.importer.choose(connectionId, { ...CHOICE, dailyAt: '06:45' });
    await untilStanding(connectionId, { [first]: 'up_to_date' });
    const before = (await jobsOf(stage, first)).length;

    await goTo(FROM);
    await untilStanding(connectionId, { [first]: 'up_to_date', [second]: 'up_to_date' });
    const jobs = await jobsOf(stage);
    expect(jobs.filter((job) => job.account_id === first)).toHaveLength(before);
    expect(jobs.filter((job) => job.account_id === second).length).toBeGreaterThan(0);
    expect(askedTwice(jobs)).toEqual([]);
    expect(await differences(second)).toEqual({ missing: 0, doubled: 0, wrong: 0 });
    const schedule = await until(() =>
      stage.temporal.schedule
        .getHandle(dailyScheduleId(second))
        .describe()
        .catch(() => undefined),
    );
    expect(schedule.spec).toMatchObject({
      timezone: 'America/New_York',
      calendars: [{ hour: [{ start: 6 }], minute: [{ start: 45 }] }],
    });
    await stage.importer.disconnect(connectionId);
  });
});

describe('an account that X stands in the way of', () => {
  test.each<[string, AccountChange, string]>([
    ['loses its role', { account: 0, kind: 'role', permissions: ['ANALYST'] }, 'role_lost'],
    ['is deleted', { account: 0, kind: 'deleted' }, 'account_deleted'],
    ['loses its approval', { account: 0, kind: 'approval', status: 'REJECTED' }, 'account_not_approved'],
  ])(
    'because it %s is blocked with the reason, keeps schedule and facts, and heals when X changes back',
    async (_what, change, code) => {
      await open(2, { ...change, from: FROM, until: UNTIL });
      const [changed = '', other = ''] = await accountIds();
      const connectionId = await stage.signIn({ selfCheckSeconds: 1 });
      await stage.importer.choose(connectionId, CHOICE);
      await untilStanding(connectionId, { [changed]: 'up_to_date', [other]: 'up_to_date' });
      const facts = await factsOf(changed);

      await goTo(FROM);
      await untilStanding(connectionId, { [changed]: code, [other]: 'up_to_date' });
      // An import that was under way may still end, and an older check of the accounts heals it for a moment.
      await until(async () => {
        const { accounts } = await stage.importer.status(connectionId);
        const problem = accounts.find(({ accountId }) => accountId === changed)?.problem;
        return (problem && (await details(connectionId)).includes(problem.nextStep.text)) || undefined;
      });
      const schedule = await stage.temporal.schedule.getHandle(dailyScheduleId(changed)).describe();
      expect(schedule.state.paused).toBe(false);
      expect(await factsOf(changed)).toBeGreaterThanOrEqual(facts);

      await goTo(UNTIL);
      await untilStanding(connectionId, { [changed]: 'up_to_date', [other]: 'up_to_date' });
      await until(async () => !(await details(connectionId)).includes(code.replaceAll('_', ' ')) || undefined);
      expect(askedTwice(await jobsOf(stage))).toEqual([]);
      // What X has corrected meanwhile is the daily sync's to read.
      await syncNow(changed);
      expect(await differences(changed)).toEqual({ missing: 0, doubled: 0, wrong: 0 });
      await stage.importer.disconnect(connectionId);
    },
  );

  test('while its history is imported is blocked by the refusal, and the next daily sync fills what is missing', async () => {
    await open(1, { account: 0, kind: 'role', permissions: [], from: FROM, until: UNTIL });
    const [accountId = ''] = await accountIds();
    const connectionId = await stage.signIn();
    await stage.faults({ kind: 'job_slow', seconds: 3_600 });
    await stage.importer.choose(connectionId, CHOICE);
    await until(async () => (await jobsOf(stage)).length > 0 || undefined);
    await goTo(FROM);
    await untilStanding(connectionId, { [accountId]: 'role_lost' });
    const schedule = await stage.temporal.schedule.getHandle(dailyScheduleId(accountId)).describe();
    expect(schedule.state.paused).toBe(false);

    await stage.faults();
    await goTo(UNTIL);
    await syncNow(accountId);
    await untilStanding(connectionId, { [accountId]: 'up_to_date' });
    expect(await differences(accountId)).toEqual({ missing: 0, doubled: 0, wrong: 0 });
    await stage.importer.disconnect(connectionId);
  });
});
