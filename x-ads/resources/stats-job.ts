import { z } from 'zod';
import type { AccountId, JobId } from '../../domain/ids.js';
import type { CallOptions, Observed, Page } from '../call.js';
import { instantSchema } from '../envelope.js';
import { pages } from '../pages.js';
import { getPage, getSingle, idsParameter, type Send } from '../requests.js';
import { type StatsQuery, statsParameters } from './stats-query.js';

/**
 * docs/x-ads-api.md §9.2. The numeric `id` is beyond 2^53 and deliberately not here: `id_str` is the id. `status` is
 * open: PROCESSING, SUCCESS, FAILED, CANCELLED; QUEUED and UPLOADING are in libraries only. SUCCESS may still have no
 * `url`.
 */
const statsJobSchema = z.object({
  id_str: z.string().regex(/^\d+$/),
  status: z.string().min(1),
  url: z.string().nullish(),
  // What a lost create is recognised by. A job in which one of them cannot be read is none of ours.
  entity: z.string().optional().catch(undefined),
  entity_ids: z.array(z.string()).catch([]),
  start_time: instantSchema.optional().catch(undefined),
  end_time: instantSchema.optional().catch(undefined),
  placement: z.string().optional().catch(undefined),
  granularity: z.string().optional().catch(undefined),
  metric_groups: z.array(z.string()).catch([]),
  segmentation_type: z.unknown().optional(),
  created_at: instantSchema,
  updated_at: instantSchema,
  /** Finish time + 48 hours. */
  expires_at: instantSchema.nullish(),
});
export type StatsJob = z.infer<typeof statsJobSchema>;

export interface RecentJobsOptions extends CallOptions {
  /** Jobs a page, at most 1000. (Default: 1000) */
  readonly count?: number | undefined;
}

export interface StatsJobCalls {
  /**
   * Creates a job. A `ConnectionFailed` or `Unavailable` with `mayHaveBeenDone` leaves open whether X has made it: list
   * before repeating it (docs/x-ads-api.md §9.3).
   */
  create(accountId: AccountId, query: StatsQuery, options?: CallOptions): Promise<Observed<StatsJob>>;
  /**
   * The state of 1 to 200 jobs, in one call. The cursor of the answer is not followed: it walks the account's whole
   * history of jobs (docs/x-ads-api.md §9.4). A job made a moment ago may be missing.
   */
  listByIds(
    accountId: AccountId,
    jobIds: readonly JobId[],
    options?: CallOptions,
  ): Promise<Observed<readonly StatsJob[]>>;
  /**
   * Pages of all jobs of the account, any tool's, newest first: stop when they are old enough. X's cursor is a job id
   * and inclusive, so that the last job of a page comes again.
   */
  listRecent(accountId: AccountId, options?: RecentJobsOptions): AsyncGenerator<Page<StatsJob>, void, undefined>;
  /** Cancels a job that is queued or processing. */
  cancel(accountId: AccountId, jobId: JobId, options?: CallOptions): Promise<Observed<StatsJob>>;
}

const pathOf = (accountId: AccountId): string => `/stats/jobs/accounts/${accountId}`;

export const statsJobCalls = (send: Send): StatsJobCalls => ({
  create: async (accountId, query, options = {}) =>
    getSingle(
      send,
      { method: 'POST', path: pathOf(accountId), accountId, query: statsParameters(query), kind: 'jobCreate' },
      statsJobSchema,
      options,
    ),
  async listByIds(accountId, jobIds, options = {}) {
    const query = [...idsParameter('job_ids', jobIds), ['count', String(jobIds.length)] as const];
    const { items, observedAt, params } = await getPage(
      send,
      { method: 'GET', path: pathOf(accountId), accountId, query },
      statsJobSchema,
      options,
    );
    // X ignores parameters that it does not understand: an answer about other jobs must not pass for one about these.
    const wanted = new Set(jobIds);
    return { data: items.filter((job) => wanted.has(job.id_str)), observedAt, params };
  },
  listRecent: (accountId, options = {}) =>
    pages((cursor) =>
      getPage(
        send,
        {
          method: 'GET',
          path: pathOf(accountId),
          accountId,
          query: [['count', String(options.count ?? 1000)], ...cursor],
        },
        statsJobSchema,
        options,
      ),
    ),
  cancel: (accountId, jobId, options = {}) =>
    getSingle(send, { method: 'DELETE', path: `${pathOf(accountId)}/${jobId}`, accountId }, statsJobSchema, options),
});
