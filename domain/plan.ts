import { clip, compareDays, joinRanges, subtractRanges, countDays } from './day-ranges.js';
import { keepApart } from './pack-apart.js';
import type { Day, DayRange, Instant } from './calendar.js';
import type { EntityId } from './ids.js';
import { LEVELS, metricSets } from './levels.js';
import type { Level, MetricSet, Placement } from './levels.js';
import { planSlices } from './slice.js';
import type { SlicePlan } from './slice.js';

interface EntityDays {
  readonly level: Level;
  readonly entityId: EntityId;
  readonly placement: Placement;
  readonly days: DayRange;
}

/** Activity that X reported: one entity on one placement, over these days. X reports the first and last day; all between are read. */
export interface Activity extends EntityDays {
  /** X's now when it reported this: numbers that X computed later include it. */
  readonly askedAt: Instant;
}

/** A ledger row of days that overlap the range. `mine`: it belongs to the planning run. */
export interface LedgerEntry extends EntityDays {
  readonly metricSet: MetricSet;
  readonly state: 'open' | 'landed' | 'failed' | 'unavailable';
  /** X's now when it computed the landed numbers. */
  readonly observedAt: Instant | null;
  readonly mine: boolean;
}

export interface PlannedSlice extends SlicePlan {
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
}

/** Days of one entity that are read for the blind check only: the feed did not name them. */
export interface BlindDays {
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
  readonly entityId: EntityId;
  readonly ranges: readonly DayRange[];
}

export interface Plan {
  readonly slices: readonly PlannedSlice[];
  /** Needed entity-days that another run has planned or in flight: they are waited for, not read twice. */
  readonly held: number;
  readonly blind: readonly BlindDays[];
}

export interface PlanInput {
  readonly range: DayRange;
  readonly hasAppLineItems: boolean;
  readonly activity: readonly Activity[];
  readonly ledger: readonly LedgerEntry[];
  /** Days outside the range that earlier runs imported: corrections of them are read, too. (Default: none) */
  readonly kept?: readonly DayRange[];
  /** The days, split where the account's zone changed (`zones.ts`): no job may cross a part. (Default: range, kept) */
  readonly parts?: readonly DayRange[];
  /** Read landed days of other runs again. */
  readonly refetch: boolean;
  /** Read days from this one on again when X named them after they had landed. (Default: none) */
  readonly correctedFrom?: Day | undefined;
  /** The blind check: read all these days of every entity that was active in them. (Default: none) */
  readonly blind?: DayRange | undefined;
}

interface Series {
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
}

const daysIn = (ranges: readonly DayRange[]): number => ranges.reduce((sum, range) => sum + countDays(range), 0);

/**
 * The days of an entry that this activity does not require to be read. These are the run's own days, and landed days,
 * unless the run reads everything again, or X named them after they had landed and they are within the look-back. Failed
 * days of earlier runs are read again.
 */
const doneDays = (entry: LedgerEntry, { askedAt }: Activity, { refetch, correctedFrom }: PlanInput): DayRange[] => {
  if (entry.mine) return [entry.days];
  if (entry.state !== 'landed') return [];
  // Days that another run read after this one asked are as fresh as reading them again would make them.
  if (refetch) return Date.parse(entry.observedAt ?? '') > Date.parse(askedAt) ? [entry.days] : [];
  const stale = correctedFrom !== undefined && Date.parse(entry.observedAt ?? '') < Date.parse(askedAt);
  return stale ? subtractRanges([entry.days], [{ from: correctedFrom, to: LAST_DAY }]) : [entry.days];
};

/**
 * The days that the blind check reads of an entity that was active in its range: all days, also those without activity,
 * except days that are read anyway and days of this run or in flight.
 */
