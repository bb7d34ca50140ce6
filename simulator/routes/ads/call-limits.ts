import type { FastifyReply, FastifyRequest } from 'fastify';
import { adsError } from '../../errors.js';
import { LIMITS, type Limit, type LimitUse } from '../../state/rate-limits.js';
import type { Simulator } from '../../state/simulator.js';
import type { IssuedAccessToken } from '../../state/tokens.js';
import { requestPairs } from '../oauth/verify.js';
import { pathValue, type Route } from './call.js';

/** Ends that no window can have, as the profile `hostile` answers some: in milliseconds, relative, days ahead. */
const oddReset = (remaining: number, reset: number): string | undefined => {
  const odd: Readonly<Record<number, number>> = { 7: reset * 1000, 17: 900, 27: reset + 3 * 86_400 };
  return remaining === 0 ? undefined : odd[remaining % 40]?.toString();
};

const limitHeaders = ({ clock, options }: Simulator, limit: Limit, use: LimitUse): Record<string, string> => {
  const reset = clock.resetSeconds(use.endsIn);
  const prefix = limit.per === 'account' ? 'x-account-rate-limit' : 'x-rate-limit';
  return {
    [`${prefix}-limit`]: String(use.limit),
    [`${prefix}-remaining`]: String(use.remaining),
    [`${prefix}-reset`]: (options.profile === 'hostile' ? oddReset(use.remaining, reset) : undefined) ?? String(reset),
  };
};

/** Counts the call and sets the headers of the limit, which a 429 has too (docs/x-ads-api.md §17.43 to §17.48). */
const takeLimit = (simulator: Simulator, reply: FastifyReply, limit: Limit, key: string): void => {
  const use = simulator.limits.take(limit, key, simulator.clock.wire());
  void reply.headers(limitHeaders(simulator, limit, use));
  if (!use.exceeded) return;
  simulator.log.limited(limit.name);
  throw adsError(429, 'TOO_MANY_REQUESTS', 'Too many requests');
};

/**
 * Counts a call against the limit of its route, and against that of `with_total_count` if it is sent.
 *
 * @throws ApiError with status 429 when a limit is exceeded.
 */
export const limitCall = (
  simulator: Simulator,
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
  token: IssuedAccessToken,
): void => {
  const limit = route.limit(simulator);
  const { userId } = token.user;
  const key = limit.per === 'user' ? userId : `${pathValue(request, 'account_id')} ${route.path}`;
  takeLimit(simulator, reply, limit, key);
  if (requestPairs(request).some(([name, value]) => name === 'with_total_count' && value === 'true')) {
    takeLimit(simulator, reply, LIMITS.totalCount, userId);
  }
};
