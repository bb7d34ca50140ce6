import { createHmac } from 'node:crypto';
import { instant } from '../json.js';
import { groupNames, type NumbersQuery } from '../numbers/query.js';
import type { WorldAccount } from '../world/account.js';
import { snowflake } from '../world/identifiers.js';
import { type Clock } from './clock.js';
import type { JobOutcome } from './job-outcome.js';
import type { JobEntry, RequestLog } from './request-log.js';

export interface SimulatedJob {
  readonly id: bigint;
  readonly idText: string;
  /** The opaque name of its result file. */
  readonly fileName: string;
  readonly account: WorldAccount;
  readonly screenName: string;
  readonly query: NumbersQuery;
  readonly outcome: JobOutcome;
  /** Wire time and data time of the creation, in milliseconds. */
  readonly createdWire: number;
  readonly createdData: number;
  readonly log: JobEntry;
  cancelledWire: number | null;
  /** Data time of the end in milliseconds. The result file has the numbers of this moment. */
  endedData: number | null;
  fileGone: boolean;
}

export type JobStatus = 'QUEUED' | 'PROCESSING' | 'SUCCESS' | 'FAILED' | 'CANCELLED';

/** Jobs that an account may have in processing (docs/x-ads-api.md §17.37). */
export const MAX_PROCESSING = 100;
/** Milliseconds of data time that a result file is kept: 48 hours (docs/x-ads-api.md §17.40). */
const FILE_LIFE = 48 * 3_600_000;
/** X does not document how long it lists jobs (docs/x-ads-api.md §9.2). This bound limits memory. */
const KEPT_PER_ACCOUNT = 5_000;

/** Wire time of the end that a job will have, unless it is cancelled, in milliseconds. */
export const endWire = ({ createdWire, outcome }: SimulatedJob): number =>
  createdWire + outcome.queuedFor + outcome.processingFor;

/** The statistics jobs of all accounts. A job has no timer: its state follows from the clock whenever it is read. */
export class Jobs {
  readonly #clock: Clock;
  readonly #log: RequestLog;
  readonly #byAccount = new Map<string, SimulatedJob[]>();
  readonly #byFile = new Map<string, SimulatedJob>();
  readonly #live = new Map<string, Set<SimulatedJob>>();
  #lastId = 0n;

  constructor(clock: Clock, log: RequestLog) {
    this.#clock = clock;
    this.#log = log;
  }

  create(account: WorldAccount, screenName: string, query: NumbersQuery, outcome: JobOutcome): SimulatedJob {
    const wire = this.#clock.wire();
    const data = this.#clock.data();
    // Ids decode to created_at, and ascend also while the clock stands still (docs/x-ads-api.md §17.38).
    const fromTime = snowflake(data, 0);
    const id = fromTime > this.#lastId ? fromTime : this.#lastId + 1n;
    this.#lastId = id;
    const job: SimulatedJob = {
      id,
      idText: id.toString(),
      fileName: createHmac('sha256', 'file').update(`${account.id} ${id}`).digest('base64url'),
      account,
      screenName,
      query,
      outcome,
      createdWire: wire,
      createdData: data,
      log: {
        id: id.toString(),
        account_id: account.id,
        screen_name: screenName,
        entity: query.level,
        entity_ids: query.entityIds,
        start_time: instant(query.start * 1000),
        end_time: instant(query.end * 1000),
        placement: query.placement,
        granularity: query.granularity,
        metric_groups: groupNames(query),
        segmentation_type: query.segmentation,
        created_at: new Date(wire).toISOString(),
        ended_at: null,
        status: 'PROCESSING',
        downloads: 0,
      },
      cancelledWire: null,
      endedData: null,
      fileGone: false,
    };
    this.#keep(job);
    this.#log.jobCreated(job.log, this.processing(account.id));
    return job;
  }

  /** How many jobs of the account have not ended. */
  processing(accountId: string): number {
    const live = this.#live.get(accountId);
    if (live === undefined) return 0;
    for (const job of live) this.status(job);
    return live.size;
  }

  status(job: SimulatedJob): JobStatus {
    const wire = this.#clock.wire();
    if (job.cancelledWire !== null) return 'CANCELLED';
    if (wire < job.createdWire + job.outcome.queuedFor) return 'QUEUED';
    if (wire < endWire(job)) return 'PROCESSING';
    const status = job.outcome.fails ? 'FAILED' : 'SUCCESS';
    if (job.endedData === null) this.#end(job, status, endWire(job));
    return status;
  }

  cancel(job: SimulatedJob): void {
    const status = this.status(job);
    if (status !== 'QUEUED' && status !== 'PROCESSING') return;
    job.cancelledWire = this.#clock.wire();
    this.#end(job, 'CANCELLED', job.cancelledWire);
  }

  /** The jobs of an account, newest first (docs/x-ads-api.md §17.42), without those that a fault still hides. */
  list(accountId: string): SimulatedJob[] {
    const wire = this.#clock.wire();
    const jobs = this.#byAccount.get(accountId) ?? [];
    return jobs.filter((job) => wire >= job.createdWire + job.outcome.hiddenFor).toReversed();
  }

  /**
   * Records the end of every job that is due. Ends are recorded when a job is read, and the log must have all of them.
   */
  endDue(): void {
    for (const live of this.#live.values()) for (const job of live) this.status(job);
  }

  byFile(fileName: string): SimulatedJob | undefined {
    return this.#byFile.get(fileName);
  }

  /** Whether the job object has the URL of a result file. */
  hasUrl(job: SimulatedJob): boolean {
    return this.status(job) === 'SUCCESS' && this.#clock.wire() >= endWire(job) + job.outcome.urlNullFor;
  }

  /** Milliseconds of wire time since the end of a finished job. */
  sinceEnd(job: SimulatedJob): number {
    return this.#clock.wire() - endWire(job);
  }

  /** When the file expires, in milliseconds of data time; null while there is no file. */
  expiresAt(job: SimulatedJob): number | null {
    return this.status(job) === 'SUCCESS' && job.endedData !== null ? job.endedData + FILE_LIFE : null;
  }

  isFileGone(job: SimulatedJob): boolean {
    const expiresAt = this.expiresAt(job);
    return job.fileGone || expiresAt === null || this.#clock.data() > expiresAt;
  }

  #end(job: SimulatedJob, status: JobStatus, wire: number): void {
    job.endedData = this.#clock.dataAt(wire);
    job.log.ended_at = new Date(wire).toISOString();
    job.log.status = status;
    this.#live.get(job.account.id)?.delete(job);
  }

  #keep(job: SimulatedJob): void {
    const accountId = job.account.id;
    const jobs = this.#byAccount.get(accountId) ?? [];
    jobs.push(job);
    if (jobs.length > KEPT_PER_ACCOUNT) {
      for (const old of jobs.splice(0, KEPT_PER_ACCOUNT / 5)) this.#byFile.delete(old.fileName);
    }
    this.#byAccount.set(accountId, jobs);
    this.#byFile.set(job.fileName, job);
    this.#live.set(accountId, (this.#live.get(accountId) ?? new Set()).add(job));
  }
}
