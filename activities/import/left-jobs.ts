import pLimit from 'p-limit';
import type { AccountId, ConnectionId, JobId, RunId } from '../../domain/ids.js';
import { zonesOf } from '../../store/account/accounts.js';
import { getConnection } from '../../store/connection/connections.js';
import { askedAt } from '../../store/import/asks.js';
import { jobsLeftAtX, settleLeftJobs, slicesBeingCreated } from '../../store/import/left-jobs.js';
import type { LeftJob } from '../../store/import/left-jobs.js';
import { findRun } from '../../store/import/runs.js';
import type { UserApi } from '../../x-ads/client.js';
import { XAdsError } from '../../x-ads/errors/index.js';
import type { StatsJob } from '../../x-ads/resources/stats-job.js';
import type { Deps } from '../deps.js';
import { Postponed } from '../postponed.js';
import { asUser, callerOf } from '../x-user.js';
import { isJobOf, queryOf } from './job-query.js';
import { unknownJobsSince } from './recent-jobs.js';

/** Concurrent cancellations. */
const AT_ONCE = 8;

/** What became of the jobs that ended runs had left at X. */
export interface LeftJobs {
  readonly cancelled: number;
  /** Until X lists the jobs of the creates whose answers were lost; 0 when none is left. */
  readonly waitSeconds: number;
}

const isComputed = ({ status }: StatsJob): boolean => status === 'QUEUED' || status === 'PROCESSING';

/** X refuses to cancel a job that has ended. True when it has cancelled it. */
const cancelAtX = async (api: UserApi, accountId: AccountId, jobId: JobId): Promise<boolean> => {
  try {
    await api.statsJobs.cancel(accountId, jobId);
    return true;
  } catch (error) {
    if (!(error instanceof XAdsError) || (error.status ?? 500) >= 429) throw error;
    return false;
  }
};

/**
 * Cancels the jobs of creates whose answer nobody has heard, if X has made them. A job that a running run may be having
 * created now is not touched, although it may answer the same query.
 */
const cancelLost = async (
  { db }: Deps,
  api: UserApi,
  accountId: AccountId,
  lost: readonly LeftJob[],
): Promise<number> => {
  const asked = await Promise.all([...new Set(lost.map(({ slice }) => slice.runId))].map((id) => askedAt(db, id)));
  const since = Math.min(...asked.map((at) => Date.parse(at ?? '1970-01-01T00:00:00Z')));
  const zones = await zonesOf(db, accountId);
  const unknown = await unknownJobsSince(db, api, accountId, since);
  // Read after X's list: a create that began later is not in the list.
  const creating = (await slicesBeingCreated(db, accountId)).map((slice) => queryOf(slice, zones));
  const queries = lost.map(({ slice }) => queryOf(slice, zones));
  let cancelled = 0;
  for (const job of unknown) {
    if (!isComputed(job) || !queries.some((query) => isJobOf(query, job))) continue;
    if (creating.some((query) => isJobOf(query, job))) continue;
    if (await cancelAtX(api, accountId, job.id_str)) cancelled += 1;
  }
  return cancelled;
};

/**
 * Cancels at X what ended runs of the account have left there, so that it holds no slots. (Default: of all runs) Safe to
 * repeat: what X has answered for is settled.
 */
export const cancelLeftJobs = async (
  deps: Deps,
  api: UserApi,
  accountId: AccountId,
  runId?: RunId,
): Promise<LeftJobs> => {
  const left = await jobsLeftAtX(deps.db, accountId, runId);
  const limit = pLimit(AT_ONCE);
  const ended = await Promise.all(
    left.flatMap(({ id, xJobId }) =>
      xJobId === null
        ? []
        : limit(async () => {
            const isCancelled = await cancelAtX(api, accountId, xJobId);
            await settleLeftJobs(deps.db, [id]);
            return isCancelled;
          }),
    ),
  );
  const cancelled = ended.filter(Boolean).length;
  const lost = left.filter(({ xJobId }) => xJobId === null);
  if (lost.length === 0) return { cancelled, waitSeconds: 0 };
  const youngest = Math.min(...lost.map(({ ageSeconds }) => ageSeconds));
  const { lostCreate } = deps.jobTimeouts;
  if (youngest < lostCreate) return { cancelled, waitSeconds: Math.ceil(lostCreate - youngest) };
  const found = await cancelLost(deps, api, accountId, lost);
  await settleLeftJobs(
    deps.db,
    lost.map(({ id }) => id),
  );
  return { cancelled: cancelled + found, waitSeconds: 0 };
};

/** Cancels those of the jobs, at most 200, that X still computes. */
const cancelOpen = async (api: UserApi, accountId: AccountId, jobs: readonly JobId[]): Promise<number> => {
  const { data } = await api.statsJobs.listByIds(accountId, jobs);
  let cancelled = 0;
  for (const { id_str: id } of data.filter(isComputed)) if (await cancelAtX(api, accountId, id)) cancelled += 1;
  return cancelled;
};

/** A run that has ended, and what its workflow knows of it. */
export interface EndedRun {
  readonly runId: RunId;
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  /** The jobs that X computed last, at most 200; they count where Postgres does not know the run. */
  readonly jobs: readonly JobId[];
}

export const createLeftJobActivities = (deps: Deps) => ({
  /**
   * Cancels at X the jobs that the run had open when it ended, those of lost creates as soon as X lists them. Safe to
   * repeat. What fails for good is tried again when the next run of the account begins to create jobs.
   */
  async cancelJobs({ runId, connectionId, accountId, jobs }: EndedRun): Promise<{ cancelled: number }> {
    const run = await findRun(deps.db, runId);
    const xUserId = run?.xUserId ?? (await getConnection(deps.db, connectionId))?.xUserId;
    // It was cancelled before it was opened, or Postgres knows neither the run nor its connection.
    if (!xUserId || (!run && jobs.length === 0)) return { cancelled: 0 };
    return asUser(deps, callerOf({ xUserId, kind: run?.kind ?? 'manual', id: runId }), async (api) => {
      if (!run) return { cancelled: await cancelOpen(api, accountId, jobs) };
      const { cancelled, waitSeconds } = await cancelLeftJobs(deps, api, accountId, runId);
      if (waitSeconds > 0)
        throw new Postponed('LostCreates', 'X may still create a job of the ended import', waitSeconds);
      return { cancelled };
    });
  },
});
