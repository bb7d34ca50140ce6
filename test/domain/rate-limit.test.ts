import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CALL_CLASSES,
  holdBack,
  LONGEST_HOLD_MS,
  observeLimit,
  classShareOf,
  decideCall,
  type GateRequest,
  type LimitReading,
  type LimitWindow,
} from '../../domain/rate-limit.js';

const T0 = 1_750_000_000_000;
const reads = {
  documentedLimit: 1_000,
  windowSeconds: 900,
  kind: 'reads',
  class: 'history',
  waiting: [],
} as const;
const writes = { ...reads, documentedLimit: 450, windowSeconds: 60, kind: 'writes' } as const;
const ask = (values: Partial<GateRequest> = {}): GateRequest => ({ ...reads, now: T0, window: undefined, ...values });

/** Asks as fast as it may for so many windows, and answers with the moments of the calls. */
const drain = (values: Partial<GateRequest>, windows: number): readonly number[] => {
  const calls: number[] = [];
  const first = ask(values);
  const end = first.now + windows * first.windowSeconds * 1000;
  let { now, window } = first;
  while (now < end) {
    const decision = decideCall({ ...first, now, window });
    window = decision.window;
    if (decision.kind === 'wait') {
      expect(decision.until).toBeGreaterThan(now);
      now = decision.until;
    } else {
      calls.push(now);
    }
  }
  return calls;
};

