import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countDays } from '../../domain/day-ranges.js';
import { addDays, type Day, type DayRange, dayFromNumber, dayNumber } from '../../domain/calendar.js';
import { LEVELS } from '../../domain/levels.js';
import { type Activity, type LedgerEntry, type Plan, type PlanInput, planRange } from '../../domain/plan.js';

const FIRST = dayNumber('2026-01-01' as Day);
const span = (from: number, to: number): DayRange => ({
  from: dayFromNumber(FIRST + from),
  to: dayFromNumber(FIRST + to),
});
const range = span(0, 199);

/** Reaches beyond the range on both sides, as envelopes and older rows of the ledger do. */
const someDays = fc
  .tuple(fc.integer({ min: -60, max: 220 }), fc.integer({ min: 1, max: 150 }))
  .map(([from, days]) => span(from, from + days - 1));
const entity = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const level = fc.constantFrom('FUNDING_INSTRUMENT', 'CAMPAIGN', 'PROMOTED_TWEET');
const placement = fc.constantFrom('ALL_ON_TWITTER', 'SPOTLIGHT');

const someInstant = fc.constantFrom('2026-07-20T00:00:00Z', '2026-07-21T00:00:00Z', '2026-07-22T00:00:00Z');

const activities: fc.Arbitrary<readonly Activity[]> = fc.array(
  fc.record({ level, entityId: entity, placement, days: someDays, askedAt: someInstant }),
  { maxLength: 25 },
);
const ledgers: fc.Arbitrary<readonly LedgerEntry[]> = fc.array(
  fc.record({
    level,
    entityId: entity,
    placement,
    days: someDays,
    metricSet: fc.constantFrom('standard', 'mobile'),
    state: fc.constantFrom('open', 'landed', 'failed', 'unavailable'),
    observedAt: someInstant,
    mine: fc.boolean(),
  }),
  { maxLength: 25 },
);
const inputs: fc.Arbitrary<PlanInput> = fc.record(
  {
    range: fc.constant(range),
    hasAppLineItems: fc.boolean(),
    activity: activities,
    ledger: ledgers,
    refetch: fc.boolean(),
    correctedFrom: fc.constantFrom(dayFromNumber(FIRST + 90), dayFromNumber(FIRST + 170)),
    blind: fc.constantFrom(span(170, 199), span(190, 199)),
  },
  { requiredKeys: ['range', 'hasAppLineItems', 'activity', 'ledger', 'refetch'] },
);

const daysOf = ({ from, to }: DayRange): readonly Day[] =>
  Array.from({ length: countDays({ from, to }) }, (_, i) => addDays(from, i));

interface Key {
  readonly level: string;
  readonly placement: string;
  readonly metricSet: string;
  readonly entityId: string;
}
const keyOf = (key: Key, day: Day): string => [key.level, key.placement, key.metricSet, key.entityId, day].join(' ');
const claimed = ({ slices }: Plan): readonly string[] =>
  slices.flatMap((slice) =>
    slice.claims.flatMap(({ entityId, days }) => daysOf(days).map((day) => keyOf({ ...slice, entityId }, day))),
  );

const isSettled = (
  entry: LedgerEntry,
  { askedAt }: Activity,
  day: Day,
  { refetch, correctedFrom }: PlanInput,
): boolean => {
  if (entry.mine) return true;
  if (entry.state !== 'landed') return false;
  if (refetch) return (entry.observedAt ?? '') > askedAt;
  const named = (entry.observedAt ?? '') < askedAt;
  return !(named && correctedFrom !== undefined && day >= correctedFrom);
};

