import type { FastifyInstance } from 'fastify';
import { accountNotFound, adsError, ApiError, notPermitted } from '../../errors.js';
import { type Json, stringify } from '../../json.js';
import type { Simulator } from '../../state/simulator.js';
import type { IssuedAccessToken } from '../../state/tokens.js';
import type { WorldAccount } from '../../world/account.js';
import { mayRead } from '../../world/users.js';
import { requestPairs, verifyUser } from '../oauth/verify.js';
import { limitCall } from './call-limits.js';
import { pathValue, type AccountCall, type AdsCall, type Route } from './call.js';
import { Params } from './params.js';
import { refuseSentinel } from './sentinel-refusals.js';

/** What a handler returns: a value, or JSON that is written already. */
export type Answer = Json | { readonly written: string };

const isWritten = (answer: Answer): answer is { readonly written: string } =>
  typeof answer === 'object' && answer !== null && 'written' in answer && typeof answer.written === 'string';

const VERSIONS = new Set(['11', '12']);

/** @throws ApiError for versions other than 11 and 12 (docs/x-ads-api.md §17.1). */
export const checkVersion = (version: string): void => {
  if (!VERSIONS.has(version)) throw adsError(404, 'INVALID', `Version ${version}.0 is not available.`);
};

const findAccount = (simulator: Simulator, id: string, token: IssuedAccessToken): WorldAccount => {
  const account = simulator.world.accountById(id);
  if (account === undefined || simulator.permissions(account, token.user).length === 0) {
    throw accountNotFound(id, simulator.options.unknownAccountCode);
  }
  return account;
};

/**
 * The one path that answers for a deleted account, with `with_deleted` (docs/x-ads-api.md §4.4). That all paths below
 * it are refused is inferred.
 */
const OWN_PATH = '/accounts/:account_id';

/** Adds routes to the server. Each call is verified, counted against its limits, and then handled. */
export class AdsRoutes {
  readonly #app: FastifyInstance;
  readonly #simulator: Simulator;
  readonly known: { readonly method: string; readonly pattern: RegExp }[] = [];

  constructor(app: FastifyInstance, simulator: Simulator) {
    this.#app = app;
    this.#simulator = simulator;
  }

  /** Adds a route that belongs to no account. */
  add(route: Route, handle: (call: AdsCall) => Answer): void {
    this.#register(route, handle);
  }

  /**
   * Adds a route below an account. It is 403 when the account is unknown, not visible or deleted (docs/x-ads-api.md
   * §17.14), or when the user's role may not read it (docs/x-ads-api.md §5.2).
   */
  addForAccount(route: Route, handle: (call: AccountCall) => Answer): void {
    this.#register(route, (call) => {
      const account = findAccount(this.#simulator, call.path('account_id'), call.token);
      if (route.path !== OWN_PATH && this.#simulator.changes.isDeleted(account, this.#simulator.clock.data())) {
        throw accountNotFound(account.id, this.#simulator.options.unknownAccountCode);
      }
      if (route.kind !== 'account' && !mayRead(this.#simulator.permissions(account, call.token.user)))
        throw notPermitted();
      return handle({ ...call, account });
    });
  }

  #register(route: Route, handle: (call: AdsCall) => Answer): void {
    this.known.push({
      method: route.method,
      pattern: new RegExp(`^/[^/]+${route.path.replaceAll(/:[a-z_]+/g, '[^/]+')}$`),
    });
    this.#app.route({
      method: route.method,
      url: `/:version${route.path}`,
      handler: async (request, reply) => {
        checkVersion(pathValue(request, 'version'));
        const token = verifyUser(this.#simulator, request);
        refuseSentinel(this.#simulator, route, token);
        limitCall(this.#simulator, request, reply, route, token);
        const params = new Params(requestPairs(request));
        const path = (name: string): string => pathValue(request, name);
        const call = { simulator: this.#simulator, request, reply, token, params, path };
        const answer = this.#answer(call, handle);
        void reply.type('application/json;charset=utf-8');
        return isWritten(answer) ? answer.written : stringify(answer);
      },
    });
  }

  /** Refusals echo the parameters that were read before. */
  #answer(call: AdsCall, handle: (call: AdsCall) => Answer): Answer {
    try {
      return handle(call);
    } catch (error) {
      if (!(error instanceof ApiError) || error.refusal.params !== undefined) throw error;
      throw new ApiError({ ...error.refusal, params: { ...call.params.echo } });
    }
  }
}
