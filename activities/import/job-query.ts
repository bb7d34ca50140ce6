import { statsBounds } from '../../domain/local-days.js';
import type { Instant, Zones } from '../../domain/calendar.js';
import { metricGroups } from '../../domain/levels.js';
import type { SeenJob } from '../../store/import/jobs.js';
import type { Slice } from '../../store/import/slices.js';
import type { StatsQuery } from '../../x-ads/resources/stats-query.js';
import type { StatsJob } from '../../x-ads/resources/stats-job.js';

/** The stats query of a slice: whole local days, each bound with its own date's offset. */
export const queryOf = (slice: Slice, zones: Zones): StatsQuery & { granularity: 'DAY' } => {
  const { start, end } = statsBounds(slice.range, zones);
  return {
    entity: slice.level,
    entityIds: slice.entityIds,
    startTime: start,
    endTime: end,
    placement: slice.placement,
    metricGroups: metricGroups(slice.level, slice.metricSet),
    granularity: 'DAY',
  };
};

const sameSet = (a: readonly string[], b: readonly string[]): boolean => {
  const set = new Set(a);
  return a.length === b.length && b.every((item) => set.has(item));
};

const sameInstant = (a: Instant | undefined, b: Instant): boolean => Date.parse(a ?? '') === Date.parse(b);

/** Does X's job answer this query? X may list ids and groups in another order. */
export const isJobOf = (query: StatsQuery, job: StatsJob): boolean =>
  job.entity === query.entity &&
  job.placement === query.placement &&
  job.granularity === (query.granularity ?? 'DAY') &&
  !job.segmentation_type &&
  sameInstant(job.start_time, query.startTime) &&
  sameInstant(job.end_time, query.endTime) &&
  sameSet(job.entity_ids, query.entityIds) &&
  sameSet(job.metric_groups, query.metricGroups);

/** A job is finished when it has SUCCESS and a url: X sets SUCCESS first (docs/x-ads-api.md §9.4). */
export const observedJob = (job: StatsJob): SeenJob => ({
  xJobId: job.id_str,
  createdAt: job.created_at,
  updatedAt: job.updated_at,
  expiresAt: job.expires_at ?? null,
  url: job.url ?? null,
  finished: job.status === 'SUCCESS' && Boolean(job.url),
});
