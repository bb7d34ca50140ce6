import { freezeClock, requestReport, type RequestReport } from '../../local/once/simulated.js';
import type { Fault } from '../../simulator/state/faults.js';
import { createSimulator, type RunningSimulator } from '../../simulator/server.js';

export type SimulatedOptions = NonNullable<Parameters<typeof createSimulator>[0]>;

/** A simulated X in the test's own process, on a free port. Jobs take no time unless the test says so. */
export const startSimulator = async (options: SimulatedOptions = {}): Promise<RunningSimulator> =>
  await createSimulator({ port: 0, accounts: 1, ads: 5, days: 30, jobSeconds: 0, ...options });

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** One of the simulator's control calls, under `/_simulator/`. */
export const control = async (
  simulator: { readonly url: string },
  method: Method,
  path: string,
  body?: unknown,
): Promise<unknown> => {
  const response = await fetch(`${simulator.url}/_simulator/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
};

/** What a test may do to a simulated X, wherever that runs. */
export interface SimulatedControl {
  control(method: Method, path: string, body?: unknown): Promise<unknown>;
  /** Faults in force from now on, in place of those before. */
  provoke(faults: readonly Fault[]): Promise<void>;
  /** How often each fault has struck, in the order in which they were given. */
  hits(): Promise<readonly number[]>;
  requests(): Promise<RequestReport>;
  /** Stops data time, so that store and truth speak of the same moment. */
  freeze(): Promise<void>;
}

export const simulatedControl = (url: string): SimulatedControl => ({
  control: (method, path, body) => control({ url }, method, path, body),
  provoke: async (faults) => void (await control({ url }, 'PUT', 'faults', faults)),
  hits: async () => ((await control({ url }, 'GET', 'faults')) as { hits: number }[]).map(({ hits }) => hits),
  requests: () => requestReport(url),
  freeze: () => freezeClock(url),
});
