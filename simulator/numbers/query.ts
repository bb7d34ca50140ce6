import { instant, type Json } from '../json.js';
import type { Group, Level } from './metrics.js';
import type { Granularity } from './series.js';

export const SEGMENTATIONS = ['AGE', 'GENDER', 'METROS', 'PLATFORMS', 'CONVERSION_TAGS'] as const;
export type Segmentation = (typeof SEGMENTATIONS)[number];

/** A request for numbers, as the sync endpoint and jobs take it (docs/x-ads-api.md §8, §9.1). */
export interface NumbersQuery {
  readonly level: Level;
  readonly entityIds: readonly string[];
  /** Epoch seconds; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly granularity: Granularity;
  readonly placement: string;
  readonly groups: readonly Group[];
  /** The group MEDIA was requested; an option answers it with nulls (docs/x-ads-api.md §17.31). */
  readonly media: boolean;
  readonly segmentation: Segmentation | null;
  readonly country: string | null;
  readonly platform: string | null;
}

/** The names of the metric groups, as they were sent. */
export const groupNames = (query: NumbersQuery): string[] => [...query.groups, ...(query.media ? ['MEDIA'] : [])];

/**
 * `request.params` of stats answers: every field, null when not sent, without account_id (docs/x-ads-api.md §4.1,
 * §8.3).
 */
export const echoOf = (query: NumbersQuery): Record<string, Json> => ({
  start_time: instant(query.start * 1000),
  segmentation_type: query.segmentation,
  entity_ids: query.entityIds,
  end_time: instant(query.end * 1000),
  country: query.country,
  placement: query.placement,
  granularity: query.granularity,
  entity: query.level,
  platform: query.platform,
  metric_groups: groupNames(query),
});
