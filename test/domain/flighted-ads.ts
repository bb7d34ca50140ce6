import { dayFromNumber, dayNumber } from '../../domain/calendar.js';
import type { Day, DayRange } from '../../domain/calendar.js';
import type { Activity, LedgerEntry, PlanInput } from '../../domain/plan.js';

const FIRST = dayNumber('2025-11-23' as Day);
const YEAR = 365;
const inYear = (from: number, to: number): DayRange => ({
  from: dayFromNumber(FIRST + Math.max(0, from)),
  to: dayFromNumber(FIRST + Math.min(YEAR - 1, to)),
});

/** The same numbers on every machine, from 0 to below 1. */
const random = (seed: number) => (): number => {
  seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return seed / 2 ** 32;
};

const AD = { level: 'PROMOTED_TWEET', placement: 'ALL_ON_TWITTER' } as const;

/** What a year of ads needs that run in flights of 30, 60, 80 or 120 days; `held`: another run reads days of each. */
export const flightedAds = (ads: number, { held }: { readonly held: boolean }): PlanInput => {
  const next = random(7);
  const upTo = (n: number): number => Math.floor(next() * n);
  const activity: Activity[] = [];
  const ledger: LedgerEntry[] = [];
  for (let i = 0; i < ads; i += 1) {
    const entityId = `e${i}`;
    let at = upTo(360) - 60;
    for (let flights = 1 + upTo(4); flights > 0 && at < YEAR; flights -= 1) {
      const days = [30, 60, 80, 120][upTo(4)] ?? 30;
      if (at + days > 0)
        activity.push({ ...AD, entityId, days: inYear(at, at + days - 1), askedAt: '2026-11-23T00:00:00Z' });
      at += days + 5 + upTo(80);
    }
    const from = upTo(350);
    const days = inYear(from, from + upTo(14));
    if (held)
      ledger.push({ ...AD, entityId, metricSet: 'standard', days, state: 'open', observedAt: null, mine: false });
  }
  return { range: inYear(0, YEAR), hasAppLineItems: false, activity, ledger, refetch: false };
};
