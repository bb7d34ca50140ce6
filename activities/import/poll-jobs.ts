import type { Instant } from '../../domain/calendar.js';
import { afterFailure, TRIES_OF_ONE_ID } from '../../domain/job-outcome.js';
import type { RunId } from '../../domain/ids.js';
import { isWorthGoingOn, nextPoll } from '../../domain/poll-interval.js';
import { halves } from '../../domain/slice.js';
import { endJob, noteSeen, openJobs } from '../../store/import/jobs.js';
import type { Job } from '../../store/import/jobs.js';
import { recordUnanswered } from '../../store/import/ledger.js';
import { getRun } from '../../store/import/runs.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import type { SliceCounts } from '../../domain/run.js';
import type { Run } from '../../store/import/runs.js';
import { replanSlice, endSlice, splitOff } from '../../store/import/slices.js';
import type { UserApi } from '../../x-ads/client.js';
import type { StatsJob } from '../../x-ads/resources/stats-job.js';
import type { Deps } from '../deps.js';
import { ageOfActivity, isFirstAttempt, whileBeating } from '../heartbeat.js';
import { seenJob } from './job-query.js';
import { asUser, callerOf } from '../x-user.js';
import { Waiting } from '../postponed.js';

/** X lists at most this many ids in one answer. */
const IDS_PER_POLL = 200;

export interface Poll {
  readonly runId: RunId;
  /** X was asked a moment ago: wait a tick before the first look. */
  readonly pause?: boolean;
}

const cancelAtX = async (run: Run, api: UserApi, job: Job): Promise<void> => {
  if (job.xJobId === null) return;
  // Best effort: what cannot be cancelled ends by itself, and its slot shows in X's own header until then.
  await api.statsJobs.cancel(run.accountId, job.xJobId).catch(() => undefined);
};

export const createPolling = (deps: Deps) => {
  const { db, jobTimeouts } = deps;

  /** X could not compute the slice: again, in halves, or, at one id and after jobTimeouts, settled as failed. */
  const fail = (job: Job): Promise<void> =>
    db.transaction(async (tx) => {
      const { slice } = job;
      if (!(await endJob(tx, job.id, 'failed', 'X says FAILED'))) return;
      const next = afterFailure(slice.entityIds.length, slice.failures);
      switch (next.kind) {
        case 'again':
          await replanSlice(tx, slice.id, {
            reason: 'X failed to compute the job',
            afterSeconds: next.afterSeconds,
            failed: true,
          });
          return;
        case 'split':
          for (const half of halves(slice.entityIds)) {
            await splitOff(tx, slice.id, half, {
              reason: 'X failed to compute the job',
              afterSeconds: 0,
              failures: 0,
              omissions: 0,
            });
          }
          await endSlice(tx, slice.id, 'split', 'X failed to compute it twice');
          return;
        case 'give_up': {
          const reason = `X failed ${TRIES_OF_ONE_ID} times to compute ${slice.level} ${slice.entityIds.join(', ')}`;
          await recordUnanswered(tx, { sliceId: slice.id, entityIds: slice.entityIds, state: 'failed', reason });
          await endSlice(tx, slice.id, 'failed', reason);
        }
      }
    });

  /** Ends a job that will bring nothing, and plans its slice again; nothing is wrong with the slice. */
  const again = (job: Job, reason: string): Promise<void> =>
    db.transaction(async (tx) => {
      if (!(await endJob(tx, job.id, 'cancelled', reason))) return;
      await replanSlice(tx, job.slice.id, { reason, afterSeconds: 1 });
    });

  /** What X said, or did not say, of one job; true when the job has ended. */
  const settle = async (
    run: Run,
    api: UserApi,
    job: Job,
    seen: StatsJob | undefined,
    now: Instant,
  ): Promise<boolean> => {
    if (seen?.status === 'FAILED') {
      await fail(job);
      return true;
    }
    if (seen?.status === 'CANCELLED') {
      await again(job, 'the job was cancelled at X');
      return true;
    }
    if (seen?.expires_at && Date.parse(seen.expires_at) <= Date.parse(now)) {
      await again(job, 'the job expired at X before its file was read');
      return true;
    }
    if (job.ageSeconds > jobTimeouts.job && !(seen && seenJob(seen).finished)) {
      await cancelAtX(run, api, job);
      await again(job, `X did not finish the job in ${jobTimeouts.job} seconds`);
      return true;
    }
    return false;
  };

  /** One look at all open jobs of the run; tells how many of them have ended, well or not. */
  const look = async (run: Run, signal: AbortSignal): Promise<number> => {
    let ended = 0;
    const open = await openJobs(db, run.id, 'processing');
    await asUser(deps, callerOf(run), async (api) => {
      for (let i = 0; i < open.length; i += IDS_PER_POLL) {
        const part = open.slice(i, i + IDS_PER_POLL);
        const ids = part.flatMap(({ xJobId }) => xJobId ?? []);
        const { data, observedAt } = await api.statsJobs.listByIds(run.accountId, ids, { signal });
        const byId = new Map(data.map((job) => [job.id_str, job]));
        const going: StatsJob[] = [];
        for (const job of part) {
          const seen = byId.get(job.xJobId ?? '');
          if (await settle(run, api, job, seen, observedAt)) ended += 1;
          else if (seen) going.push(seen);
        }
        const told = going.map(seenJob);
        ended += await noteSeen(db, run.accountId, told);
        for (const { finished, createdAt, updatedAt } of told)
          if (finished) deps.meter?.jobReady((Date.parse(updatedAt) - Date.parse(createdAt)) / 1_000);
      }
    });
    return ended;
  };

  return {
    /**
     * Asks X for the state of all open jobs, 200 in one request, until there is something to go on with. Until then it
     * waits between its looks, without history and without a worker's slot. Safe to repeat: a job that is settled is no
     * longer asked for.
     */
    pollJobs({ runId, pause }: Poll): Promise<SliceCounts> {
      return whileBeating(async (signal) => {
        const seconds = nextPoll(ageOfActivity() / 1_000);
        const run = await getRun(db, runId);
        const ended = pause === true && isFirstAttempt() ? undefined : await look(run, signal);
        const counts = await sliceCounts(db, runId);
        const fresh = (await openJobs(db, runId, 'ready'))
          .map((job) => job.readySeconds)
          .filter((ready) => ready * 1_000 <= ageOfActivity());
        const news = { ended: ended ?? 0, readySeconds: fresh };
        if (ended !== undefined && isWorthGoingOn(counts, news)) return counts;
        const jobs = `${counts.inFlight} ${counts.inFlight === 1 ? 'job' : 'jobs'}`;
        throw new Waiting('JobsProcessing', `X is computing ${jobs}; asked again in ${seconds} s`, seconds);
      });
    },
  };
};
