import { countDays } from '../../domain/day-ranges.js';
import { cancellationSignal } from '@temporalio/activity';
import type { PoolClient } from 'pg';
import { addDays } from '../../domain/calendar.js';
import type { Zones } from '../../domain/calendar.js';
import { afterOmission, TRIES_OF_ONE_ID, TRIES_OF_UNREADABLE, triesOfOneFile } from '../../domain/job-outcome.js';
import type { EntityId, RunId } from '../../domain/ids.js';
import { factSeries } from '../../domain/metrics.js';
import { nextPoll } from '../../domain/poll-interval.js';
import { zonesOf } from '../../store/account/accounts.js';
import { landFacts } from '../../store/facts/facts.js';
import type { LandCounts } from '../../store/facts/facts.js';
import { countBadFile, endJob, isLandable, openJobs } from '../../store/import/jobs.js';
import type { Job } from '../../store/import/jobs.js';
import { recordLanded, recordUnanswered } from '../../store/import/ledger.js';
import { getRunning } from '../../store/import/runs.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import type { SliceCounts } from '../../domain/run.js';
import type { Run } from '../../store/import/runs.js';
import { endSlice, type Slice, splitOff } from '../../store/import/slices.js';
import { isRefusedData } from '../../store/pool.js';
import type { ResultFile } from '../../x-ads/download.js';
import { ConnectionFailed, FileNotReady, MalformedResponse, Unavailable, XAdsError } from '../../x-ads/errors/index.js';
import { parseStatsFile } from '../../x-ads/resources/stats.js';
import type { Stats } from '../../x-ads/resources/stats.js';
import type { Deps } from '../deps.js';
import { ageOfActivity } from '../heartbeat.js';
import { failJob } from './futile-job.js';
import { queryOf } from './job-query.js';
import { limitPerConnection, roundRobin } from '../fair-share.js';
import { Postponed } from '../postponed.js';

/** Files at once in a worker: enough to keep parsing and Postgres busy, few enough to leave room for other work. */
const AT_ONCE = 8;
/**
 * Files at once while another connection waits for its first numbers, or jobs of this one are being created: parsing and
 * COPY would slow them, and X computes only what it has been asked for.
 */
const WHILE_OTHERS_WAIT = 1;
/** Accounts of one connection that land at once in a worker; they share the files at once. */
const ACCOUNTS_AT_ONCE = 4;

type Outcome = { readonly kind: 'ended' } | { readonly kind: 'not_ready'; readonly why: string };
const ENDED: Outcome = { kind: 'ended' };

/** Reasons that a text names; the others are counted. */
const NAMED_AT_MOST = 5;
/** On a receipt, which is read seldom and must say all. */
const NOTED_AT_MOST = 200;

/** Why an import waits for files, in the words that people see: each reason once, and how many files it holds. */
const waitText = (reasons: readonly string[], seconds: number): string => {
  const kinds = [...new Set(reasons)].map((reason) => {
    const count = reasons.filter((each) => each === reason).length;
    return `${count} ${count === 1 ? 'file' : 'files'}: ${reason}`;
  });
  return `${kinds.slice(0, NAMED_AT_MOST).join('; ')}; looking again in ${seconds} s`;
};

/** The longest interval between two attempts to download files that are not there yet, in seconds. */
const FILES_TICK = 5;

/** Throws when the file is about other ids or days than the job: it must never land as the job's. */
const assertAnswers = (job: Job, zones: Zones, stats: Stats): void => {
  const { slice } = job;
  const told = [...stats.entities, ...stats.unreadable];
  const query = queryOf(slice, zones);
  const start = stats.params.start_time;
  if (
    (told.length > 0 && !told.some(({ id }) => slice.entityIds.includes(id))) ||
    stats.timeSeriesLength !== countDays(slice.range) ||
    (start && Date.parse(start) !== Date.parse(query.startTime)) ||
    (stats.params.entity && stats.params.entity !== slice.level) ||
    (stats.params.placement && stats.params.placement !== slice.placement)
  ) {
    throw new MalformedResponse('the file answers another question than its job', { requestPath: 'GET result file' });
  }
};

/** What the receipt says of what the file has and the facts have not; undefined where nothing was left out. */
const noteOf = (slice: Slice, { entities, unreadable, leftOut }: Stats): string | undefined => {
  const foreign = entities.filter(({ id }) => !slice.entityIds.includes(id));
  const parts = [
    ...leftOut,
    ...foreign.map(({ id }) => `${id}, which was not asked for`),
    ...unreadable.map(({ id, reason }) => `${id}: ${reason}`),
  ];
  if (parts.length === 0) return undefined;
  const more = parts.length - NOTED_AT_MOST;
  return `Left out: ${parts.slice(0, NOTED_AT_MOST).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
};

/** Ids that a file does not answer, with the reason. */
interface Unanswered {
  readonly ids: readonly EntityId[];
  readonly reason: string;
  /** How often they are tried. */
  readonly tries: number;
}

/** What of the slice the file does not answer: what it leaves out together, and each id that cannot be read by itself. */
const unansweredBy = (slice: Slice, { entities, unreadable }: Stats): readonly Unanswered[] => {
  const told = new Set([...entities, ...unreadable].map(({ id }) => id));
  const omitted = slice.entityIds.filter((id) => !told.has(id));
  const reason = `X's finished files left ${omitted.join(', ')} out`;
  return [
    ...(omitted.length === 0 ? [] : [{ ids: omitted, reason, tries: TRIES_OF_ONE_ID }]),
    ...unreadable
      .filter(({ id }) => slice.entityIds.includes(id))
      .map(({ id, reason: why }) => ({
        ids: [id],
        reason: `the numbers of ${id} in X's files cannot be read: ${why}`,
        tries: TRIES_OF_UNREADABLE,
      })),
  ];
};

