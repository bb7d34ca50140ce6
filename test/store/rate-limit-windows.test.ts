import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  holdGate,
  noteWaiting,
  observe,
  shareAtGate,
  takeCall,
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

  beforeAll(async () => {
    store = await openStore();
  });
  afterAll(() => store[Symbol.asyncDispose]());

  /** Takes calls until the gate makes it wait, or so many; returns how many it got. */
  const spend = async (request: CallRequest, most = 1_000): Promise<number> => {
    for (let calls = 0; calls < most; calls += 1) {
      if ((await takeCall(store.db, request)).kind === 'wait') return calls;
    }
    return most;
  };

  test('workers that ask at the same time never spend the same call', async () => {
    const ask = gate();
    await spend(ask, 400);
    const decisions = await Promise.all(Array.from({ length: 56 }, () => takeCall(store.db, ask)));
    expect(decisions.filter(({ kind }) => kind === 'go')).toHaveLength(40);
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
    expect(await takeCall(store.db, ask)).toEqual({ kind: 'go' });
    await observe(store.db, ask, { limit: 2_000, remaining: 0, resetAt: Date.now() + 600_000 });
    const decision = await takeCall(store.db, ask);
    expect(decision).toMatchObject({ kind: 'wait', reason: "X's limit of 2000 calls is used up until it resets" });
  });

  test('a reading before any call of ours opens the window', async () => {
    const ask = gate();
    await observe(store.db, ask, { limit: 450, remaining: 12, resetAt: Date.now() + 30_000 });
    expect(await spend(ask)).toBe(2);
  });

  test('after a refusal nobody passes, until X is ready again', async () => {
    const ask = gate({ class: 'person' });
    await holdGate(store.db, ask, 5_000);
    const decision = await takeCall(store.db, ask);
    expect(decision.kind).toBe('wait');
    expect(decision.kind === 'wait' && decision.waitMs).toBeGreaterThan(4_000);
  });

  test('who waits is remembered by class, so that lesser work leaves room, and forgotten when it passes', async () => {
    const ask = gate();
    const share = () => shareAtGate(store.db, ask, { runId: 'other', class: 'history' });
    expect(await share()).toBe(1);
    await holdGate(store.db, ask, 300);
    const daily = { ...ask, class: 'daily', runId: 'daily-1' } as const;
    const held = await takeCall(store.db, daily);
    expect(held.kind).toBe('wait');
    expect(await share()).toBe(0.8);
    expect(await takeCall(store.db, { ...ask, class: 'history', runId: 'h' })).toMatchObject({
      kind: 'wait',
    });
    await expect.poll(() => takeCall(store.db, ask)).toEqual({ kind: 'go' });
    expect(await spend(ask)).toBe(349);
    expect(await takeCall(store.db, daily)).toEqual({ kind: 'go' });
    expect(await share()).toBe(1);
  });

  test('a waiter that never came back does not hold others back for ever', async () => {
    const ask = gate();
    const until = new Date(Date.now() - 60_000).toISOString();
    await noteWaiting(store.db, ask, { runId: 'dead', class: 'person', until, reason: 'gone' });
    expect(await spend(ask)).toBe(440);
    const { rows } = await store.db.query(`select 1 from importer.rate_limit_waiters where run_id = 'dead'`);
    expect(rows).toEqual([]);
  });
});
