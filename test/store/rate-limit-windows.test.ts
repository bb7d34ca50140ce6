import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  holdGate,
  noteWaiting,
  observeLimits,
  shareAtGate,
  takeCallsFromWindow,
  type CallRequest,
} from '../../store/import/rate-limit-windows.js';
import { openStore, type TestStore } from './database.js';

describe('the gate before each call', () => {
  let store: TestStore;
  let gates = 0;
  const gate = (values: Partial<CallRequest> = {}): CallRequest => ({
    scope: `user:${gates++}`,
    family: 'writes',
    documentedLimit: 450,
    windowSeconds: 60,
    class: 'history',
    runId: 'run-1',
    ...values,
  });

  /** As many calls as the window lets through one after the other. */
  const drain = async (request: CallRequest): Promise<number> => {
    for (let calls = 0; ; calls++) {
      if ((await takeCallsFromWindow(store.db, request)).kind === 'wait') return calls;
    }
  };
  const leave = (request: CallRequest, remaining: number) =>
    store.db.query('update importer.rate_limit_windows set remaining = $2 where scope = $1', [
      request.scope,
      remaining,
    ]);

  beforeAll(async () => {
    store = await openStore();
  });
  afterAll(() => store[Symbol.asyncDispose]());

  test('workers that ask at the same time never spend the same call', async () => {
    const ask = gate();
    expect(await takeCallsFromWindow(store.db, ask)).toEqual({ kind: 'go', granted: 1 });
    // Ten of them are kept free.
    await leave(ask, 54);
    const decisions = await Promise.all(Array.from({ length: 60 }, () => takeCallsFromWindow(store.db, ask)));
    expect(decisions.filter((d) => d.kind === 'go')).toHaveLength(44);
    const waits = decisions.flatMap((d) => (d.kind === 'wait' ? [d] : []));
    expect(waits).toHaveLength(16);
    for (const wait of waits) {
      expect(wait.waitMs).toBeGreaterThan(0);
      expect(wait.waitMs).toBeLessThanOrEqual(60_000);
      expect(wait.reason).toContain('limit of 450');
    }
  });

  test('what a header said is remembered, and counts for all', async () => {
    const ask = gate({ family: 'campaigns', documentedLimit: 10_000, windowSeconds: 900 });
    expect(await takeCallsFromWindow(store.db, ask)).toEqual({ kind: 'go', granted: 1 });
    await observeLimits(store.db, ask, { limit: 2_000, remaining: 0, resetInMs: 600_000, ageMs: 0 });
    const decision = await takeCallsFromWindow(store.db, ask);
    expect(decision).toMatchObject({ kind: 'wait', reason: "X's limit of 2000 calls is used up until it resets" });
  });

  test('a reading before any call of ours opens the window', async () => {
    const ask = gate();
    await observeLimits(store.db, ask, { limit: 450, remaining: 12, resetInMs: 30_000, ageMs: 0 });
    expect(await drain(ask)).toBe(2);
  });

  test('after a refusal nobody passes, until X is ready again', async () => {
    const ask = gate({ class: 'person' });
    await holdGate(store.db, ask, 60_000);
    const decision = await takeCallsFromWindow(store.db, ask);
    expect(decision.kind).toBe('wait');
    expect(decision.kind === 'wait' && decision.waitMs).toBeGreaterThan(30_000);
  });

  test('who waits is remembered by class, so that lesser work leaves room, and forgotten when it passes', async () => {
    const ask = gate();
    const share = () => shareAtGate(store.db, ask, { runId: 'other', class: 'history' });
    expect(await share()).toBe(1);
    await holdGate(store.db, ask, 300);
    const daily = { ...ask, class: 'daily', runId: 'daily-1' } as const;
    const held = await takeCallsFromWindow(store.db, daily);
    expect(held.kind).toBe('wait');
    expect(await share()).toBe(0.8);
    expect(await takeCallsFromWindow(store.db, { ...ask, class: 'history', runId: 'h' })).toMatchObject({
      kind: 'wait',
    });
    await expect.poll(() => takeCallsFromWindow(store.db, ask)).toEqual({ kind: 'go', granted: 1 });
    // A fifth of the limit and the ten calls that are kept free are left for the daily sync.
    await leave(ask, 103);
    expect(await drain(ask)).toBe(3);
    expect(await takeCallsFromWindow(store.db, daily)).toEqual({ kind: 'go', granted: 1 });
    expect(await share()).toBe(1);
  });

  test('a waiter that never came back does not hold others back for ever', async () => {
    const ask = gate();
    await noteWaiting(store.db, ask, { runId: 'dead', class: 'person', waitMs: -60_000, reason: 'gone' });
    expect(await takeCallsFromWindow(store.db, ask)).toEqual({ kind: 'go', granted: 1 });
    await leave(ask, 13);
    expect(await drain(ask)).toBe(3);
    const { rows } = await store.db.query(`select 1 from importer.rate_limit_waiters where run_id = 'dead'`);
    expect(rows).toEqual([]);
  });
});
