import { cancellationSignal } from '@temporalio/activity';
import pLimit from 'p-limit';
import { STATS_PLACEMENTS } from '../../domain/levels.js';
import type { JobId, RunId } from '../../domain/ids.js';
import type { Zones } from '../../domain/calendar.js';
import { zonesOf } from '../../store/account/accounts.js';
import { askedAt } from '../../store/import/asks.js';
import { endJob, jobsAtX, openJobs, rememberJob, reserveJobs } from '../../store/import/jobs.js';
import type { Job } from '../../store/import/jobs.js';
import { recordUnanswered } from '../../store/import/ledger.js';
import { noteThrough, noteWaiting, shareAtGate } from '../../store/import/rate-limit-windows.js';
import { getRunning } from '../../store/import/runs.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import type { SliceCounts } from '../../domain/run.js';
import type { Run } from '../../store/import/runs.js';
import { holdSlots, slotsGate } from '../../store/import/slots.js';
import { openSlicesOfPlacement, replanSlice, endSlice } from '../../store/import/slices.js';
import type { UserApi } from '../../x-ads/client.js';
import {
  ConnectionFailed,
  InvalidRequest,
  MalformedResponse,
  NotFound,
  TooManyJobs,
  Unavailable,
} from '../../x-ads/errors/index.js';
import type { StatsJob } from '../../x-ads/resources/stats-job.js';
import type { Deps } from '../deps.js';
import { ageOfActivity } from '../heartbeat.js';
import { interruptJob, refuseJob } from './futile-job.js';
import { isJobOf, queryOf, observedJob } from './job-query.js';
import { cancelLeftJobs } from './left-jobs.js';
import { unknownJobsSince } from './recent-jobs.js';
import { asUser, callerOf } from '../x-user.js';
import { Postponed } from '../postponed.js';

/** Concurrent creates. */
const AT_ONCE = 8;
/** Slots reserved at a time: few, so that a run that creates soon notices others that begin to wait. */
const BATCH = 24;
/** How long a run that found no slot counts as waiting; it tries again long before. */
const SLOT_WAIT_MS = 20_000;
/** After how many seconds it tries again: a free slot goes to whoever tries first. */
const RETRY_SECONDS = 1;
/** After this long it returns to its workflow without a slot: the workflow may have to continue as new. */
const RETURN_AFTER_MS = 15_000;
const NO_SLOT = 'all job slots of the account are taken';

export interface Submit {
  readonly runId: RunId;
  /** Return after the first batch, so that its jobs are polled while the others are created. */
  readonly begin?: boolean;
}

export interface Submitted extends SliceCounts {
  readonly created: number;
  /** The jobs of the run that X computes, for the case that Postgres is restored and forgets them. */
  readonly jobs: readonly JobId[];
  /** More slots are free: submit again. */
  readonly more?: boolean;
  /** Creates whose answer was lost: `adoptJobs` finds their jobs. */
  readonly lost: number;
  /** So many jobs of this run fill all slots by themselves: submit again once fewer are in flight. */
  readonly fullWith?: number;
  /** X refused a create, because other tools hold slots that we counted as free. */
  readonly hold?: 'too_many_jobs';
}

export interface Adopted extends SliceCounts {
  readonly adopted: number;
  /** X has no such job: the slice is planned again. */
  readonly repeated: number;
  /** Creates that X may still be executing; call again after `waitSeconds`. */
  readonly lost: number;
  readonly waitSeconds: number;
}

/** The answer was lost and the job may exist: its row stays until X's list is read. */
const mayExist = (error: unknown): boolean =>
  error instanceof MalformedResponse ||
  ((error instanceof ConnectionFailed || error instanceof Unavailable) && error.mayHaveBeenDone);

