import { countDays } from './calendar.js';
import type { DayRange } from './calendar.js';
import type { EntityId } from './ids.js';
import { LEVELS, metricSets } from './levels.js';
import type { Level, MetricSet, Placement } from './levels.js';
import { clip, joinRanges, planSlices, subtractRanges } from './slice.js';
import type { SlicePlan } from './slice.js';

/** What X said was active: one entity on one placement, over these days (an envelope: every day in it is asked for). */
export interface Activity {
  readonly level: Level;
  readonly entityId: EntityId;
  readonly placement: Placement;
  readonly days: DayRange;
}

/** What the ledger holds for days that meet the range. `mine` tells the planning run's own rows from other runs'. */
export interface LedgerEntry extends Activity {
  readonly metricSet: MetricSet;
  readonly state: 'open' | 'landed' | 'failed' | 'unavailable';
  readonly mine: boolean;
}

export interface PlannedSlice extends SlicePlan {
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
}

export interface Plan {
  readonly slices: readonly PlannedSlice[];
  /** Entity-days that are needed and that another run has planned or in flight: joined, not fetched again. */
  readonly held: number;
}

export interface PlanInput {
  readonly range: DayRange;
  readonly hasAppLineItems: boolean;
  readonly activity: readonly Activity[];
  readonly ledger: readonly LedgerEntry[];
  /** Read days again that other runs have landed. */
  readonly refetch: boolean;
}

interface Series {
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
}

const daysIn = (ranges: readonly DayRange[]): number => ranges.reduce((sum, range) => sum + countDays(range), 0);

/**
 * Settled for this run: landed (by anyone, or by this run alone when it reads again), and what this run found that X
 * cannot answer. A failure of an earlier run is tried again.
 */
const isSettled = (entry: LedgerEntry, refetch: boolean): boolean =>
  entry.mine ? true : entry.state === 'landed' && !refetch;

/**
 * Decides what a run must still read: everything that X named in the range, without what is settled and what another run
 * holds, packed into slices with the newest days first.
 */
export const planRange = ({ range, hasAppLineItems, activity, ledger, refetch }: PlanInput): Plan => {
  const active = groupBy(activity, ({ level, placement }) => `${level}/${placement}`);
  const known = groupBy(ledger, ({ level, placement, metricSet }) => `${level}/${placement}/${metricSet}`);
  const slices: PlannedSlice[] = [];
  let held = 0;

  const plan = (series: Series, records: readonly Activity[]): void => {
    const entries = groupBy(
      known.get(`${series.level}/${series.placement}/${series.metricSet}`) ?? [],
      (e) => e.entityId,
    );
    const needs = new Map<EntityId, DayRange[]>();
    for (const [entityId, own] of groupBy(records, (record) => record.entityId)) {
      const wanted = joinRanges(own.flatMap(({ days }) => clip(days, range) ?? []));
      const ofEntity = entries.get(entityId) ?? [];
      const unsettled = subtractRanges(
        wanted,
        ofEntity.filter((e) => isSettled(e, refetch)).map((e) => e.days),
      );
      const free = subtractRanges(
        unsettled,
        ofEntity.filter((e) => !e.mine && e.state === 'open').map((e) => e.days),
      );
      held += daysIn(unsettled) - daysIn(free);
      if (free.length > 0) needs.set(entityId, free);
    }
    for (const slice of planSlices([...needs].map(([entityId, ranges]) => ({ entityId, ranges })))) {
      slices.push({ ...series, ...slice });
    }
  };

  for (const records of active.values()) {
    const [sample] = records;
    if (!sample) continue;
    for (const metricSet of metricSets(sample.level, hasAppLineItems)) {
      plan({ level: sample.level, placement: sample.placement, metricSet }, records);
    }
  }
  return { slices: slices.toSorted(newestFirst), held };
};

/** Newest last day first; among equals ads before what contains them, because ads are what people look at. */
const newestFirst = (a: PlannedSlice, b: PlannedSlice): number =>
  b.range.to.localeCompare(a.range.to) ||
  LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) ||
  a.placement.localeCompare(b.placement);

const groupBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
};