/** They are tried again in a slice of their own, and in the end recorded as failed; then it returns the reason. */
const handleUnanswered = async (
  tx: PoolClient,
  { id: sliceId, omissions }: Slice,
  { ids, reason, tries }: Unanswered,
): Promise<string | undefined> => {
  const next = afterOmission(omissions, tries);
  if (next.kind === 'retry') {
    await splitOff(tx, sliceId, ids, { reason, afterSeconds: next.afterSeconds, omissions: omissions + 1 });
    return undefined;
  }
  const failure = `${reason}, ${omissions + 1} times`;
  await recordUnanswered(tx, { sliceId, entityIds: ids, state: 'failed', reason: failure });
  return failure;
};

export const createLandActivities = (deps: Deps) => {
  const { db, x, jobTimeouts } = deps;
  const landInTurn = roundRobin((key) => {
    const standsBack = deps.firstNumbers?.othersWait(key) === true || deps.creates?.goOn(key) === true;
    return standsBack ? WHILE_OTHERS_WAIT : AT_ONCE;
  });
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
    const note = noteOf(slice, stats);
    const days = Array.from({ length: countDays(slice.range) }, (_, i) => addDays(slice.range.from, i));
    const wanted = stats.entities.filter(({ id }) => slice.entityIds.includes(id));
    const series = factSeries(wanted, days);
    const answered = wanted.map(({ id }) => id);
    const unanswered = unansweredBy(slice, stats);
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
        ...(note === undefined ? {} : { note }),
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
      const failures: string[] = [];
      for (const each of unanswered) failures.push((await handleUnanswered(tx, slice, each)) ?? '');
      const failure = failures.filter(Boolean).join('; ');
      if (failure !== '' && answered.length === 0) await endSlice(tx, slice.id, 'failed', failure);
      else await endSlice(tx, slice.id, 'landed');
      await endJob(tx, job.id, 'landed');
      return result;
    });
    if (landed?.kind === 'landed') count(landed.counts);
  };

  const landJob = async (run: Run, zones: Zones, job: Job, signal: AbortSignal): Promise<Outcome> => {
    /** The file is asked for again, for so long; then one of the ids may be to blame. */
    const wait = async (why: string): Promise<Outcome> => {
      if (signal.aborted || job.readySeconds <= jobTimeouts.file) return { kind: 'not_ready', why };
      await failJob(db, job, { state: 'cancelled', reason: `${why}, ${jobTimeouts.file} seconds after SUCCESS` });
      return ENDED;
    };
    try {
      await landFile(run, zones, job, await x.download(job.url ?? '', { signal }));
      deps.firstNumbers?.landed(run.connectionId);
      return ENDED;
    } catch (error) {
      if (error instanceof FileNotReady) return wait('the file is not there yet');
      if (error instanceof ConnectionFailed || error instanceof Unavailable) return wait(error.message);
      if (!(error instanceof XAdsError || error instanceof RangeError || isRefusedData(error))) throw error;
      const why = `the file cannot be read: ${error.message}`;
      if ((await countBadFile(db, job.id)) < triesOfOneFile(job.slice.failures)) return { kind: 'not_ready', why };
      await failJob(db, job, { state: 'cancelled', reason: why });
      return ENDED;
    }
  };

  const landReady = async (run: Run): Promise<SliceCounts> => {
    const signal = cancellationSignal();
    const zones = await zonesOf(db, run.accountId);
    const waiting = new Map<number, string>();
    let ended = 0;
    for (;;) {
      const jobs = (await openJobs(db, run.id, 'ready')).filter((job) => !waiting.has(job.id));
      if (jobs.length === 0 && waiting.size > 0 && ended === 0) {
        const seconds = Math.min(FILES_TICK, nextPoll(ageOfActivity() / 1_000));
        throw new Postponed('FilesNotReady', waitText([...waiting.values()], seconds), seconds);
      }
      if (jobs.length === 0 || signal.aborted) return sliceCounts(db, run.id);
      await Promise.all(
        jobs.map((job) =>
          landInTurn(run.connectionId, async () => {
            if (signal.aborted) return;
            const outcome = await landJob(run, zones, job, signal);
            if (outcome.kind === 'not_ready') waiting.set(job.id, outcome.why);
            else ended += 1;
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
      const run = await getRunning(db, runId);
      return fairly(run.connectionId, () => landReady(run), cancellationSignal());
    },
  };
};
