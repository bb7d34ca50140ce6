import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requestPairs, verifyUser } from '../oauth/verify.js';
import type { AccessToken } from '../../state/tokens.js';
import type { Simulator } from '../../state/simulator.js';
import type { Account } from '../../world/account.js';
import type { Json } from '../../world/rows.js';
import { mayRead } from '../../world/users.js';
import { stringify } from '../../json.js';
import type { AccountCall, Call } from './call.js';
import { accountNotFound, adsError, ApiError, notPermitted } from '../../errors.js';
import { Params } from './params.js';
import { LIMITS, limitHeaders, type Limit } from '../../state/rate-limits.js';
import { refuseSentinel } from './sentinel-refusals.js';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** After the version. */
  readonly path: string;
  readonly limit: (simulator: Simulator) => Limit;
  /** Entities need more than stats of an app with the old Analytics tier (x-ads-api.md §2). */
  readonly kind: 'account' | 'entities' | 'stats';
}

/** What a handler gives back: a value, or JSON it has written itself. */
export type Answer = Json | { readonly written: string };

const isWritten = (answer: Answer): answer is { readonly written: string } =>
  typeof answer === 'object' && answer !== null && 'written' in answer && typeof answer.written === 'string';

const VERSIONS = new Set(['11', '12']);

const pathValue = (request: FastifyRequest, name: string): string => {
  const { params } = request;
  if (typeof params !== 'object' || params === null) return '';
  const value: unknown = Object.entries(params).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : '';
};

export const checkVersion = (version: string): void => {
  if (!VERSIONS.has(version)) throw adsError(404, 'INVALID', `Version ${version}.0 is not available.`);
};

/** Counts the call and says so in the headers; the 429 carries them too (lines 43 to 48). */
const takeLimit = (simulator: Simulator, reply: FastifyReply, limit: Limit, key: string): void => {
  const standing = simulator.limits.take(limit, key, simulator.clock.wire());
  void reply.headers(limitHeaders(limit, standing));
  if (!standing.exceeded) return;
  simulator.log.limited(limit.name);
  throw adsError(429, 'TOO_MANY_REQUESTS', 'Too many requests');
};

const limitCall = (
  simulator: Simulator,
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
  token: AccessToken,
): void => {
  const limit = route.limit(simulator);
  const { userId } = token.user;
  const key = limit.per === 'user' ? userId : `${pathValue(request, 'account_id')} ${route.path}`;
  takeLimit(simulator, reply, limit, key);
  if (requestPairs(request).some(([name, value]) => name === 'with_total_count' && value === 'true')) {
    takeLimit(simulator, reply, LIMITS.totalCount, userId);
  }
};

const findAccount = (simulator: Simulator, id: string, token: AccessToken): Account => {
  const account = simulator.world.accountById(id);
  if (account === undefined || simulator.permissions(account, token.user).length === 0) {
    throw accountNotFound(id, simulator.options.unknownAccountCode);
  }
  return account;
};

/** A deleted account answers for itself, with `with_deleted` (x-ads-api.md §4.4), and for nothing in it (I). */
const OWN_PATH = '/accounts/:account_id';

export class Routes {
  readonly #app: FastifyInstance;
  readonly #simulator: Simulator;
  readonly known: { readonly method: string; readonly pattern: RegExp }[] = [];

  constructor(app: FastifyInstance, simulator: Simulator) {
    this.#app = app;
    this.#simulator = simulator;
  }

  /** A route outside any account. */
  add(route: Route, handle: (call: Call) => Answer): void {
    this.#register(route, handle);
  }

  /** A route of one account: unknown, not visible or deleted is 403, and so is a role too weak (line 14, §5.2). */
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

  #register(route: Route, handle: (call: Call) => Answer): void {
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

  /** Refusals echo what was understood until then. */
  #answer(call: Call, handle: (call: Call) => Answer): Answer {
    try {
      return handle(call);
    } catch (error) {
      if (!(error instanceof ApiError) || error.refusal.params !== undefined) throw error;
      throw new ApiError({ ...error.refusal, params: { ...call.params.echo } });
    }
  }
}
