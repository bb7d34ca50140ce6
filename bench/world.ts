import { openWith } from '../client/open.js';
import type { ImporterConfig, Opened } from '../client/open.js';
import { Disposals } from '../local/disposals.js';
import { throwawayEnvironment } from '../local/environment.js';
import { startStack } from '../local/stack.js';
import type { Stack } from '../local/stack.js';
import { throwawayFolder } from '../local/throwaway-folder.js';
import { freePort } from '../process/free-port.js';
import { type Machine, machine, postgresVersion } from './report.js';

/** A throw-away installation with a simulated X whose clock can be moved. */
export interface BenchWorld extends AsyncDisposable, Opened {
  readonly stack: Stack;
  readonly simulatorUrl: string;
  /** Where the worker serves its metrics, if there is only one. */
  readonly metricsUrl: string;
  control(method: 'PUT' | 'POST', path: string, body: unknown): Promise<void>;
}

export type LoadConfig = (environment: NodeJS.ProcessEnv) => ImporterConfig;

/** Options of the simulator, by the names of its command line. */
export type Simulated = Readonly<Record<string, string | number>>;

export const makeWorld = async (
  simulated: Simulated,
  loadConfig: LoadConfig,
  progress: (text: string) => void,
  { workers = 1, server = false }: { readonly workers?: number; readonly server?: boolean } = {},
): Promise<BenchWorld> => {
  const disposals = new Disposals();
  return await disposals.guard(async () => {
    const folder = throwawayFolder();
    disposals.add(() => folder[Symbol.dispose]());
    const metricsPort = await freePort();
    const stack = await startStack({
      dataDir: folder.path,
      // Several workers cannot serve on one port.
      environment: { ...throwawayEnvironment(), ...(workers === 1 ? { METRICS_PORT: `${metricsPort}` } : {}) },
      simulator: Object.entries(simulated).flatMap(([name, value]) => [`--${name}`, `${value}`]),
      ui: false,
      workers,
      server,
      progress,
    });
    disposals.add(() => stack.stop());
    const { simulatorUrl } = stack;
    if (simulatorUrl === undefined) throw new Error('a bench speaks to the simulator only');
    const opened = await openWith(loadConfig(stack.environment), { actor: 'bench' });
    disposals.add(() => opened.importer.close());
    return {
      ...opened,
      stack,
      simulatorUrl,
      metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
      control: async (method, path, body) => {
        const response = await fetch(`${simulatorUrl}/_simulator/${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
      },
      [Symbol.asyncDispose]: () => disposals.dispose(),
    };
  });
};

/** Describes the machine and the versions of its servers. */
export const machineOf = async ({ db, connection }: BenchWorld): Promise<Machine> => {
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  return machine({ postgres: await postgresVersion(db), temporal: serverVersion });
};
