import { createSimulator } from '../../simulator/server.js';

/** A simulated X in the test's own process, on a free port. Jobs take no time unless the test says so. */
export const startSimulator = async (
  options: Parameters<typeof createSimulator>[0] = {},
): ReturnType<typeof createSimulator> =>
  await createSimulator({ port: 0, accounts: 1, ads: 5, days: 30, jobSeconds: 0, ...options });

/** One of the simulator's control calls, under `/_simulator/`. */
export const control = async (
  simulator: { readonly url: string },
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
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