export const createSubmitActivities = (deps: Deps) => {
  const { db, jobTimeouts } = deps;

  /** Releases a reservation: nothing was created. */
  const giveBack = (job: Job, reason: string, afterSeconds = 0): Promise<void> =>
    db.transaction(async (tx) => {
      if (!(await endJob(tx, job.id, 'refused', reason))) return;
      await replanSlice(tx, job.slice.id, { reason, afterSeconds });
    });

  /** X refused the parameters: a placement that stats do not know is unavailable, else one of the ids may be to blame. */
  const refuse = (run: Run, job: Job, error: InvalidRequest | NotFound): Promise<void> => {
    const { placement } = job.slice;
    const reason = `X refused the request: ${error.xMessage ?? error.message}`;
    if (STATS_PLACEMENTS.includes(placement)) return refuseJob(db, job, reason);
    return db.transaction(async (tx) => {
      await endJob(tx, job.id, 'refused', reason);
      for (const { id, entityIds } of await openSlicesOfPlacement(tx, run.id, placement)) {
        await recordUnanswered(tx, { sliceId: id, entityIds, state: 'unavailable', reason });
        await endSlice(tx, id, 'failed', reason);
      }
    });
  };

  /** Creates one job. Whatever it throws stops the batch; the reservation is released by then. */
  const create = async (run: Run, zones: Zones, api: UserApi, job: Job): Promise<'created' | 'lost' | 'refused'> => {
    let created: StatsJob;
    try {
      ({ data: created } = await api.statsJobs.create(run.accountId, queryOf(job.slice, zones)));
    } catch (error) {
      if (mayExist(error)) return 'lost';
      if (error instanceof InvalidRequest || error instanceof NotFound) {
        await refuse(run, job, error);
        return 'refused';
      }
      if (error instanceof TooManyJobs) await holdSlots(db, run.accountId, jobTimeouts.refusedSlots);
      await giveBack(job, error instanceof Error ? error.message : 'the create failed');
      throw error;
    }
    // If this fails, X has the job and its row stays reserved: the job is adopted later.
    await rememberJob(db, job.id, observedJob(created));
    return 'created';
  };

  /** Creates a batch; after the first failure, or a cancellation, the rest is released unsent. */
  const createAll = async (
    run: Run,
    zones: Zones,
    api: UserApi,
    jobs: readonly Job[],
    signal: AbortSignal,
  ): Promise<number> => {
    const limit = pLimit(AT_ONCE);
    let created = 0;
    let stop: unknown;
    await Promise.all(
      jobs.map((job) =>
        limit(async () => {
          if (stop !== undefined || signal.aborted) return giveBack(job, 'not sent');
          try {
            if ((await create(run, zones, api, job)) === 'created') created += 1;
          } catch (error) {
            stop = error;
          }
          return undefined;
        }),
      ),
    );
    if (stop !== undefined) throw stop;
    return created;
  };

  const standing = async (runId: RunId): Promise<SliceCounts & Pick<Submitted, 'jobs'>> => ({
    ...(await sliceCounts(db, runId)),
    jobs: await jobsAtX(db, runId),
  });

  return {
    /**
     * Creates jobs for the run's next slices, newest day first, as far as slots are free; it is postponed while none is.
     * Safe to repeat: each create's row is committed first, and a create whose answer was lost is not repeated before X's
     * list has been read.
     */
    async submitJobs({ runId, begin }: Submit): Promise<Submitted> {
      const signal = cancellationSignal();
      const run = await getRunning(db, runId);
      const zones = await zonesOf(db, run.accountId);
      const gate = slotsGate(run.accountId);
      const waiter = { runId, class: callerOf(run).class };
      return asUser(deps, callerOf(run), async (api) => {
        let created = 0;
        // What ended runs have left at X holds slots. Where X does not cancel it, it ends by itself.
        if (begin === true) await cancelLeftJobs(deps, api, run.accountId).catch(() => undefined);
        for (;;) {
          const share = await shareAtGate(db, gate, waiter);
          const want = { count: BATCH, share, saidSlots: jobTimeouts.saidSlots };
          const { jobs, left, free, fullWith, askX } = await reserveJobs(db, run, want);
          if (askX && !signal.aborted) {
            // Only the headers of the answer are needed; they are stored for all runs of the account.
            await api.statsJobs.listRecent(run.accountId, { count: 1 }).next();
            continue;
          }
          try {
            const createThem = () => createAll(run, zones, api, jobs, signal);
            created += await (deps.creates?.run(run.connectionId, createThem) ?? createThem());
            if (created > 0) deps.firstNumbers?.sent(run.connectionId);
          } catch (error) {
            if (!(error instanceof TooManyJobs)) throw error;
            return { ...(await standing(runId)), created, lost: 0, hold: 'too_many_jobs' };
          }
          if (begin === true && created > 0 && left > 0)
            return { ...(await standing(runId)), created, lost: 0, more: true };
          if (jobs.length === 0 || signal.aborted) {
            const lost = (await openJobs(db, runId, 'creating')).length;
            if (left === 0 || free > 0) {
              await noteThrough(db, gate, runId);
              return { ...(await standing(runId)), created, lost };
            }
            // Registering as a waiter makes peers share slots equally and lower classes leave some free.
            await noteWaiting(db, gate, { ...waiter, waitMs: SLOT_WAIT_MS, reason: NO_SLOT });
            if (fullWith !== undefined) return { ...(await standing(runId)), created, lost, fullWith };
            const isPostponed = created === 0 && lost === 0 && ageOfActivity() < RETURN_AFTER_MS;
            if (isPostponed) throw new Postponed('JobSlots', NO_SLOT, RETRY_SECONDS);
            return { ...(await standing(runId)), created, lost };
          }
        }
      });
    },

    /**
     * Finds the jobs of creates whose answer was lost: adopts the job in X's list, cancels a second one, and plans the slice
     * again if there is none after the create's timeout. Safe to repeat.
     */
    async adoptJobs({ runId }: { runId: RunId }): Promise<Adopted> {
      const run = await getRunning(db, runId);
      const creating = await openJobs(db, runId, 'creating');
      const lost = creating.filter((job) => job.ageSeconds >= jobTimeouts.lostCreate);
      // X's list is read once for all of them, when the timeout of the youngest has passed.
      if (lost.length < creating.length) {
        const youngest = Math.min(...creating.map((job) => job.ageSeconds));
        const waitSeconds = Math.max(1, Math.ceil(jobTimeouts.lostCreate - youngest));
        return { ...(await sliceCounts(db, runId)), adopted: 0, repeated: 0, lost: creating.length, waitSeconds };
      }
      const none = { adopted: 0, repeated: 0, lost: 0, waitSeconds: 0 };
      if (lost.length === 0) return { ...(await sliceCounts(db, runId)), ...none };
      const zones = await zonesOf(db, run.accountId);
      return asUser(deps, callerOf(run), async (api) => {
        const since = Date.parse((await askedAt(db, runId)) ?? '1970-01-01T00:00:00Z');
        const unclaimed = (await unknownJobsSince(db, api, run.accountId, since)).filter(
          (job) => job.status !== 'FAILED' && job.status !== 'CANCELLED',
        );
        let adopted = 0;
        for (const job of lost) {
          const [match, ...twins] = unclaimed.filter((candidate) => isJobOf(queryOf(job.slice, zones), candidate));
          for (const twin of twins) await api.statsJobs.cancel(run.accountId, twin.id_str).catch(() => undefined);
          if (match) {
            await rememberJob(db, job.id, observedJob(match));
            unclaimed.splice(unclaimed.indexOf(match), 1);
            adopted += 1;
          } else {
            await interruptJob(db, job, {
              state: 'lost',
              reason: 'X gave no answer to the create, and does not list the job',
            });
          }
        }
        return { ...(await sliceCounts(db, runId)), ...none, adopted, repeated: lost.length - adopted };
      });
    },
  };
};
