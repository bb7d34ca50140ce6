import type { Instant } from '../../domain/calendar.js';
import type { EntityId } from '../../domain/ids.js';
import type { Level, MetricGroup, Placement } from '../../domain/levels.js';
import { MAX_IDS_PER_JOB } from '../../domain/slice.js';
import { idsParameter } from '../requests.js';
import type { Query } from '../sign.js';
import { timeParameter } from '../time.js';

/** What stats are asked for; the same for synchronous stats and for jobs (docs/x-ads-api.md §8, §9.1). */
export interface StatsQuery {
  readonly entity: Level;
  /** 1 to 20. */
  readonly entityIds: readonly EntityId[];
  /** Local midnight of its own date. */
  readonly startTime: Instant;
  /** Local midnight of its own date; exclusive. */
  readonly endTime: Instant;
  readonly placement: Placement;
  readonly metricGroups: readonly MetricGroup[];
  /** Days are all that is imported. (Default: DAY) */
  readonly granularity?: 'DAY' | undefined;
}

export const statsParameters = (query: StatsQuery): Query => [
  ['entity', query.entity],
  ...idsParameter('entity_ids', query.entityIds, MAX_IDS_PER_JOB),
  ['start_time', timeParameter(query.startTime)],
  ['end_time', timeParameter(query.endTime)],
  ['granularity', query.granularity ?? 'DAY'],
  ['placement', query.placement],
  ...idsParameter('metric_groups', query.metricGroups),
];
