import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessToken } from '../../state/tokens.js';
import type { Simulator } from '../../state/simulator.js';
import type { Account } from '../../world/account.js';
import type { Params } from './params.js';

/** One authenticated call of the Ads API, with all that a route needs to answer it. */
export interface Call {
  readonly simulator: Simulator;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly token: AccessToken;
  readonly params: Params;
  /** A value of the path, such as `campaign_id`. */
  readonly path: (name: string) => string;
}

export interface AccountCall extends Call {
  readonly account: Account;
}
