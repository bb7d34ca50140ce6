import type { AccountId, JobId } from '../../domain/ids.js';
import type { CallOptions, Observed, Page } from '../call.js';
import { pages } from '../pages.js';
import { type StatsJob, statsJobSchema } from '../schema/stats-job.js';
import { getPage, getSingle, idsParameter, type Send } from './requests.js';
import { type StatsQuery, statsParameters } from './stats-query.js';

export interface RecentJobsOptions extends CallOptions {
  /** (Default: 1000, X's greatest) */
  readonly count?: number | undefined;
  /** A page's `nextCursor`. X's cursor is a job id and inclusive, so that job comes again. (Default: the newest) */
  readonly cursor?: string | undefined;
}

export interface StatsJobsApi {
  /**
   * Creates a job. A `ConnectionFailed` or `Unavailable` with `mayHaveBeenDone` leaves open whether there is one: list
   * before repeating it (x-ads-api.md §9.3).
   */
  create(accountId: AccountId, query: StatsQuery, options?: CallOptions): Promise<Observed<StatsJob>>;
  /**
   * The state of 1 to 200 jobs, in one call. Never followed further: X gives a cursor here that walks the account's
   * whole history (x-ads-api.md §9.4). A fresh job may be missing for a while.
   */
  listByIds(
    accountId: AccountId,
    jobIds: readonly JobId[],
    options?: CallOptions,
  ): Promise<Observed<readonly StatsJob[]>>;
  /** All jobs of the account, any tool's, newest first, page by page: stop when it is old enough. */
  listRecent(accountId: AccountId, options?: RecentJobsOptions): AsyncGenerator<Page<StatsJob>, void, undefined>;
  /** Cancels a job that is queued or processing. */
  cancel(accountId: AccountId, jobId: JobId, options?: CallOptions): Promise<Observed<StatsJob>>;
}

const pathOf = (accountId: AccountId): string => `/stats/jobs/accounts/${accountId}`;

export const createStatsJobs = (send: Send): StatsJobsApi => ({
  create: async (accountId, query, options = {}) =>
    getSingle(
      send,
      { method: 'POST', path: pathOf(accountId), accountId, query: statsParameters(query), kind: 'jobCreate' },
      statsJobSchema,
      options,
    ),
  async listByIds(accountId, jobIds, options = {}) {
    const { items, observedAt, params } = await getPage(
      send,
      {
        method: 'GET',
        path: pathOf(accountId),
        accountId,
        query: [...idsParameter('job_ids', jobIds), ['count', String(jobIds.length)]],
      },
      statsJobSchema,
      options,
    );
    // X ignores what it does not understand; an answer about other jobs must not be taken for one about these.
    const asked = new Set(jobIds);
    return { data: items.filter((job) => asked.has(job.id_str)), observedAt, params };
  },
  listRecent: (accountId, options = {}) =>
    pages(
      (cursor) =>
        getPage(
          send,
          {
            method: 'GET',
            path: pathOf(accountId),
            accountId,
            query: [
              ['count', String(options.count ?? 1000)],
              ...(cursor === undefined ? [] : [['cursor', cursor] as const]),
            ],
          },
          statsJobSchema,
          options,
        ),
      options.cursor,
    ),
  cancel: (accountId, jobId, options = {}) =>
    getSingle(send, { method: 'DELETE', path: `${pathOf(accountId)}/${jobId}`, accountId }, statsJobSchema, options),
});
