import { keepApart } from './pack-apart.js';
import { countDays } from './calendar.js';
import type { Day, DayRange, Instant } from './calendar.js';
import type { EntityId } from './ids.js';
import { LEVELS, metricSets } from './levels.js';
import type { Level, MetricSet, Placement } from './levels.js';
import { clip, joinRanges, planSlices, subtractRanges } from './slice.js';
import type { SlicePlan } from './slice.js';

interface EntityDays {
  readonly level: Level;
  readonly entityId: EntityId;
  readonly placement: Placement;
  readonly days: DayRange;
}

/** What X said was active: one entity on one placement, over these days (an envelope: every day in it is asked for). */
export interface Activity extends EntityDays {
  /** X's now when it said so: numbers computed later know of it. */
  readonly askedAt: Instant;
}

/** What the ledger holds for days that meet the range. `mine` tells the planning run's own rows from other runs'. */
export interface LedgerEntry extends EntityDays {
  readonly metricSet: MetricSet;
  readonly state: 'open' | 'landed' | 'failed' | 'unavailable';
  /** X's now when it computed what has landed. */
  readonly observedAt: Instant | null;
  readonly mine: boolean;
}

export interface PlannedSlice extends SlicePlan {
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
}

/** Days of one entity that are read for the blind check alone: nothing has asked for them. */
export interface BlindDays {
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
  readonly entityId: EntityId;
  readonly ranges: readonly DayRange[];
}

export interface Plan {
  readonly slices: readonly PlannedSlice[];
  /** Entity-days that are needed and that another run has planned or in flight: joined, not fetched again. */
  readonly held: number;
  readonly blind: readonly BlindDays[];
}

export interface PlanInput {
  readonly range: DayRange;
  readonly hasAppLineItems: boolean;
  readonly activity: readonly Activity[];
  readonly ledger: readonly LedgerEntry[];
  /** Days outside the range that earlier runs have imported: they are kept true like those in it. (Default: none) */
  readonly kept?: readonly DayRange[];
  /** The days in the parts that no job may cross: where the account's zone changed (`zones.ts`). (Default: range, kept) */
  readonly parts?: readonly DayRange[];
  /** Read days again that other runs have landed. */
  readonly refetch: boolean;
  /** Read days from this one on again when X named them after they had landed. (Default: never) */
  readonly correctedFrom?: Day | undefined;
  /** Read all these days of whatever was active in them, whatever X named: the blind check. (Default: none) */
  readonly blind?: DayRange | undefined;
}

interface Series {
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
}

const daysIn = (ranges: readonly DayRange[]): number => ranges.reduce((sum, range) => sum + countDays(range), 0);

/**
 * The days of an entry that need not be read for this activity's sake. Landed days are settled, unless the run reads
 * everything again, or X named them after they had landed and corrections are still looked for. A failure of an earlier
 * run is tried again; what this run has found or claimed is settled.
 */
const settledDays = (entry: LedgerEntry, { askedAt }: Activity, { refetch, correctedFrom }: PlanInput): DayRange[] => {
  if (entry.mine) return [entry.days];
  if (entry.state !== 'landed') return [];
  // What another run has read since this one asked is what reading it again would bring.
  if (refetch) return Date.parse(entry.observedAt ?? '') > Date.parse(askedAt) ? [entry.days] : [];
  const stale = correctedFrom !== undefined && Date.parse(entry.observedAt ?? '') < Date.parse(askedAt);
  return stale ? subtractRanges([entry.days], [{ from: correctedFrom, to: LAST_DAY }]) : [entry.days];
};

/**
 * What the blind check reads of an entity that was active in its days: all of them, the quiet ones too, but neither what
 * is read anyway nor what any run has in hand.
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

/** What was read so short a time ago is not worth being read again in passing. */
const JUST_NOW_MS = 3_600_000;

/** Days that no slice may read in passing: another run reads them, or has read them just now. */
const knownDays = (
  entries: readonly LedgerEntry[],
  records: readonly Activity[],
  needed: readonly DayRange[],
  refetch: boolean,
): DayRange[] => {
  const asked = Math.max(...records.map(({ askedAt }) => Date.parse(askedAt)));
  const since = refetch ? asked : asked - JUST_NOW_MS;
  const known = entries.filter(
    ({ state, observedAt }) => state === 'open' || (state === 'landed' && Date.parse(observedAt ?? '') > since),
  );
  return subtractRanges(
    known.map(({ days }) => days),
    needed,
  );
};

/** After every day that there can be. */
const LAST_DAY = '9999-12-31' as Day;

/**
 * Decides what a run must still read: everything that X named in the range, without what is settled and what another run
 * holds, packed into slices with the newest days first.
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
      const unsettled = joinRanges(
        own.flatMap((record) =>
          subtractRanges(
            spans.flatMap((span) => clip(record.days, span) ?? []),
            ofEntity.flatMap((entry) => settledDays(entry, record, input)),
          ),
        ),
      );
      const free = subtractRanges(
        unsettled,
        ofEntity.filter((e) => !e.mine && e.state === 'open').map((e) => e.days),
      );
      held += daysIn(unsettled) - daysIn(free);
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
  return { slices: slices.toSorted(newestFirst), held, blind };
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
