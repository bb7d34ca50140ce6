import { cancellationSignal, sleep } from '@temporalio/activity';
import type { Instant } from '../../domain/calendar.js';
import type { RunId } from '../../domain/ids.js';
import { isWorthReturning, nextPoll } from '../../domain/poll-interval.js';
import { noteSeen, openJobs, secondsUntilDue } from '../../store/import/jobs.js';
import type { Job } from '../../store/import/jobs.js';
import { getRunning } from '../../store/import/runs.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import type { SliceCounts } from '../../domain/run.js';
import type { Run } from '../../store/import/runs.js';
import type { UserApi } from '../../x-ads/client.js';
import type { StatsJob } from '../../x-ads/resources/stats-job.js';
import type { Deps } from '../deps.js';
import { ageOfActivity, isFirstAttempt } from '../heartbeat.js';
import { failJob, interruptJob } from './futile-job.js';
import { observedJob } from './job-query.js';
import { asUser, callerOf } from '../x-user.js';
import { Postponed } from '../postponed.js';

/** X lists at most this many ids in one answer (docs/x-ads-api.md §9.4). */
const IDS_PER_POLL = 200;

export interface Poll {
  readonly runId: RunId;
  /** X was asked a moment ago: wait one interval before the first poll. */
  readonly pause?: boolean;
}

const cancelAtX = async (run: Run, api: UserApi, job: Job): Promise<void> => {
  if (job.xJobId === null) return;
  // Best effort: a job that cannot be cancelled ends by itself, and X's header counts its slot until then.
  await api.statsJobs.cancel(run.accountId, job.xJobId).catch(() => undefined);
};

export const createPollActivities = (deps: Deps) => {
  const { db, jobTimeouts } = deps;

  /** Ends the job if it will bring no numbers; returns true when it has ended. `found`: the job in X's answer, if it is there. */
  const endIfDead = async (
    run: Run,
    api: UserApi,
    job: Job,
    found: StatsJob | undefined,
    now: Instant,
  ): Promise<boolean> => {
    if (found?.status === 'FAILED') {
      await failJob(db, job, { state: 'failed', reason: 'X failed to compute it' });
      return true;
    }
    if (found?.status === 'CANCELLED') {
      await interruptJob(db, job, { state: 'cancelled', reason: 'the job was cancelled at X' });
      return true;
    }
    if (found?.expires_at && Date.parse(found.expires_at) <= Date.parse(now)) {
      await interruptJob(db, job, { state: 'cancelled', reason: 'the job expired at X before its file was read' });
      return true;
    }
    if (job.ageSeconds > jobTimeouts.job && !(found && observedJob(found).finished)) {
      await cancelAtX(run, api, job);
      await interruptJob(db, job, {
        state: 'cancelled',
        reason: `X did not finish the job in ${jobTimeouts.job} seconds`,
      });
      return true;
    }
    return false;
  };

  /** Asks X about all open jobs of the run; returns how many of them have ended, finished or not. */
  const poll = async (run: Run): Promise<number> => {
    const signal = cancellationSignal();
    let ended = 0;
    const open = await openJobs(db, run.id, 'processing');
    await asUser(deps, callerOf(run), async (api) => {
      for (let i = 0; i < open.length; i += IDS_PER_POLL) {
        const part = open.slice(i, i + IDS_PER_POLL);
        const ids = part.flatMap(({ xJobId }) => xJobId ?? []);
        const { data, observedAt } = await api.statsJobs.listByIds(run.accountId, ids, { signal });
        const byId = new Map(data.map((job) => [job.id_str, job]));
        const alive: StatsJob[] = [];
        for (const job of part) {
          const found = byId.get(job.xJobId ?? '');
          if (await endIfDead(run, api, job, found, observedAt)) ended += 1;
          else if (found) alive.push(found);
        }
        const observed = alive.map(observedJob);
        ended += await noteSeen(db, run.accountId, observed);
        for (const { finished, createdAt, updatedAt } of observed)
          if (finished) deps.meter?.jobReady((Date.parse(updatedAt) - Date.parse(createdAt)) / 1_000);
      }
    });
    return ended;
  };

  return {
    /**
     * Asks X for the state of all open jobs, 200 in one request, until the run can land or submit. Between the polls it is
     * postponed, which uses neither history nor a worker's slot. Safe to repeat: jobs that have ended are not asked about.
     */
    async pollJobs({ runId, pause }: Poll): Promise<SliceCounts> {
      const run = await getRunning(db, runId);
      const began = performance.now();
      let waits = pause === true && isFirstAttempt();
      for (;;) {
        const ended = waits ? undefined : await poll(run);
        waits = false;
        const counts = await sliceCounts(db, runId);
        const age = ageOfActivity() + performance.now() - began;
        const fresh = (await openJobs(db, runId, 'ready'))
          .map((job) => job.readySeconds)
          .filter((ready) => ready * 1_000 <= age);
        const news = { ended: ended ?? 0, readySeconds: fresh };
        if (ended !== undefined && isWorthReturning(counts, news)) return counts;
        const isFirst = run.kind === 'history' && counts.landed === 0;
        const dueIn = await secondsUntilDue(db, runId);
        const isAwaited = counts.planned > 0;
        const seconds = nextPoll(age / 1_000, { isFirst, isAwaited, dueIn });
        // Half a second is worth an activity slot where something waits for it: Temporal's next attempt takes a whole one.
        if (seconds < 1 && (isAwaited || deps.firstNumbers?.isWaiting(run.connectionId) === true)) {
          await sleep(seconds * 1_000);
          continue;
        }
        const jobs = `${counts.inFlight} ${counts.inFlight === 1 ? 'job' : 'jobs'}`;
        throw new Postponed('JobsProcessing', `X is computing ${jobs}; asked again in ${seconds} s`, seconds);
      }
    },
  };
};