/** What a run must read and what others hold, day by day: slow and obvious. */
const expected = (input: PlanInput) => {
  const { range, hasAppLineItems, activity, ledger, blind } = input;
  const blindly = new Set<string>();
  const free = new Set<string>();
  const held = new Set<string>();
  const rows = new Map<string, LedgerEntry[]>();
  for (const entry of ledger)
    for (const day of daysOf(entry.days)) rows.set(keyOf(entry, day), [...(rows.get(keyOf(entry, day)) ?? []), entry]);
  for (const record of activity) {
    const sets = hasAppLineItems && record.level !== 'FUNDING_INSTRUMENT' ? ['standard', 'mobile'] : ['standard'];
    for (const metricSet of sets) {
      for (const day of daysOf(record.days).filter((one) => one >= range.from && one <= range.to)) {
        const key = keyOf({ ...record, metricSet }, day);
        const known = rows.get(key) ?? [];
        if (known.some((entry) => isSettled(entry, record, day, input))) continue;
        if (known.some((entry) => !entry.mine && entry.state === 'open')) held.add(key);
        else free.add(key);
      }
    }
  }
  for (const record of activity) {
    if (!blind || record.days.from > blind.to || record.days.to < blind.from) continue;
    const sets = hasAppLineItems && record.level !== 'FUNDING_INSTRUMENT' ? ['standard', 'mobile'] : ['standard'];
    for (const metricSet of sets) {
      for (const key of daysOf(blind).map((day) => keyOf({ ...record, metricSet }, day))) {
        const inHand = (rows.get(key) ?? []).some((entry) => entry.mine || entry.state === 'open');
        if (!inHand && !free.has(key)) blindly.add(key);
      }
    }
  }
  return { free, held, blindly };
};

test('a run claims exactly what X named and what it reads blindly, without what is settled and what another run holds, each entity-day once', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const plan = planRange(input);
      const { free, held, blindly } = expected(input);
      const keys = claimed(plan);
      expect(new Set(keys).size).toBe(keys.length);
      expect(new Set(keys)).toEqual(new Set([...free, ...blindly]));
      const alone = plan.blind.flatMap((days) => days.ranges.flatMap(daysOf).map((day) => keyOf(days, day)));
      expect(alone.toSorted()).toEqual([...blindly].toSorted());
      expect(plan.held).toBe(held.size);
    }),
    { numRuns: 150 },
  );
});

test('no slice reads in passing what another run holds, or what was read within the hour', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const { slices } = planRange(input);
      const keys = new Set(claimed({ slices, held: 0, blind: [] }));
      const asked = (key: Key): string =>
        input.activity
          .filter((one) => one.level === key.level && one.entityId === key.entityId && one.placement === key.placement)
          .map(({ askedAt }) => askedAt)
          .toSorted()
          .at(-1) ?? '';
      const known = new Set(
        input.ledger
          .filter(
            ({ state, observedAt, ...key }) =>
              state === 'open' ||
              (state === 'landed' &&
                (input.refetch ? (observedAt ?? '') > asked(key) : (observedAt ?? '') >= asked(key))),
          )
          .flatMap((entry) => daysOf(entry.days).map((day) => keyOf(entry, day))),
      );
      const inPassing = slices.flatMap((slice) =>
        slice.entityIds
          .flatMap((entityId) => daysOf(slice.range).map((day) => keyOf({ ...slice, entityId }, day)))
          .filter((key) => !keys.has(key) && known.has(key)),
      );
      expect(inPassing).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('slices stay inside the range and the limits, hold their claims, and come newest first', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const { slices } = planRange(input);
      for (const { entityIds, range: days, claims } of slices) {
        expect(days.from >= range.from && days.to <= range.to).toBe(true);
        expect(entityIds.length).toBeLessThanOrEqual(20);
        expect(countDays(days)).toBeLessThanOrEqual(90);
        expect(new Set(claims.map(({ entityId }) => entityId))).toEqual(new Set(entityIds));
        for (const claim of claims) expect(claim.days.from >= days.from && claim.days.to <= days.to).toBe(true);
      }
      const last = slices.map((slice) => slice.range.to);
      expect(last).toEqual(last.toSorted().toReversed());
    }),
    { numRuns: 100 },
  );
});

