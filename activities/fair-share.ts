import { Postponed } from './postponed.js';

/*
 * A worker has one thread, some thirty connections to Postgres and forty activity slots for all connections. What follows
 * keeps a connection with ten large accounts from delaying one that waits for its first number. Keys are connections.
 *
 * | mechanism             | shares                         | between             | decides                               | where                |
 * | --------------------- | ------------------------------ | ------------------- | ------------------------------------- | -------------------- |
 * | call classes          | X's rate limits, job slots     | kinds of work       | what part of a window a class may use | domain/rate-limit.ts |
 * | slot shares           | the 100 job slots of an account | connections, same class | how many jobs each may hold       | domain/slots.ts      |
 * | `roundRobin`          | landing files, in one worker   | connections         | whose file is next                    | here                 |
 * | `limitPerConnection`  | activity slots of one worker   | connections         | how many of its activities run        | here                 |
 * | first numbers         | the worker's thread            | new and served ones | who waits until others have a number  | here                 |
 *
 * docs/decisions/0013-fairness.md explains each.
 */

/** Runs the work of a connection when its share allows it. */
export interface FairShare {
  <T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** Runs at most `atOnce` works in all, and takes them from the keys in turn. Works of one key begin in the order they came. */
export const roundRobin = (atOnce: number | ((key: string) => number)): FairShare => {
  const limitFor = typeof atOnce === 'number' ? () => atOnce : atOnce;
  // In the order of the next turns: a key that had one moves to the end.
  const queues = new Map<string, (() => void)[]>();
  let running = 0;

  const next = (): void => {
    for (const [key, queue] of queues) {
      if (running >= limitFor(key)) continue;
      const begin = queue.shift();
      queues.delete(key);
      if (queue.length > 0) queues.set(key, queue);
      running += 1;
      begin?.();
      next();
      return;
    }
  };

  return async (key, work) => {
    await new Promise<void>((begin) => {
      const queue = queues.get(key);
      if (queue) queue.push(begin);
      else queues.set(key, [begin]);
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

/** How often in a second the works of a key that wait may come again together: each coming costs a task and a turn of the thread. */
const COMINGS_PER_SECOND = 20;
/** After how many seconds a work that waits comes again at the latest, however many wait. */
const LONGEST_WAIT_SECONDS = 60;

/** When one that is postponed now comes again: after a second, or later while many of its key wait. */
const comingsOf = (now: () => number) => {
  const due = new Map<string, number[]>();
  return (key: string): number => {
    const waiting = (due.get(key) ?? []).filter((at) => at > now());
    const seconds = Math.min(LONGEST_WAIT_SECONDS, Math.ceil((waiting.length + 1) / COMINGS_PER_SECOND));
    due.set(key, [...waiting, now() + seconds * 1_000]);
    return seconds;
  };
};

/** How many works of all keys wait in an activity slot, so that what becomes free is taken at once. */
const WAIT_INSIDE = 4;

interface WithinLimit {
  /** Runs the work; `signal` ends its wait. */
  <T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/**
 * Runs at most `limit` works of one key in this worker, and only one while other keys are running, too. Of further ones some
 * few wait here, and the others are postponed, so that they wait without an activity slot.
 */
export const limitPerConnection = (
  limit: number | ((key: string) => number),
  {
    now = () => performance.now(),
    inside = WAIT_INSIDE,
  }: { readonly now?: () => number; readonly inside?: number } = {},
): WithinLimit => {
  const limitFor = typeof limit === 'number' ? () => limit : limit;
  const running = new Map<string, number>();
  /** In the order in which they came. */
  const waiting = new Set<{ readonly key: string; readonly begin: () => void }>();
  const comeAgainAfter = comingsOf(now);

  const mayBegin = (key: string): boolean => {
    const alone = [...running.keys()].every((other) => other === key);
    return (running.get(key) ?? 0) < (alone ? limitFor(key) : 1);
  };
  const count = (key: string, change: 1 | -1): void => {
    const next = (running.get(key) ?? 0) + change;
    if (next === 0) running.delete(key);
    else running.set(key, next);
  };
  /** Until its place is taken for it. */
  const turn = (key: string, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        waiting.delete(one);
        reject(signal?.reason as Error);
      };
      const begin = (): void => {
        signal?.removeEventListener('abort', giveUp);
        waiting.delete(one);
        count(key, 1);
        resolve();
      };
      const one = { key, begin };
      waiting.add(one);
      signal?.addEventListener('abort', giveUp, { once: true });
    });

  return async (key, work, signal?) => {
    if (mayBegin(key)) count(key, 1);
    else if (waiting.size < inside && signal?.aborted !== true) await turn(key, signal);
    else throw new Postponed('FairShare', 'other accounts of the connection are worked on first', comeAgainAfter(key));
    try {
      return await work();
    } finally {
      count(key, -1);
      for (const one of waiting) if (mayBegin(one.key)) one.begin();
    }
  };
};

/** For which connections jobs are being created in this worker. */
export interface Creates {
  /** Creates jobs of a connection. */
  run<T>(key: string, create: () => Promise<T>): Promise<T>;
  /** Are jobs of the connection being created? */
  goOn(key: string): boolean;
}

export const trackCreates = (): Creates => {
  const running = new Map<string, number>();
  return {
    run: async (key, create) => {
      running.set(key, (running.get(key) ?? 0) + 1);
      try {
        return await create();
      } finally {
        running.set(key, (running.get(key) ?? 1) - 1);
        if (running.get(key) === 0) running.delete(key);
      }
    },
    goOn: (key) => running.has(key),
  };
};

/** Which connections wait for their first numbers: somebody has just saved a choice, and probably watches. */
export interface FirstNumbers {
  /** A history run of the connection begins. Ignored once this connection has landed a first file. */
  begin(key: string, runId: string): void;
  /** The run has ended, or found nothing to read. */
  over(runId: string): void;
  /** A file of the connection has landed. */
  landed(key: string): void;
  /** Does this connection wait for its first numbers? */
  isWaiting(key: string): boolean;
  /** Does another connection wait for its first numbers? */
  othersWait(key: string): boolean;
  /** Must this connection, which has numbers, wait for another that has none? */
  mustYield(key: string): boolean;
  /** A run of the connection knows what to ask X for, and asks next. Ignored once a file has landed. */
  planned(key: string): void;
  /** X computes jobs of the connection. */
  sent(key: string): void;
  /** Is the connection's first run about to ask X? What else the connection wants comes after. */
  isSending(key: string): boolean;
}

/** After this long a connection without numbers waits for X, and others no longer yield to it. */
const FIRST_NUMBERS_MS = 60_000;
/** After this long a run that is about to ask X is held up by something else. */
const SENDING_MS = 3_000;

export const trackFirstNumbers = (now: () => number = Date.now): FirstNumbers => {
  const runs = new Map<string, { readonly key: string; readonly since: number }>();
  const served = new Set<string>();
  const sending = new Map<string, number>();
  const someWait = (isMeant: (key: string) => boolean): boolean =>
    [...runs.values()].some(({ key, since }) => isMeant(key) && !served.has(key) && now() - since < FIRST_NUMBERS_MS);
  const othersWait = (key: string): boolean => someWait((other) => other !== key);
  return {
    begin: (key, runId) => void (served.has(key) || runs.has(runId) || runs.set(runId, { key, since: now() })),
    over: (runId) => void runs.delete(runId),
    landed: (key) => void served.add(key),
    isWaiting: (key) => someWait((other) => other === key),
    othersWait,
    mustYield: (key) => served.has(key) && othersWait(key),
    planned: (key) => void (served.has(key) || sending.has(key) || sending.set(key, now())),
    sent: (key) => void sending.set(key, -Infinity),
    isSending: (key) => now() - (sending.get(key) ?? -Infinity) < SENDING_MS,
  };
};
