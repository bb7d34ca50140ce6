import { setTimeout as sleep } from 'node:timers/promises';

/** Something that runs until it is stopped or dies. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<number | string>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface Supervised<T extends Running> {
  /** The instance that runs now; between a death and the restart, the one that died. */
  current(): T;
  /** The number of restarts so far. */
  restarts(): number;
  /** Resolves when there have been that many restarts in all. */
  restarted(times: number): Promise<void>;
  stop(): Promise<void>;
}

export interface SuperviseOptions<T extends Running> {
  readonly name: string;
  /** `previous` is the instance before, whose port a server takes again. */
  readonly start: (previous: T | undefined) => Promise<T>;
  /** Called on every death and every failed start. (Default: nothing happens.) */
  readonly onTrouble?: ((message: string) => void) | undefined;
  /** (Default: 250.) */
  readonly firstPauseMillis?: number | undefined;
}

const longestPauseMillis = 15_000;
/** After a run of this length the next pause is the shortest again. */
const healthyMillis = 30_000;

/**
 * Starts something and starts it again whenever it ends by itself, after growing pauses.
 * @throws when the first start fails
 */
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
      // A restart was under way when the stop was asked for.
      await current.stop();
    },
  };
};
