import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenRange } from '../../activities/import/runs.js';
import { addDays, type Day } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import { getAccount } from '../../store/account/accounts.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import { findRun } from '../../store/import/runs.js';
import { openSite, type Site } from './site.js';

const NOW = '2026-11-23T12:00:00Z';
const YESTERDAY = '2026-11-22' as Day;

let site: Site;
let grant: { connectionId: string; accountId: string };
beforeAll(async () => {
  site = await openSite({ accounts: 2, ads: 2, days: 60, now: NOW });
  grant = await site.choose();
});
afterAll(() => site[Symbol.asyncDispose]());

const open = (input: Partial<OpenRange>) => {
  const runId = randomUUID();
  return site.call('openRange', {
    runId,
    ...grant,
    kind: 'manual',
    workflowId: `import/${runId}`,
    ...input,
  });
};
const range = (from: string, to: string) => ({ from: from as Day, to: to as Day });

describe('opening a range', () => {
  test('without one takes the history that was chosen, to the last due day', async () => {
    expect(await open({})).toEqual({ kind: 'open', range: range('2026-10-24', YESTERDAY) });
  });

  test('ends with the last due day, because nothing later is settled enough', async () => {
    expect(await open({ range: range('2026-11-01', '2026-12-31') })).toEqual({
      kind: 'open',
      range: range('2026-11-01', YESTERDAY),
    });
  });

  test('waits the days that were chosen', async () => {
    const { connectionId, accountId } = await site.choose({ wait: 3 });
    const opened = await open({ connectionId, accountId, range: range('2026-11-01', '2026-12-31') });
    expect(opened).toEqual({ kind: 'open', range: range('2026-11-01', '2026-11-20') });
  });

  test('begins no earlier than the account, in its own zone', async () => {
    const account = await getAccount(site.db, grant.accountId);
    const created = dayOf(account?.createdAt ?? '', account?.timezone ?? '');
    const to = addDays(created, 5);
    expect(await open({ range: { from: addDays(created, -30), to } })).toEqual({
      kind: 'open',
      range: { from: created, to },
    });
    const before = await open({ range: { from: addDays(created, -30), to: addDays(created, -1) } });
    expect(before.kind).toBe('nothing_due');
  });

  test('of days to come opens nothing, and says from when', async () => {
    expect(await open({ range: range('2026-11-23', '2026-11-30') })).toEqual({
      kind: 'nothing_due',
      reason: 'no day is due before 2026-11-23',
    });
  });

  test('of a history of nothing opens nothing', async () => {
    const chosen = await site.choose({ history: { kind: 'none' } });
    expect((await open(chosen)).kind).toBe('nothing_due');
  });

  test('again leaves the run as it is, although another range is named', async () => {
    const runId = randomUUID();
    const first = await open({ runId, range: range('2026-11-01', '2026-11-05') });
    expect(await open({ runId, range: range('2026-11-10', '2026-11-12') })).toEqual(first);
  });

  test('needs a grant', async () => {
    const connectionId = await site.connect();
    await expect(open({ connectionId })).rejects.toMatchObject({ type: 'no_grant', nonRetryable: true });
  });

  test('of an account whose zone this platform does not know is refused with the cure', async () => {
    const account = site.simulator.world.accountById(grant.accountId);
    const { row } = account ?? {};
    Object.assign(account ?? {}, { row: (now: number) => ({ ...row?.(now), timezone: 'Mars/Olympus_Mons' }) });
    const refused = open({ range: range('2026-11-01', '2026-11-02') });
    await expect(refused).rejects.toMatchObject({ type: 'zone_unknown', nonRetryable: true });
    await expect(refused).rejects.toThrow(/Mars\/Olympus_Mons.*time zone data/);
    Object.assign(account ?? {}, { row });
  });
});

describe('planning beside another run', () => {
  const days = range('2026-11-01', '2026-11-10');

  test('joins what the other holds, and reads it when the other ends without it', async () => {
    const first = await site.plan(grant, { range: days });
    const second = await site.open(grant, { range: days });
    const joined = await site.call('survey', { runId: second });
    expect(joined.planned).toBe(0);
    expect(joined.held).toBeGreaterThan(0);
    // Its workflow waits for one activity, whose attempts leave nothing in the history.
    await expect(site.call('awaitOtherRuns', { runId: second })).rejects.toMatchObject({
      type: 'AnotherRun',
      category: 'BENIGN',
      message: 'another import has these days under way; they are joined when it ends',
    });

    await site.call('closeRun', { runId: first, state: 'cancelled' });
    const taken = await site.call('awaitOtherRuns', { runId: second });
    expect(taken.planned).toBeGreaterThan(0);
    expect(taken.held).toBe(0);
    // Planning is repeated on purpose: it answers what is left.
    expect(await site.call('planSlices', { runId: second })).toEqual(taken);

    await site.finish(second);
    const third = await site.open(grant, { range: days });
    const nothing = await site.call('survey', { runId: third });
    expect(nothing).toMatchObject({ planned: 0, held: 0 });
    await site.call('closeRun', { runId: second, state: 'completed' });
  });

  test('gives up the claims of a run whose workflow is gone, and of no other', async () => {
    const dead = await site.plan(grant, { range: days, refetch: true });
    const runId = await site.open(grant, { range: days });
    expect((await site.call('reapRuns', { runId })).alive).toBeGreaterThan(0);
    expect((await findRun(site.db, dead))?.state).toBe('running');
    site.openWorkflows.clear();
    expect(await site.call('reapRuns', { runId })).toEqual({ alive: 0 });
    expect((await findRun(site.db, dead))?.state).toBe('abandoned');
  });
});

describe('a run whose workflow was terminated and started again under the same id', () => {
  test('is ended when the new execution opens its own, with its claims and slots', async () => {
    const days = range('2026-10-25', '2026-10-30');
    const workflowId = `backfill/${grant.connectionId}/${grant.accountId}`;
    site.openWorkflows.add(workflowId);
    const left = await site.plan(grant, { range: days, refetch: true, workflowId });
    const other = await site.open(grant, { range: days, refetch: true });
    // The id is open again, so looking at it cannot tell that this run is over.
    expect((await site.call('reapRuns', { runId: other })).alive).toBeGreaterThan(0);
    const next = await site.open(grant, { range: days, refetch: true, workflowId });
    expect(await findRun(site.db, left)).toMatchObject({ state: 'abandoned' });
    expect((await findRun(site.db, other))?.state).toBe('running');
    const { rows } = await site.db.query(
      `select from importer.ledger l join importer.slices s on s.id = l.slice_id where s.run_id = $1 and l.state = 'open'`,
      [left],
    );
    expect(rows).toEqual([]);
    expect(await site.call('survey', { runId: next })).toMatchObject({ held: 0 });
  });
});

describe('surveying', () => {
  test('stores every level over all windows once and plans once, however often it is repeated', async () => {
    const runId = await site.open(grant, { range: range('2026-10-01', '2026-10-20') });
    const survey = () => site.call('survey', { runId });
    const first = await survey();
    expect(first.planned).toBeGreaterThan(0);
    expect(await survey()).toEqual(first);
    const { rows } = await site.db.query('select level from importer.asks where run_id = $1', [runId]);
    expect(rows).toHaveLength(5);
    expect(await sliceCounts(site.db, runId)).toMatchObject({ planned: first.planned });
  });
});
