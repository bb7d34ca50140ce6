import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, test } from 'vitest';
import { createActivities } from '../../activities/index.js';
import { trackCreates, trackFirstNumbers, limitPerConnection, roundRobin } from '../../activities/fair-share.js';
import { Postponed } from '../../activities/postponed.js';
import type { Day } from '../../domain/calendar.js';
import type { RunId } from '../../domain/ids.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import { CHOICE, openSite } from './site.js';

/** Work that ends when it is told to. */
const held = () => {
  const ends = new Map<string, () => void>();
  const begun: string[] = [];
  return {
    begun,
    work: (name: string) => async () => {
      begun.push(name);
      await new Promise<void>((resolve) => void ends.set(name, resolve));
      return name;
    },
    /** Ends it, and lets what follows from it happen. */
    end: async (name: string) => {
      ends.get(name)?.();
      await new Promise((resolve) => void setImmediate(resolve));
    },
  };
};

describe('turns', () => {
  test('somebody with little to do is next after one of somebody with much, whoever came first', async () => {
    const turns = roundRobin(2);
    const { begun, work, end } = held();
    const all = ['a1', 'a2', 'a3', 'a4'].map((name) => turns('a', work(name)));
    all.push(turns('b', work('b1')));
    await end('nothing yet');
    expect(begun).toEqual(['a1', 'a2']);
    await end('a1');
    expect(begun).toEqual(['a1', 'a2', 'a3']);
    await end('a2');
    expect(begun).toEqual(['a1', 'a2', 'a3', 'b1']);
    for (const name of ['b1', 'a3', 'a4']) await end(name);
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1']);
  });

  test('what fails gives its place to the next', async () => {
    const turns = roundRobin(1);
    const failing = turns('a', () => Promise.reject(new Error('no')));
    const next = turns('a', () => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});

describe('first numbers', () => {
  test('whoever waits for them makes others stand back, until they are there or a minute has passed', () => {
    let now = 0;
    const first = trackFirstNumbers(() => now);
    expect(first.othersWait('large')).toBe(false);
    first.begin('large', 'run 1');
    first.landed('large');
    // The next account of somebody who has numbers already.
    first.begin('large', 'run 2');
    expect(first.othersWait('person')).toBe(false);
    first.begin('person', 'run 3');
    expect([first.othersWait('large'), first.othersWait('person')]).toEqual([true, false]);
    expect([first.isWaiting('large'), first.isWaiting('person')]).toEqual([false, true]);
    // Two that both wait go on side by side; only who has numbers already begins nothing new.
    first.begin('newcomer', 'run 4');
    expect([first.mustYield('large'), first.mustYield('person')]).toEqual([true, false]);
    first.landed('newcomer');
    now = 60_000;
    expect([first.othersWait('large'), first.mustYield('large')]).toEqual([false, false]);
    now = 0;
    expect(first.othersWait('large')).toBe(true);
    first.landed('person');
    expect(first.othersWait('large')).toBe(false);
  });

  test('nobody stands back for runs that bring none', () => {
    const first = trackFirstNumbers(() => 0);
    first.begin('person', 'run 1');
    first.begin('person', 'run 2');
    first.over('run 1');
    expect(first.othersWait('large')).toBe(true);
    first.over('run 2');
    expect(first.othersWait('large')).toBe(false);
  });

  test('while others wait, one key has fewer turns at once, and theirs come at once', async () => {
    const turns = roundRobin((key) => (key === 'large' ? 1 : 3));
    const { begun, work, end } = held();
    const all = ['a1', 'a2'].map((name) => turns('large', work(name)));
    all.push(turns('person', work('b1')));
    await end('nothing yet');
    expect(begun).toEqual(['a1', 'b1']);
    await end('a1');
    expect(begun).toEqual(['a1', 'b1']);
    await end('b1');
    expect(begun).toEqual(['a1', 'b1', 'a2']);
    await end('a2');
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'b1']);
  });

  test('what else the connection wants stands back until its first jobs are sent, or three seconds have passed', () => {
    let now = 0;
    const first = trackFirstNumbers(() => now);
    expect(first.isSending('person')).toBe(false);
    first.planned('person');
    expect([first.isSending('person'), first.isSending('large')]).toEqual([true, false]);
    now = 3_000;
    expect(first.isSending('person')).toBe(false);
    now = 0;
    first.sent('person');
    expect(first.isSending('person')).toBe(false);
    // Its next account, and accounts of somebody who has numbers.
    first.planned('person');
    first.landed('large');
    first.planned('large');
    expect([first.isSending('person'), first.isSending('large')]).toEqual([false, false]);
  });
});

describe('few of each', () => {
  test('one too many of a key waits outside, and others do not', async () => {
    const inTurn = limitPerConnection(1, { inside: 0 });
    const { work, end } = held();
    const first = inTurn('a', work('a1'));
    await expect(inTurn('a', work('a2'))).rejects.toBeInstanceOf(Postponed);
    const other = inTurn('b', work('b1'));
    await end('a1');
    await end('b1');
    expect(await Promise.all([first, other])).toEqual(['a1', 'b1']);
    expect(await inTurn('a', () => Promise.resolve('again'))).toBe('again');
  });

  test('a second one of a key begins only while no other is at work', async () => {
    const inTurn = limitPerConnection(2, { inside: 0 });
    const { work, end } = held();
    const others = [inTurn('b', work('b1')), inTurn('a', work('a1'))];
    await expect(inTurn('a', work('a2'))).rejects.toBeInstanceOf(Postponed);
    await end('b1');
    others.push(inTurn('a', work('a2')));
    for (const name of ['a1', 'a2']) await end(name);
    expect(await Promise.all(others)).toEqual(['b1', 'a1', 'a2']);
  });

  test('the more of a key wait, the later each comes again, within a minute', async () => {
    let now = 0;
    const inTurn = limitPerConnection(1, { now: () => now, inside: 0 });
    const { work, end } = held();
    const first = inTurn('a', work('a1'));
    const after = async (key = 'a'): Promise<unknown> =>
      inTurn(key, work('more')).then(undefined, (error: Postponed) => error.seconds);
    const waits = await Promise.all(Array.from({ length: 2_000 }, () => after()));
    expect([waits[0], waits[19], waits[20], waits[59], waits.at(-1)]).toEqual([1, 1, 2, 3, 60]);
    now = 60_000;
    expect(await after()).toBe(1);
    await end('a1');
    await first;
  });

  test('some few wait where they are, and take what becomes free at once, each key in its turn', async () => {
    const inTurn = limitPerConnection(1, { inside: 2 });
    const { begun, work, end } = held();
    const stop = new AbortController();
    const all = [inTurn('a', work('a1')), inTurn('b', work('b1')), inTurn('a', work('a2')), inTurn('b', work('b2'))];
    await expect(inTurn('a', work('a3'))).rejects.toBeInstanceOf(Postponed);
    await end('b1');
    expect(begun).toEqual(['a1', 'b1', 'b2']);
    const cancelled = inTurn('a', work('a4'), stop.signal);
    stop.abort(new Error('paused'));
    await expect(cancelled).rejects.toThrow('paused');
    for (const name of ['a1', 'a2', 'b2']) await end(name);
    expect(await Promise.all(all)).toEqual(['a1', 'b1', 'a2', 'b2']);
    expect(begun).toEqual(['a1', 'b1', 'b2', 'a2']);
    expect(await inTurn('a', () => Promise.resolve('a5'))).toBe('a5');
  });

  test('what fails makes room', async () => {
    const inTurn = limitPerConnection(1);
    await expect(inTurn('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await inTurn('a', () => Promise.resolve('next'))).toBe('next');
  });
});

const surveyed = (outcomes: readonly string[]): number => outcomes.filter((outcome) => outcome === 'surveyed').length;

test('the first account of a connection is surveyed and sends its jobs before others, further ones two at a time, a few wait, and those of another are not kept waiting', async () => {
  await using site = await openSite({ accounts: 8, ads: 3, days: 30 });
  const runsOf = async (screenName: string): Promise<readonly string[]> => {
    const connectionId = await site.connect(screenName);
    await site.call('listAccounts', { connectionId });
    const { accounts } = await site.call('saveChoice', { connectionId, choice: CHOICE });
    return Promise.all(accounts.map((accountId) => site.open({ connectionId, accountId }, { kind: 'history' })));
  };
  const [large, small] = [await runsOf('all_accounts'), await runsOf('user_2')];
  expect([large.length, small.length]).toEqual([8, 1]);
  const survey = async (runs: readonly string[]): Promise<readonly string[]> => {
    const surveys = await Promise.allSettled(runs.map((runId) => site.call('survey', { runId })));
    return surveys.map((each) => (each.status === 'rejected' ? String(each.reason.type) : 'surveyed'));
  };
  const first = await survey([...large, ...small]);
  expect(surveyed(first)).toBe(1 + 1);
  expect(first[8]).toBe('surveyed');
  const names = { runId: large[first.indexOf('surveyed')] ?? '' } as { readonly runId: RunId };
  await expect(site.call('mirrorCreatives', names)).rejects.toMatchObject({ type: 'FairShare' });
  await site.call('submitJobs', names);
  // Only one runs while another connection does: who comes when would decide.
  const further = await survey(large);
  expect(surveyed(further)).toBe(2 + 4);
  expect(new Set([...first, ...further])).toEqual(new Set(['surveyed', 'FairShare']));
});

test('creates of a connection go on until the last of them has ended, well or not', async () => {
  const creates = trackCreates();
  const { work, end } = held();
  const all = [creates.run('a', work('a1')), creates.run('a', work('a2'))];
  const failing = creates.run('b', () => Promise.reject(new Error('no')));
  expect([creates.goOn('a'), creates.goOn('b'), creates.goOn('c')]).toEqual([true, true, false]);
  await expect(failing).rejects.toThrow('no');
  await end('a1');
  expect([creates.goOn('a'), creates.goOn('b')]).toEqual([true, false]);
  await end('a2');
  expect(creates.goOn('a')).toBe(false);
  expect(await Promise.all(all)).toEqual(['a1', 'a2']);
});

test('while jobs of a connection are created its files land one at a time', async () => {
  await using site = await openSite({ accounts: 1, ads: 60, days: 30 });
  const runId = await site.plan(await site.choose());
  await site.call('submitJobs', { runId });
  await site.call('pollJobs', { runId });
  const download = site.deps.x.download.bind(site.deps.x);
  let atOnce = 0;
  let most = 0;
  const x = {
    ...site.deps.x,
    download: async (...args: Parameters<typeof download>) => {
      most = Math.max(most, (atOnce += 1));
      return download(...args).finally(() => (atOnce -= 1));
    },
  };
  let isCreating = true;
  const creates = { ...trackCreates(), goOn: () => isCreating };
  const activities = createActivities({ ...site.deps, x, creates });
  const land = () => new MockActivityEnvironment().run(() => activities.landJobs({ runId }));
  const { ready } = await sliceCounts(site.db, runId);
  expect(ready).toBeGreaterThan(2);
  expect(await land()).toMatchObject({ ready: 0, landed: ready });
  expect(most).toBe(1);
  isCreating = false;
  await site.db.query(`update importer.slices set state = 'in_flight' where run_id = $1`, [runId]);
  await site.db.query(`update importer.jobs set state = 'ready', ended_at = null where run_id = $1`, [runId]);
  expect(await land()).toMatchObject({ ready: 0, landed: ready });
  expect(most).toBeGreaterThan(1);
});

test('while somebody waits for the first numbers X is asked again within the same attempt', async () => {
  await using site = await openSite({ accounts: 1, ads: 3, days: 30, jobSeconds: 1, now: '2026-11-23T12:00:00Z' });
  const range = { from: '2026-11-01' as Day, to: '2026-11-22' as Day };
  const runId = await site.plan(await site.choose(), { range, kind: 'history' });
  const { created } = await site.call('submitJobs', { runId });
  expect(await site.call('pollJobs', { runId, pause: true })).toMatchObject({ inFlight: 0, ready: created });
});
