import { countDays } from '../../domain/day-ranges.js';
import { cancellationSignal } from '@temporalio/activity';
import { addDays } from '../../domain/calendar.js';
import type { Zones } from '../../domain/calendar.js';
import { afterOmission, TRIES_OF_ONE_FILE, TRIES_OF_ONE_ID } from '../../domain/job-outcome.js';
import type { RunId } from '../../domain/ids.js';
import { factSeries } from '../../domain/metrics.js';
import { nextPoll } from '../../domain/poll-interval.js';
import { zonesOf } from '../../store/account/accounts.js';
import { landFacts } from '../../store/facts/facts.js';
import type { LandCounts } from '../../store/facts/facts.js';
import { countBadFile, endJob, isLandable, openJobs } from '../../store/import/jobs.js';
import type { Job } from '../../store/import/jobs.js';
import { recordLanded, recordUnanswered } from '../../store/import/ledger.js';
import { getRun } from '../../store/import/runs.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import type { SliceCounts } from '../../domain/run.js';
import type { Run } from '../../store/import/runs.js';
import { replanSlice, endSlice, splitOff } from '../../store/import/slices.js';
import type { ResultFile } from '../../x-ads/download.js';
import { ConnectionFailed, FileNotReady, MalformedResponse, Unavailable } from '../../x-ads/errors/index.js';
import { parseStatsFile } from '../../x-ads/resources/stats.js';
import type { Stats } from '../../x-ads/resources/stats.js';
import type { Deps } from '../deps.js';
import { ageOfActivity } from '../heartbeat.js';
import { queryOf } from './job-query.js';
import { limitPerConnection, roundRobin } from '../fair-share.js';
import { Postponed } from '../postponed.js';

/** Files at once in a worker: enough to keep parsing and Postgres busy, few enough to leave room for other work. */
const AT_ONCE = 8;
/** Files at once while another connection waits for its first numbers: parsing and COPY would slow its survey. */
const WHILE_OTHERS_WAIT = 1;
/** Accounts of one connection that land at once in a worker; they share the files at once. */
const ACCOUNTS_AT_ONCE = 4;

/** The longest interval between two attempts to download files that are not there yet, in seconds. */
const FILES_TICK = 5;

/** Throws when the file is about other ids or days than the job: it must never land as the job's. */
const assertAnswers = (job: Job, zones: Zones, stats: Stats): void => {
  const { slice } = job;
  const foreign = stats.entities.find(({ id }) => !slice.entityIds.includes(id));
  const query = queryOf(slice, zones);
  const start = stats.params.start_time;
  if (
    foreign ||
    stats.timeSeriesLength !== countDays(slice.range) ||
    (start && Date.parse(start) !== Date.parse(query.startTime)) ||
    (stats.params.entity && stats.params.entity !== slice.level) ||
    (stats.params.placement && stats.params.placement !== slice.placement)
  ) {
    throw new MalformedResponse('the file answers another question than its job', { requestPath: 'GET result file' });
  }
};

/** Ids that the file omits are tried again in a slice of their own, and in the end recorded as failed. */
const handleOmitted = async (
  tx: Parameters<typeof splitOff>[0],
  job: Job,
  omitted: readonly string[],
): Promise<void> => {
  if (omitted.length === 0) return;
  const { slice } = job;
  const reason = `X's finished files left ${omitted.join(', ')} out`;
  const next = afterOmission(slice.omissions);
  if (next.kind === 'retry') {
    const why = { reason, afterSeconds: next.afterSeconds, failures: 0, omissions: slice.omissions + 1 };
    await splitOff(tx, slice.id, omitted, why);
  } else {
    await recordUnanswered(tx, {
      sliceId: slice.id,
      entityIds: omitted,
      state: 'failed',
      reason: `${reason} ${TRIES_OF_ONE_ID} times`,
    });
  }
};

