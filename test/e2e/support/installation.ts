import { allow } from '../../../local/once/consent.js';
import type { DayRange } from '../../../domain/calendar.js';
import { type Processes, startProcesses } from '../../support/installation.js';
import { compareWithTruth } from '../../support/truth.js';
import { until as untilSomething, WAIT_MS } from '../../support/until.js';

/*
 * The importer as a user runs it, every part a process of its own, and a person beside it who repeats what a restart has
 * interrupted, and does nothing else.
 */

export { throughOutage } from '../../support/until.js';
export { WAIT_MS };

/** Until the condition holds. Whatever cannot be asked while a server is away is asked again. */
export const until = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
  await untilSomething(what, condition, { mayFail: () => true });
};

export interface Installation extends Processes {
  /** Cells that differ from the truth over some days of all accounts. */
  differences(range: DayRange): Promise<{ missing: number; doubled: number; wrong: number; examples: string[] }>;
  allow(authorizeUrl: string, screenName?: string): ReturnType<typeof allow>;
}

export const startInstallation = async (simulator: readonly string[], workers = 1): Promise<Installation> => {
  const processes = await startProcesses(simulator, { workers });
  return {
    ...processes,
    differences: async (range) => {
      const comparison = await compareWithTruth(processes.db, processes.simulatorUrl, () => range);
      const { missing, doubled, wrong, examples, cellsCompared } = comparison;
      if ((cellsCompared['PROMOTED_TWEET'] ?? 0) === 0) throw new Error('there was nothing to compare');
      return { missing, doubled, wrong, examples };
    },
    allow: (authorizeUrl, screenName = 'all_accounts') => allow(authorizeUrl, screenName),
  };
};
