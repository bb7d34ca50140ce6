import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { statsAnswer } from '../numbers/answer.js';
import type { Clock } from './clock.js';
import { endWire, type SimulatedJob } from './jobs.js';

const compress = promisify(gzip);

/** Clients download a file once, and again after a fault, while X computes as many others: twice what one account has in processing. */
const KEPT = 256;
/** A job of less time has its file computed at the download. */
const LONG_JOB = 4_000;

interface Kept {
  /** The data time of the numbers, in epoch seconds. */
  readonly observed: number;
  readonly file: Promise<Buffer>;
}

/** Result files, with the numbers as they were at the job's SUCCESS. */
export class Files {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  #ahead = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The file of a finished job: JSON, gzip-compressed. */
  read(job: SimulatedJob): Promise<Buffer> {
    const observed = Math.floor((job.endedData ?? 0) / 1000);
    const known = this.#kept.get(job.idText);
    // The clock may have been changed after the file was computed ahead.
    return known?.observed === observed ? known.file : this.#make(job, observed);
  }

  /**
   * Computes the file of a long job while the job is in processing, as X does. Otherwise all files of a client that shares
   * the processor with the simulator are computed while that client stores them, and the simulator is what is measured.
   */
  computeAhead(job: SimulatedJob): void {
    const { queuedFor, processingFor, fails } = job.outcome;
    if (fails || processingFor < LONG_JOB || this.#ahead >= KEPT) return;
    this.#ahead += 1;
    // Spread over the middle of the time: jobs are created many at once, and a file takes some milliseconds.
    const part = 0.25 + Number(job.id % 128n) / 256;
    const compute = (): void => {
      this.#ahead -= 1;
      if (job.endedData !== null) return;
      // A failure is of no account here: the download computes the file again and reports it.
      this.#make(job, Math.floor(this.#clock.dataAt(endWire(job)) / 1000)).catch(() => undefined);
    };
    setTimeout(compute, queuedFor + processingFor * part).unref();
  }

  #make(job: SimulatedJob, observed: number): Promise<Buffer> {
    const body = statsAnswer(job.account, job.query, observed, job.outcome.missingIds);
    const file = compress(body, { level: 1 });
    this.#kept.delete(job.idText);
    this.#kept.set(job.idText, { observed, file });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return file;
  }
}
