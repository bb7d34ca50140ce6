import { Waiting } from './postponed.js';

/*
 * A worker has one thread, some thirty connections to Postgres and forty slots for activities, for everybody. Work that
 * takes much of them goes through here, so that somebody who imports ten large accounts does not stand in front of somebody
 * who waits for a first number. The keys are connections.
 */

export interface Turns {
  /** Does the work when it is the key's turn. Work of one key is begun in the order it came. */
  <T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** So many at once in all, for each key; the keys take turns. */
export const takeTurns = (atOnce: number | ((key: string) => number)): Turns => {
  const mostOf = typeof atOnce === 'number' ? () => atOnce : atOnce;
  // In the order of their turns: whoever had one goes to the end.
  const waiting = new Map<string, (() => void)[]>();
  let running = 0;

  const next = (): void => {
    for (const [key, queue] of waiting) {
      if (running >= mostOf(key)) continue;
      const begin = queue.shift();
      waiting.delete(key);
      if (queue.length > 0) waiting.set(key, queue);
      running += 1;
      begin?.();
      next();
      return;
    }
  };

  return async (key, work) => {
    await new Promise<void>((begin) => {
      const queue = waiting.get(key);
      if (queue) queue.push(begin);
      else waiting.set(key, [begin]);
      next();
    });
    try {
      return await work();
    } finally {
      running -= 1;
      next();
    }
  };
};

/** How soon an activity that found no room asks again, in seconds. */
const ASK_AGAIN = 1;

/**
 * So many activities of one key at once in this worker, and only one while others are at work, too; a further one waits
 * outside, without a slot.
 */
export const fewOfEach = (ofOneKey: number): Turns => {
  const running = new Map<string, number>();
  return async (key, work) => {
    const before = running.get(key) ?? 0;
    const alone = [...running.keys()].every((other) => other === key);
    if (before >= (alone ? ofOneKey : 1))
      throw new Waiting('Turn', 'other accounts of the connection are worked on first', ASK_AGAIN);
    running.set(key, before + 1);
    try {
      return await work();
    } finally {
      const now = (running.get(key) ?? 1) - 1;
      if (now === 0) running.delete(key);
      else running.set(key, now);
    }
  };
};

/** Whose first numbers are awaited: somebody has just saved a choice, and probably sits in front of it. */
export interface FirstNumbers {
  /** A run of the key's history begins; of no matter once the key has landed something. */
  begin(key: string, runId: string): void;
  /** The run will bring none: it found nothing to read, or it has ended. */
  over(runId: string): void;
  landed(key: string): void;
  /** Does somebody else wait? */
  othersWait(key: string): boolean;
  /** Does somebody else wait while this one has numbers already? */
  standsBack(key: string): boolean;
}

/** Whoever has waited so long waits for X, and others need not stand back any longer. */
const FIRST_NUMBERS_MS = 60_000;

export const awaitFirstNumbers = (now: () => number = Date.now): FirstNumbers => {
  const runs = new Map<string, { readonly key: string; readonly since: number }>();
  const served = new Set<string>();
  const othersWait = (key: string): boolean =>
    [...runs.values()].some((run) => run.key !== key && !served.has(run.key) && now() - run.since < FIRST_NUMBERS_MS);
  return {
    begin: (key, runId) => void (served.has(key) || runs.has(runId) || runs.set(runId, { key, since: now() })),
    over: (runId) => void runs.delete(runId),
    landed: (key) => void served.add(key),
    othersWait,
    standsBack: (key) => served.has(key) && othersWait(key),
  };
};
