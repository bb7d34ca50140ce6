import { setTimeout as sleep } from 'node:timers/promises';

/** Anything that runs until it is stopped, or dies. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<number | string>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface Supervised<T extends Running> {
  /** The one that runs now. Between a death and the restart, the one that died. */
  current(): T;
  /** How often it was started again. */
  restarts(): number;
  /** Settles when it has been started again that often in all. */
  restarted(times: number): Promise<void>;
  stop(): Promise<void>;
}

export interface SuperviseOptions<T extends Running> {
  readonly name: string;
  /** `previous` is what ran before, so that a server comes back on its port. */
  readonly start: (previous: T | undefined) => Promise<T>;
  /** Told of every death and of every start that failed. (Default: nothing.) */
  readonly onTrouble?: (message: string) => void;
  /** (Default: 250.) */
  readonly firstPauseMillis?: number;
}

const longestPauseMillis = 15_000;
/** Whoever ran this long starts with the shortest pause again. */
const healthyMillis = 30_000;

/** Starts it, and starts it again whenever it ends by itself, with growing pauses. The first start must succeed. */
export const supervise = async <T extends Running>(options: SuperviseOptions<T>): Promise<Supervised<T>> => {
  const { name, start, onTrouble = () => undefined, firstPauseMillis = 250 } = options;
  let current = await start(undefined);
  let restarts = 0;
  let pause = firstPauseMillis;
  let waiting: { readonly times: number; readonly tell: () => void }[] = [];
  const stopping = new AbortController();

  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const started = Date.now();
      const how = await current.ended;
      if (stopping.signal.aborted) return;
      if (Date.now() - started > healthyMillis) pause = firstPauseMillis;
      onTrouble(`${name} ended (${how}); starting it again`);
      await again();
    }
  };

  const again = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      pause = Math.min(pause * 2, longestPauseMillis);
      try {
        current = await start(current);
        restarts += 1;
        for (const { times, tell } of waiting) if (times <= restarts) tell();
        waiting = waiting.filter(({ times }) => times > restarts);
        return;
      } catch (error) {
        onTrouble(`${name} could not be started again: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };

  const watching = watch();
  return {
    current: () => current,
    restarts: () => restarts,
    restarted: async (times) =>
      await new Promise<void>((tell) => {
        if (times <= restarts) tell();
        else waiting.push({ times, tell });
      }),
    stop: async () => {
      stopping.abort();
      await current.stop();
      await watching;
      // A restart that was under way when we were asked to stop.
      await current.stop();
    },
  };
};