describe('reads', () => {
  test('in the last fifth of a window calls are spread evenly until the reset', () => {
    const calls = drain({}, 1);
    expect(calls).toHaveLength(1_000);
    const gaps = calls.slice(800).map((at, i, all) => at - (all[i - 1] ?? T0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4_501);
    expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(4_499);
    expect(calls.filter((at) => at === T0).length).toBeGreaterThanOrEqual(800);
  });

  test('the lower of header and documentation is in force', () => {
    expect(drain({ window: { limit: 50, remaining: 50, resetAt: T0 + 900_000 } }, 1)).toHaveLength(50);
    expect(drain({ window: { limit: 9_999, remaining: 9_999, resetAt: T0 + 900_000 } }, 1)).toHaveLength(1_000);
  });

  test('the limit that a header told outlives its window', () => {
    expect(drain({ window: { limit: 5, remaining: 0, resetAt: T0 - 1 } }, 2)).toHaveLength(10);
  });
});

describe('writes', () => {
  test('run to 440 a minute, then wait for the reset', () => {
    const calls = drain({ ...writes }, 2);
    expect(calls.filter((at) => at === T0)).toHaveLength(440);
    expect(calls.filter((at) => at === T0 + 60_000)).toHaveLength(440);
    expect(calls).toHaveLength(880);
  });

  test('at the limit the wait says until when and why', () => {
    const window = { limit: 450, remaining: 10, resetAt: T0 + 20_000 };
    expect(decideCall(ask({ ...writes, window }))).toMatchObject({
      kind: 'wait',
      until: T0 + 20_000,
      reason: "X's limit of 450 calls is used up until it resets",
    });
  });
});

describe('classes', () => {
  test.each([
    ['history', 800],
    ['manual', 900],
    ['daily', 950],
    ['person', 1_000],
  ] as const)('while a person waits, %s may use %i of 1,000 calls', (own, allowed) => {
    let window: LimitWindow | undefined;
    let calls = 0;
    for (let now = T0; now < T0 + 899_000; now += 100) {
      const decision = decideCall(ask({ now, window, class: own, waiting: ['person'] }));
      window = decision.window;
      if (decision.kind === 'go') calls += 1;
    }
    expect(calls).toBeLessThanOrEqual(allowed);
    expect(calls).toBeGreaterThanOrEqual(allowed - 2);
  });

  test('only a higher class makes one leave room', () => {
    for (const [i, own] of CALL_CLASSES.entries()) {
      expect(classShareOf(own, CALL_CLASSES.slice(i))).toBe(1);
      if (i > 0) expect(classShareOf(own, CALL_CLASSES.slice(0, i))).toBeLessThan(1);
    }
  });

  test('who yields asks again soon, and no later than the reset', () => {
    const window = { limit: 1_000, remaining: 200, resetAt: T0 + 600_000 };
    const decision = decideCall(ask({ window, waiting: ['daily'] }));
    expect(decision).toMatchObject({ kind: 'wait', reason: 'more urgent work waits at this limit' });
    expect(decision.kind === 'wait' && decision.until).toBe(T0 + 3_000);
  });
});

const at = (now: number) => ({ now, windowSeconds: 900 });
const fresh = (resetInMs: number) => ({ resetInMs, ageMs: 0 });

describe('what responses teach', () => {
  const window: LimitWindow = { limit: 1_000, remaining: 500, resetAt: T0 + 600_000 };

  test('inside a window `remaining` only falls, whatever order responses come in', () => {
    const lower = observeLimit(window, { limit: 1_000, remaining: 450, ...fresh(600_000) }, at(T0));
    expect(lower?.remaining).toBe(450);
    const late = observeLimit(lower, { limit: 1_000, remaining: 480, ...fresh(600_000) }, at(T0));
    expect(late?.remaining).toBe(450);
  });

  test('the next window brings its own number', () => {
    const next = observeLimit(window, { limit: 1_000, remaining: 990, ...fresh(801_000) }, at(T0 + 599_000));
    expect(next).toMatchObject({ remaining: 990, resetAt: T0 + 1_401_000 });
  });

  test('a reset is trusted a second later, because X tells whole seconds', () => {
    const seen = observeLimit(undefined, { limit: 450, remaining: 0, ...fresh(20_000) }, at(T0));
    expect(decideCall(ask({ ...writes, window: seen }))).toMatchObject({ kind: 'wait', until: T0 + 21_000 });
  });

  test('a header that speaks of no calls at all does not close the gate for ever', () => {
    const seen = observeLimit(undefined, { limit: 0, remaining: 0, ...fresh(20_000) }, at(T0));
    expect(decideCall(ask({ ...writes, window: seen, now: T0 + 21_000 }))).toMatchObject({ kind: 'go' });
  });

  test('a response of a window that may be over says nothing of the next', () => {
    const late = { limit: 1_000, remaining: 0, resetInMs: 2_000, ageMs: 3_000 };
    expect(observeLimit(window, late, at(T0))).toMatchObject({ remaining: 500, resetAt: T0 + 600_000 });
  });

  test.each([
    ['in milliseconds', 1_750_000_000_000_000 - T0],
    ['three days ahead', 3 * 86_400_000],
    ['relative to now', 900_000 - T0],
    ['in the past', -60_000],
    ['no number', undefined],
  ])('an end that cannot be is not believed, but one whole window: %s', (_name, resetInMs) => {
    const reading = { limit: 1_000, remaining: 3, resetInMs, ageMs: 0 };
    const first = observeLimit(undefined, reading, at(T0));
    expect(first).toEqual({ limit: 1_000, remaining: 3, resetAt: T0 + 900_000 });
    // The window that is open keeps its end, so that further answers of this kind do not put it off.
    expect(observeLimit(first, reading, at(T0 + 60_000))?.resetAt).toBe(T0 + 900_000);
  });

  test('a window or a hold further ahead than either can be has ended: our clock was set back', () => {
    const ahead = { limit: 1_000, remaining: 0, resetAt: T0 + 86_400_000, notBefore: T0 + 86_400_000 };
    expect(decideCall(ask({ window: ahead }))).toMatchObject({ kind: 'go', window: { resetAt: T0 + 900_000 } });
    expect(holdBack(ahead, T0 + 9e15, ask()).notBefore).toBe(T0 + LONGEST_HOLD_MS);
  });

  test('after a refusal nobody calls before the moment that X named, not even in a new window', () => {
    const held = holdBack(window, T0 + 700_000, ask());
    expect(decideCall(ask({ window: held, class: 'person' }))).toMatchObject({ kind: 'wait', until: T0 + 700_000 });
    expect(decideCall(ask({ now: T0 + 650_000, window: held }))).toMatchObject({ kind: 'wait', until: T0 + 700_000 });
    expect(decideCall(ask({ now: T0 + 700_000, window: held })).kind).toBe('go');
  });
});

/** X, as strict as its documentation: a window begins with the first call after the last one ended. */
const createX = (limit: number, windowMs: number) => {
  let resetAt = 0;
  let used = 0;
  return {
    call: (now: number) => {
      if (now >= resetAt) {
        resetAt = now + windowMs;
        used = 0;
      }
      used += 1;
      return {
        refused: used > limit,
        reading: { limit, remaining: Math.max(0, limit - used), resetInMs: resetAt - now },
      };
    },
  };
};

test('whatever asks, whenever responses arrive: X never has to refuse, and work goes on', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom('reads' as const, 'writes' as const),
      fc.array(
        fc.record({
          // Bursts of calls at one moment, and pauses.
          pause: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 8_000 })),
          latency: fc.integer({ min: 0, max: 4_000 }),
          class: fc.constantFrom(...CALL_CLASSES),
          waiting: fc.subarray([...CALL_CLASSES]),
        }),
        { minLength: 1, maxLength: 400 },
      ),
      (limit, documentedLimit, kind, steps) => {
        const x = createX(limit, 30_000);
        const answers: { at: number; latency: number; reading: Omit<LimitReading, 'ageMs'> }[] = [];
        let now = T0;
        // The limit must be known from a header where X allows less than it documents.
        let window: LimitWindow | undefined = { limit, remaining: Math.min(limit, documentedLimit), resetAt: T0 };
        let granted = 0;
        for (const step of steps) {
          now += step.pause;
          for (const answer of answers.filter(({ at }) => at <= now)) {
            // It waited for the next step as well.
            const ageMs = answer.latency + now - answer.at;
            window = observeLimit(window, { ...answer.reading, ageMs }, { now, windowSeconds: 30 });
            answers.splice(answers.indexOf(answer), 1);
          }
          const decision = decideCall({ ...step, now, window, documentedLimit, windowSeconds: 30, kind });
          window = decision.window;
          if (decision.kind === 'wait') {
            expect(decision.until).toBeGreaterThan(now);
            expect(decision.until).toBeLessThanOrEqual(now + 31_000);
            continue;
          }
          granted += 1;
          const { refused, reading } = x.call(now);
          expect(refused).toBe(false);
          answers.push({ at: now + step.latency, latency: step.latency, reading });
        }
        expect(granted).toBeGreaterThanOrEqual(steps[0]?.waiting.length === 0 ? 1 : 0);
      },
    ),
    { numRuns: 500 },
  );
});
