import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Limit } from '../../state/rate-limits.js';
import type { Simulator } from '../../state/simulator.js';
import type { IssuedAccessToken } from '../../state/tokens.js';
import type { WorldAccount } from '../../world/account.js';
import type { Params } from './params.js';

/** A route of the Ads API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The path after the version. */
  readonly path: string;
  readonly limit: (simulator: Simulator) => Limit;
  /** Apps of the old Analytics tier may read stats, but no entities (docs/x-ads-api.md §2). */
  readonly kind: 'account' | 'entities' | 'stats';
}

/** An authenticated call of the Ads API, with everything a route needs to answer it. */
export interface AdsCall {
  readonly simulator: Simulator;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly token: IssuedAccessToken;
  readonly params: Params;
  /** A value of the path, such as `campaign_id`. */
  readonly path: (name: string) => string;
}

/** A call of a route below one account, which the user may see. */
export interface AccountCall extends AdsCall {
  readonly account: WorldAccount;
}

/** A value of the path; empty when the path has none of this name. */
export const pathValue = (request: FastifyRequest, name: string): string => {
  const { params } = request;
  if (typeof params !== 'object' || params === null) return '';
  const value: unknown = Object.entries(params).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : '';
};
