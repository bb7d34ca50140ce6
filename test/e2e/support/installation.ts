import { setTimeout as sleep } from 'node:timers/promises';
import { loadClientConfig } from '../../../config.js';
import { ImporterError } from '../../../client/errors.js';
import { type Opened, openWith } from '../../../client/open.js';
import { allow } from '../../../local/once/consent.js';
import { compareAccount, newComparison } from '../../../local/once/compare.js';
import { freezeClock, requestReport, type RequestReport, simulatedAccounts } from '../../../local/once/simulated.js';
import { type Stack, startStack } from '../../../local/stack.js';
import { throwawayFolder } from '../../../local/throwaway-folder.js';
import type { DayRange } from '../../../domain/calendar.js';
import { isConnectionError } from '../../../store/pool.js';
import type { Fault } from '../../../simulator/state/faults.js';
import { control } from '../../support/simulator.js';

/*
 * The importer as a user runs it, every part a process of its own, and a patient person beside it: one who repeats what a
 * restart has interrupted, and does nothing else.
 */

const bare = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  TEMPORAL_CLI_PATH: process.env['TEMPORAL_CLI_PATH'],
};

export const TIMEOUT_MS = 240_000;

/** Until the condition holds. Whatever cannot be asked while a server is away is asked again. */
export const until = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
  const giveUp = Date.now() + TIMEOUT_MS;
  let last: unknown;
  for (;;) {
    try {
      if (await condition()) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() > giveUp) throw new Error(`waited in vain for ${what}`, { cause: last });
    await sleep(50);
  }
};

const isOutage = (error: unknown): boolean =>
  isConnectionError(error) ||
  (error instanceof ImporterError && ['unreachable', 'worker_not_answering'].includes(error.code));

/** Again while a server is away; what the importer itself refuses is thrown. */
export const patiently = async <T>(task: () => Promise<T>): Promise<T> => {
  const giveUp = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (!isOutage(error) || Date.now() > giveUp) throw error;
      await sleep(250);
    }
  }
};

export interface Installation extends Opened, AsyncDisposable {
  readonly stack: Stack;
  readonly simulatorUrl: string;
  provoke(faults: readonly Fault[]): Promise<void>;
  /** How often each fault has struck. */
  hits(): Promise<readonly number[]>;
  requests(): Promise<RequestReport>;
  /** Cells that differ from the truth over some days of all accounts. */
  differences(range: DayRange): Promise<{ missing: number; doubled: number; wrong: number; examples: string[] }>;
  allow(authorizeUrl: string, screenName?: string): ReturnType<typeof allow>;
}

export const startInstallation = async (simulator: readonly string[], workers = 1): Promise<Installation> => {
  const folder = throwawayFolder();
  const stack = await startStack({ dataDir: folder.path, environment: bare, simulator, workers, ui: false });
  const { simulatorUrl } = stack;
  if (simulatorUrl === undefined) throw new Error('the simulator did not start');
  await freezeClock(simulatorUrl);
  const opened = await openWith(loadClientConfig(stack.environment), { actor: 'test', workerTimeout: 60_000 });
  const url = { url: simulatorUrl };
  return {
    ...opened,
    stack,
    simulatorUrl,
    provoke: async (faults) => void (await control(url, 'PUT', 'faults', faults)),
    hits: async () => ((await control(url, 'GET', 'faults')) as { hits: number }[]).map(({ hits }) => hits),
    requests: () => requestReport(simulatorUrl),
    differences: async (range) => {
      const comparison = newComparison();
      for (const { id } of await simulatedAccounts(simulatorUrl))
        await compareAccount(opened.db, simulatorUrl, id, range, comparison);
      const { missing, doubled, wrong, examples, cellsCompared } = comparison;
      if ((cellsCompared['PROMOTED_TWEET'] ?? 0) === 0) throw new Error('there was nothing to compare');
      return { missing, doubled, wrong, examples };
    },
    allow: (authorizeUrl, screenName = 'all_accounts') => allow(authorizeUrl, screenName),
    async [Symbol.asyncDispose]() {
      await opened.importer.close();
      await stack.stop();
      folder[Symbol.dispose]();
    },
  };
};
