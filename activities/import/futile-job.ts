import { afterFailure, afterInterruption, afterRefusal, type Next, TRIES_OF_ONE_ID } from '../../domain/job-outcome.js';
import { halves } from '../../domain/slice.js';
import { endJob, type Job } from '../../store/import/jobs.js';
import { recordUnanswered } from '../../store/import/ledger.js';
import { endSlice, replanSlice, splitOff } from '../../store/import/slices.js';
import type { Db } from '../../store/pool.js';

/** Why a job brought no numbers: the state in which it ends, and the sentence that people read. */
export interface Futility {
  readonly state: 'failed' | 'cancelled' | 'lost' | 'refused';
  readonly reason: string;
}

type Counted = 'failures' | 'interruptions';

/**
 * Ends a job that brings no numbers. Its slice is planned again, split in two, or in the end recorded as failed with the
 * reason. Safe to repeat: a job ends once.
 */
const endFutile = (db: Db, job: Job, { state, reason }: Futility, next: Next, counts?: Counted): Promise<void> =>
  db.transaction(async (tx) => {
    const { slice } = job;
    if (!(await endJob(tx, job.id, state, reason))) return;
    switch (next.kind) {
      case 'retry':
        await replanSlice(tx, slice.id, {
          reason,
          afterSeconds: next.afterSeconds,
          ...(counts === undefined ? {} : { counts }),
        });
        return;
      case 'split':
        for (const half of halves(slice.entityIds))
          await splitOff(tx, slice.id, half, { reason, afterSeconds: 0, omissions: 0 });
        await endSlice(tx, slice.id, 'split', reason);
        return;
      case 'give_up': {
        const ids = slice.entityIds.join(', ');
        const tried = counts === undefined ? '' : ` failed ${TRIES_OF_ONE_ID} times`;
        const sentence = `${slice.level} ${ids}${tried}: ${reason}`;
        await recordUnanswered(tx, {
          sliceId: slice.id,
          entityIds: slice.entityIds,
          state: 'failed',
          reason: sentence,
        });
        await endSlice(tx, slice.id, 'failed', sentence);
      }
    }
  });

/** X could not compute the job, or its file cannot be read: one of its ids may be to blame. */
export const failJob = (db: Db, job: Job, why: Futility): Promise<void> =>
  endFutile(db, job, why, afterFailure(job.slice.entityIds.length, job.slice.failures), 'failures');

/** The job ended before it could be read, which says nothing of its ids. */
export const interruptJob = (db: Db, job: Job, why: Futility): Promise<void> =>
  endFutile(db, job, why, afterInterruption(job.slice.entityIds.length, job.slice.interruptions), 'interruptions');

/** X refused to create the job: one of its ids may be to blame. */
export const refuseJob = (db: Db, job: Job, reason: string): Promise<void> =>
  endFutile(db, job, { state: 'refused', reason }, afterRefusal(job.slice.entityIds.length));
