import { Agent, request } from 'undici';
import { codeOf, DeliveryFailed, TIMEOUT_MS } from './failed.js';
import { lookupWithin, mayReach, type Reach } from './reach.js';

export interface Hook {
  readonly url: string;
  /** As people know it: failures name it instead of its address. */
  readonly name: string;
  /** Where it may lead. (Default: anywhere; the operator has set it) */
  readonly reach?: Reach | undefined;
}

/**
 * Posts JSON once. Redirects are not followed: they would send names of connections to an address that nobody configured.
 * @param id the same for each attempt, so that the receiver recognises duplicates
 * @throws {DeliveryFailed}
 */
export const postHook = async ({ url, name, reach }: Hook, id: string, body: object): Promise<void> => {
  // Checked where the connection is made: a name may lead elsewhere a moment after it was checked.
  const within =
    reach === undefined ? undefined : new Agent({ connect: { lookup: lookupWithin(reach) }, pipelining: 0 });
  let status: number;
  try {
    // An address in digits is not looked up.
    if (reach !== undefined && !mayReach(new URL(url).hostname, reach))
      throw Object.assign(new Error('a private network'), { code: 'PRIVATE_NETWORK' });
    const answer = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id, 'user-agent': 'x-ads-importer' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(within === undefined ? {} : { dispatcher: within }),
    });
    status = answer.statusCode;
    await answer.body.dump();
  } catch (error) {
    const code = codeOf(error);
    throw new DeliveryFailed(
      code === 'PRIVATE_NETWORK'
        ? `${name} leads into a private network, which the operator has not allowed (HOOK_NETWORKS)`
        : `${name} cannot be reached: ${code}`,
    );
  } finally {
    // Whoever hangs is not waited for.
    void within?.destroy().catch(() => undefined);
  }
  if (status < 200 || status > 299) throw new DeliveryFailed(`${name} answered ${status}`);
};
