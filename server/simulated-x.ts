import { request } from 'undici';
import { isLoopbackHost } from '../domain/addresses.js';
import { Unreachable } from '../client/errors.js';

/** What a person may break at a simulated X, to watch what the importer does about it. */
export const TROUBLES = ['revoke_token', 'fail_jobs', 'busy', 'restate'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Where the simulator takes orders: on this machine only. Undefined where X itself is asked, or a simulator elsewhere. */
export const simulatorOf = (xAdsApiUrl: string): URL | undefined => {
  const url = new URL(xAdsApiUrl);
  return isLoopbackHost(url.host) ? url : undefined;
};

const refuse = (why: string, cause?: unknown): Unreachable =>
  new Unreachable(`The simulated X does not take this: ${why}.`, { cause });

/** @throws `Unreachable` where the simulator does not take it */
export const orderFromSimulator = async (
  simulator: URL,
  method: 'POST' | 'PUT',
  path: string,
  order: unknown,
): Promise<void> => {
  const { statusCode, body } = await request(new URL(`/_simulator/${path}`, simulator), {
    method,
    body: JSON.stringify(order),
    headers: { 'content-type': 'application/json' },
  }).catch((error: unknown) => {
    throw refuse('it cannot be reached', error);
  });
  await body.dump();
  if (statusCode >= 300) throw refuse(`it answered ${statusCode}`);
};
