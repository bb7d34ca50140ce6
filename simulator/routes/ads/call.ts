import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Limit } from '../../state/rate-limits.js';
import type { Simulator } from '../../state/simulator.js';
import type { IssuedAccessToken } from '../../state/tokens.js';
import type { SimulatedAccount } from '../../world/account.js';
import type { Params } from './params.js';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** After the version. */
  readonly path: string;
  readonly limit: (simulator: Simulator) => Limit;
  /** Entities need more than stats of an app with the old Analytics tier (x-ads-api.md §2). */
  readonly kind: 'account' | 'entities' | 'stats';
}

/** One authenticated call of the Ads API, with all that a route needs to answer it. */
export interface AdsCall {
  readonly simulator: Simulator;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly token: IssuedAccessToken;
  readonly params: Params;
  /** A value of the path, such as `campaign_id`. */
  readonly path: (name: string) => string;
}

export interface AccountCall extends AdsCall {
  readonly account: SimulatedAccount;
}

/** A value of the path, or an empty text. */
export const pathValue = (request: FastifyRequest, name: string): string => {
  const { params } = request;
  if (typeof params !== 'object' || params === null) return '';
  const value: unknown = Object.entries(params).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : '';
};
