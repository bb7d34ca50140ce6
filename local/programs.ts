import type { Disposals } from './disposals.js';
import { allOrNone } from './all-or-none.js';
import { type OwnProcess, startProcess } from './processes.js';
import { type Supervised, supervise } from './supervise.js';

/** What the importer's own programs are started with. */
export interface ProgramOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly logFolder: string;
  readonly onTrouble: (message: string) => void;
  readonly firstPauseMillis?: number | undefined;
  readonly signal: AbortSignal | undefined;
}

const startProgram = async (
  program: { readonly name: string; readonly entry: string; readonly readyWith: string },
  { environment, logFolder, onTrouble, firstPauseMillis, signal }: ProgramOptions,
  disposals: Disposals,
): Promise<Supervised<OwnProcess>> => {
  const started = await supervise({
    name: program.name,
    start: async () => await startProcess({ ...program, env: environment, logFolder, signal }),
    onTrouble,
    firstPauseMillis,
  });
  disposals.add(() => started.stop());
  return started;
};

export const startWorkers = async (
  count: number,
  options: ProgramOptions,
  disposals: Disposals,
): Promise<readonly Supervised<OwnProcess>[]> =>
  await allOrNone(
    Array.from({ length: count }, (_, index) => async () => {
      const name = index === 0 ? 'worker' : `worker-${index + 1}`;
      return await startProgram({ name, entry: 'worker/main.ts', readyWith: 'event' }, options, disposals);
    }),
  );

/** The server of the API and the console, on the port and address of the environment. */
export const startServer = async (options: ProgramOptions, disposals: Disposals): Promise<Supervised<OwnProcess>> =>
  await startProgram({ name: 'server', entry: 'server/main.ts', readyWith: 'listening' }, options, disposals);