const blindDays = (
  own: readonly Activity[],
  entries: readonly LedgerEntry[],
  needed: readonly DayRange[],
  blind: DayRange | undefined,
): readonly DayRange[] =>
  blind && own.some((record) => clip(record.days, blind))
    ? subtractRanges([blind], [...needed, ...entries.filter((e) => e.mine || e.state === 'open').map((e) => e.days)])
    : [];

/** Do not re-read days that landed within the last hour. */
const FRESH_MS = 3_600_000;

/** Days that no slice may read only because they lie between its claims: another run is reading them, or has just read them. */
const knownDays = (
  entries: readonly LedgerEntry[],
  records: readonly Activity[],
  needed: readonly DayRange[],
  refetch: boolean,
): DayRange[] => {
  const asked = Math.max(...records.map(({ askedAt }) => Date.parse(askedAt)));
  const since = refetch ? asked : asked - FRESH_MS;
  const known = entries.filter(
    ({ state, observedAt }) => state === 'open' || (state === 'landed' && Date.parse(observedAt ?? '') > since),
  );
  return subtractRanges(
    known.map(({ days }) => days),
    needed,
  );
};

const LAST_DAY = '9999-12-31' as Day;

/**
 * Decides what a run must still read: everything that X named in the range, without the days that are done and those that
 * another run holds, packed into slices, newest days first.
 */
export const planRange = (input: PlanInput): Plan => {
  const { range, kept = [], hasAppLineItems, activity, ledger } = input;
  const spans = [...kept, range];
  const active = groupBy(activity, ({ level, placement }) => `${level}/${placement}`);
  const known = groupBy(ledger, ({ level, placement, metricSet }) => `${level}/${placement}/${metricSet}`);
  const slices: PlannedSlice[] = [];
  const blind: BlindDays[] = [];
  let held = 0;

  const plan = (series: Series, records: readonly Activity[]): void => {
    const entries = groupBy(
      known.get(`${series.level}/${series.placement}/${series.metricSet}`) ?? [],
      (e) => e.entityId,
    );
    const needs = new Map<EntityId, DayRange[]>();
    const avoid = new Map<EntityId, DayRange[]>();
    for (const [entityId, own] of groupBy(records, (record) => record.entityId)) {
      const ofEntity = entries.get(entityId) ?? [];
      const needed = joinRanges(
        own.flatMap((record) =>
          subtractRanges(
            spans.flatMap((span) => clip(record.days, span) ?? []),
            ofEntity.flatMap((entry) => doneDays(entry, record, input)),
          ),
        ),
      );
      const free = subtractRanges(
        needed,
        ofEntity.filter((e) => !e.mine && e.state === 'open').map((e) => e.days),
      );
      held += daysIn(needed) - daysIn(free);
      const ranges = blindDays(own, ofEntity, free, input.blind);
      if (ranges.length > 0) blind.push({ ...series, entityId, ranges });
      const all = joinRanges([...free, ...ranges]);
      if (all.length > 0) {
        needs.set(entityId, all);
        avoid.set(entityId, knownDays(ofEntity, own, all, input.refetch));
      }
    }
    for (const part of input.parts ?? spans) {
      const inPart = [...needs].map(([entityId, ranges]) => ({
        entityId,
        ranges: ranges.flatMap((days) => clip(days, part) ?? []),
      }));
      for (const slice of keepApart(planSlices(inPart), avoid)) slices.push({ ...series, ...slice });
    }
  };

  for (const records of active.values()) {
    const [sample] = records;
    if (!sample) continue;
    for (const metricSet of metricSets(sample.level, hasAppLineItems)) {
      plan({ level: sample.level, placement: sample.placement, metricSet }, records);
    }
  }
  return { slices: slices.toSorted(bySubmission), held, blind };
};

/** Newest last day first; among equals ads before campaigns and the other levels, because people look at ads. */
const bySubmission = (a: PlannedSlice, b: PlannedSlice): number =>
  compareDays(b.range.to, a.range.to) ||
  LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) ||
  a.placement.localeCompare(b.placement);

const groupBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
};