export const createLandActivities = (deps: Deps) => {
  const { db, x, jobTimeouts } = deps;
  const landInTurn = roundRobin((key) => (deps.firstNumbers?.othersWait(key) === true ? WHILE_OTHERS_WAIT : AT_ONCE));
  const fairly = limitPerConnection(ACCOUNTS_AT_ONCE);

  const count = ({ rowsNew, rowsChanged, rowsUnchanged, rowsZeroed, rowsStale }: LandCounts): void =>
    deps.meter?.rowsLanded({
      new: rowsNew,
      changed: rowsChanged,
      unchanged: rowsUnchanged,
      zeroed: rowsZeroed,
      stale: rowsStale,
    });

  /** Writes facts, receipt, ledger, slice and job in one transaction: a file lands completely, once, or not at all. */
  const landFile = async (run: Run, zones: Zones, job: Job, file: ResultFile): Promise<void> => {
    const { slice } = job;
    const stats = parseStatsFile(file.bytes);
    assertAnswers(job, zones, stats);
    const days = Array.from({ length: countDays(slice.range) }, (_, i) => addDays(slice.range.from, i));
    const series = factSeries(stats.entities, days);
    const answered = series.entities.map(({ entityId }) => entityId);
    const omitted = slice.entityIds.filter((id) => !answered.includes(id));
    const observedAt = job.updatedAtX ?? file.observedAt;
    if (observedAt === undefined) throw new Error(`the job ${job.xJobId} is ready but X never said when`);
    const landed = await db.transaction(async (tx) => {
      if (!(await isLandable(tx, job.id))) return undefined;
      const result = await landFacts(tx, {
        accountId: slice.accountId,
        level: slice.level,
        placement: slice.placement,
        metricSet: slice.metricSet,
        firstDay: slice.range.from,
        lastDay: slice.range.to,
        series,
        source: {
          runId: run.id,
          workflowId: run.workflowId,
          sliceId: slice.id,
          xJobId: job.xJobId ?? '',
          request: { ...queryOf(slice, zones) },
          responseSha256: file.sha256,
          responseBytes: file.compressedBytes,
          observedAt,
        },
      });
      await recordLanded(tx, {
        ...slice,
        sliceId: slice.id,
        entityIds: answered,
        receiptId: result.receiptId,
        observedAt,
      });
      await handleOmitted(tx, job, omitted);
      await endSlice(tx, slice.id, 'landed');
      await endJob(tx, job.id, 'landed');
      return result;
    });
    if (landed?.kind === 'landed') count(landed.counts);
  };

  /** Gives up a job and plans its slice again. */
  const replan = (job: Job, reason: string): Promise<void> =>
    db.transaction(async (tx) => {
      if (!(await endJob(tx, job.id, 'cancelled', reason))) return;
      await replanSlice(tx, job.slice.id, { reason, afterSeconds: 0 });
    });

  const landJob = async (
    run: Run,
    zones: Zones,
    job: Job,
    signal: AbortSignal,
  ): Promise<'landed' | 'not_ready' | 'replanned'> => {
    try {
      const file = await x.download(job.url ?? '', { signal });
      await landFile(run, zones, job, file);
      return 'landed';
    } catch (error) {
      if (error instanceof FileNotReady) {
        if (job.readySeconds <= jobTimeouts.file) return 'not_ready';
        await replan(job, `the file was not there ${jobTimeouts.file} seconds after SUCCESS`);
        return 'replanned';
      }
      if (error instanceof MalformedResponse) {
        if ((await countBadFile(db, job.id)) < TRIES_OF_ONE_FILE) return 'not_ready';
        await replan(job, `the file was unreadable ${TRIES_OF_ONE_FILE} times: ${error.message}`);
        return 'replanned';
      }
      if (error instanceof ConnectionFailed || error instanceof Unavailable) return 'not_ready';
      throw error;
    }
  };

  const landReady = async (run: Run): Promise<SliceCounts> => {
    const signal = cancellationSignal();
    const zones = await zonesOf(db, run.accountId);
    const waiting = new Set<number>();
    let ended = 0;
    for (;;) {
      const jobs = (await openJobs(db, run.id, 'ready')).filter((job) => !waiting.has(job.id));
      if (jobs.length === 0 && waiting.size > 0 && ended === 0) {
        const seconds = Math.min(FILES_TICK, nextPoll(ageOfActivity() / 1_000));
        const why = `${waiting.size} files are not there yet; looking again in ${seconds} s`;
        throw new Postponed('FilesNotReady', why, seconds);
      }
      if (jobs.length === 0 || signal.aborted) return sliceCounts(db, run.id);
      await Promise.all(
        jobs.map((job) =>
          landInTurn(run.connectionId, async () => {
            if (signal.aborted) return;
            const outcome = await landJob(run, zones, job, signal);
            if (outcome === 'not_ready') waiting.add(job.id);
            else ended += 1;
            if (outcome === 'landed') deps.firstNumbers?.landed(run.connectionId);
          }),
        ),
      );
    }
  };

  return {
    /**
     * Downloads and stores the files of all ready jobs, and of those that become ready meanwhile; it is postponed while no file
     * is there yet. Safe to repeat: a job lands in one transaction, and landing it a second time changes nothing.
     */
    async landJobs({ runId }: { runId: RunId }): Promise<SliceCounts> {
      const run = await getRun(db, runId);
      return fairly(run.connectionId, () => landReady(run));
    },
  };
};
