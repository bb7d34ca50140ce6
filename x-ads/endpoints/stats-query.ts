import type { Instant } from '../../domain/calendar.js';
import type { EntityId } from '../../domain/ids.js';
import type { Level, MetricGroup, Placement } from '../../domain/levels.js';
import type { Query } from '../sign.js';
import { timeParameter } from '../time.js';
import { idsParameter } from './requests.js';

/** What stats are asked for, the same for both engines (x-ads-api.md §8, §9.1). */
export interface StatsQuery {
  readonly entity: Level;
  /** 1 to 20. */
  readonly entityIds: readonly EntityId[];
  /** Local midnight of its own date, for days. */
  readonly startTime: Instant;
  /** Exclusive. */
  readonly endTime: Instant;
  readonly placement: Placement;
  readonly metricGroups: readonly MetricGroup[];
  /** (Default: DAY) */
  readonly granularity?: 'DAY' | 'HOUR' | 'TOTAL' | undefined;
}

const MAX_ENTITY_IDS = 20;

export const statsParameters = (query: StatsQuery): Query => [
  ['entity', query.entity],
  ...idsParameter('entity_ids', query.entityIds, MAX_ENTITY_IDS),
  ['start_time', timeParameter(query.startTime)],
  ['end_time', timeParameter(query.endTime)],
  ['granularity', query.granularity ?? 'DAY'],
  ['placement', query.placement],
  ...idsParameter('metric_groups', query.metricGroups),
];
