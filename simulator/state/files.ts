import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { statsAnswer } from '../numbers/answer.js';
import type { SimulatedJob } from './jobs.js';

const compress = promisify(gzip);

/** Clients download a file once, and again after a fault, so the last few files are enough. */
const KEPT = 32;

/** Result files, computed at their download, with the numbers as they were at the job's SUCCESS. */
export class Files {
  readonly #kept = new Map<string, Promise<Buffer>>();

  /** The file of a finished job: JSON, gzip-compressed. */
  read(job: SimulatedJob): Promise<Buffer> {
    const known = this.#kept.get(job.idText);
    if (known !== undefined) return known;
    const observed = Math.floor((job.endedData ?? 0) / 1000);
    const body = statsAnswer(job.account, job.query, observed, job.outcome.missingIds);
    const made = compress(body, { level: 1 });
    this.#kept.set(job.idText, made);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return made;
  }
}