describe('the ledger', () => {
  const ad: Activity = {
    level: 'PROMOTED_TWEET',
    entityId: 'ad',
    placement: 'ALL_ON_TWITTER',
    days: span(0, 29),
    askedAt: '2026-07-21T00:00:00Z',
  };
  const row = (state: LedgerEntry['state'], mine: boolean, days = ad.days): LedgerEntry => ({
    level: ad.level,
    entityId: ad.entityId,
    placement: ad.placement,
    days,
    metricSet: 'standard',
    state,
    observedAt: '2026-07-20T00:00:00Z',
    mine,
  });
  const plan = (ledger: readonly LedgerEntry[], options: Partial<PlanInput> = {}): Plan =>
    planRange({ range, hasAppLineItems: false, activity: [ad], ledger, refetch: false, ...options });

  test.each([
    ['landed by another run', row('landed', false), 0, 0],
    ['landed by this run', row('landed', true), 0, 0],
    ['claimed by this run', row('open', true), 0, 0],
    ['claimed by another run', row('open', false), 0, 30],
    ['failed in an earlier run', row('failed', false), 1, 0],
    ['failed in this run', row('failed', true), 0, 0],
    ['unavailable in an earlier run', row('unavailable', false), 1, 0],
    ['unavailable in this run', row('unavailable', true), 0, 0],
  ])('says of days that are %s what to do', (_name, entry, slices, held) => {
    const planned = plan([entry]);
    expect(planned.slices).toHaveLength(slices);
    expect(planned.held).toBe(held);
  });

  test('reads again what others landed when asked to, but not what this run landed', () => {
    expect(plan([row('landed', false)], { refetch: true }).slices).toHaveLength(1);
    expect(plan([row('landed', true)], { refetch: true }).slices).toHaveLength(0);
  });

  test('does not read again, also when asked to, what another run has read since', () => {
    const since = { ...row('landed', false), observedAt: '2026-07-21T00:00:01Z' };
    expect(plan([since], { refetch: true }).slices).toEqual([]);
  });

  test('keeps an ad whose newest days another run reads out of the job of one that needs them', () => {
    const other: Activity = { ...ad, entityId: 'other' };
    const { slices } = plan([row('open', false, span(20, 29))], { activity: [ad, other] });
    expect(slices.map(({ entityIds, range: days }) => ({ entityIds, days }))).toEqual([
      { entityIds: ['other'], days: span(0, 29) },
      { entityIds: ['ad'], days: span(0, 19) },
    ]);
  });

  test('reads again what X named after it had landed, as far back as corrections are looked for, and no further', () => {
    const { slices } = plan([row('landed', false)], { correctedFrom: span(10, 10).from });
    expect(slices.map((slice) => slice.range)).toEqual([span(10, 29)]);
    const known = { ...row('landed', false), observedAt: '2026-07-22T00:00:00Z' };
    expect(plan([known], { correctedFrom: span(10, 10).from }).slices).toEqual([]);
  });

  test('keeps days outside the range true where they are to be kept, in jobs that read nothing between', () => {
    const [kept, ours] = [span(0, 9), span(20, 29)];
    const options = { range: ours, kept: [kept], correctedFrom: span(5, 5).from };
    expect(plan([], options).slices.map((slice) => slice.range)).toEqual([ours, kept]);
    const landed = [row('landed', false, kept), row('landed', false, ours)];
    expect(plan(landed, options).slices.map((slice) => slice.range)).toEqual([ours, span(5, 9)]);
  });

  test('leaves a hole to be read', () => {
    const { slices } = plan([row('landed', false, span(0, 9)), row('landed', false, span(15, 29))]);
    expect(slices.map((slice) => slice.range)).toEqual([span(10, 14)]);
  });
});

test('accounts with app line items are asked for the mobile groups from the campaign down, by a job of their own', () => {
  const activity = LEVELS.map((each) => ({
    level: each,
    entityId: each,
    placement: 'ALL_ON_TWITTER',
    days: span(0, 9),
    askedAt: '2026-07-21T00:00:00Z',
  }));
  const setsOf = (hasAppLineItems: boolean): readonly string[] =>
    planRange({ range, hasAppLineItems, activity, ledger: [], refetch: false })
      .slices.filter(({ metricSet }) => metricSet === 'mobile')
      .map((slice) => slice.level);
  expect(setsOf(true).toSorted()).toEqual(['CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET']);
  expect(setsOf(false)).toEqual([]);
});
