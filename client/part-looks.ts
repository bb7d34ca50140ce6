import type { Client } from '@temporalio/client';
import type { Instant } from '../domain/calendar.js';
import type { Queryable } from '../store/pool.js';
import { lastWorkerBeat } from '../store/worker-beat.js';
import type { LackingPart } from './console-shapes.js';

/** Many who look share one look for this long. */
const SHARED_MS = 1_000;
const TEMPORAL_MS = 1_500;
/** A worker notes every second that it is there; one that is busy may be a little late. */
const WORKER_SECONDS = 2.5;

export interface PartLooks {
  /** Which parts of the installation are away, and since when. */
  read(parts: { readonly db: Queryable; readonly temporal: Client; now(): Date }): Promise<readonly LackingPart[]>;
}

const answers = async (temporal: Client): Promise<boolean> => {
  try {
    await temporal.withDeadline(Date.now() + TEMPORAL_MS, () => temporal.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
};

export const createPartLooks = (): PartLooks => {
  let last: { readonly at: number; readonly look: Promise<readonly LackingPart[]> } | undefined;
  let temporalSince: Instant | undefined;
  const look: PartLooks['read'] = async (parts) => {
    const { db, temporal } = parts;
    const asked = parts.now().toISOString();
    const [isThere, beat] = await Promise.all([answers(temporal), lastWorkerBeat(db)]);
    temporalSince = isThere ? undefined : (temporalSince ?? asked);
    const noWorker = beat === undefined || beat.ageSeconds > WORKER_SECONDS;
    return [
      ...(temporalSince === undefined ? [] : [{ part: 'temporal' as const, since: temporalSince }]),
      ...(noWorker ? [{ part: 'worker' as const, ...(beat === undefined ? {} : { since: beat.at }) }] : []),
    ];
  };
  return {
    read: (parts) => {
      if (last === undefined || performance.now() - last.at >= SHARED_MS) {
        const next = { at: performance.now(), look: look(parts) };
        last = next;
        next.look.catch(() => {
          if (last === next) last = undefined;
        });
      }
      return last.look;
    },
  };
};
