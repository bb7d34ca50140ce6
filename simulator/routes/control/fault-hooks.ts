import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, adsError, invalidToken } from '../../errors.js';
import type { Fault, FaultKind, Occasion } from '../../state/faults.js';
import type { Simulator } from '../../state/simulator.js';
import { fileOccasion, jobOfPath } from '../files/files.js';
import { parseAuthorization } from '../oauth/signature.js';
import { requestPairs } from '../oauth/verify.js';

const SLOW_SECONDS = 2;
const LIMITED_SECONDS = 5;
const RETRY_SECONDS = 1;

const callerOf = (simulator: Simulator, request: FastifyRequest): string | undefined => {
  const token = parseAuthorization(request.headers.authorization)?.get('oauth_token');
  return token === undefined ? undefined : simulator.tokens.find(token)?.user.screenName;
};

const occasionOf = (simulator: Simulator, request: FastifyRequest): Occasion => {
  const path = request.originalUrl.split('?', 1)[0] ?? '/';
  const job = jobOfPath(simulator, path);
  if (job !== undefined) return fileOccasion(job);
  const fields = new Map(requestPairs(request));
  return {
    method: request.method,
    path,
    accountId: /\/accounts\/([^/.]+)/.exec(path)?.[1],
    entityIds: fields.get('entity_ids')?.split(','),
    level: fields.get('entity'),
    placement: fields.get('placement'),
    screenName: callerOf(simulator, request),
  };
};

const retryAfter = ({ retry_after: text, seconds = RETRY_SECONDS }: Fault): string =>
  typeof text === 'string' ? text : String(seconds);

const isVersioned = (path: string): boolean => /^\/\d+\//.test(path);

const isHuman = (path: string): boolean => /^\/oauth\/(authorize|authenticate|sign_out)/.test(path);

/**
 * Injects the faults of calls, not those of jobs. They strike the API, the OAuth calls and the result files. They
 * strike the pages that people see only when `path` names them, and the control calls never.
 */
export const addFaultHooks = (app: FastifyInstance, simulator: Simulator): void => {
  const strike = (kind: FaultKind, at: Occasion): Fault | null => {
    const path = at.path ?? '';
    if (path.startsWith('/_simulator')) return null;
    return simulator.faults.strike(kind, at, isHuman(path));
  };

  app.addHook('preHandler', async (request, reply) => {
    const at = occasionOf(simulator, request);
    const path = at.path ?? '';
    if (strike('connection_reset', at) !== null) {
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return;
    }
    const slow = strike('slow_response', at);
    if (slow !== null) await wait((slow.seconds ?? SLOW_SECONDS) * 1000);
    const busy = strike('status_503', at);
    if (busy !== null) {
      const headers: Record<string, string> = busy.retry_after === false ? {} : { 'retry-after': retryAfter(busy) };
      const message = 'Service unavailable due to request timeout; please try the request again later';
      throw new ApiError({ status: 503, headers, errors: [{ code: 'SERVICE_UNAVAILABLE', message }] });
    }
    if (!isVersioned(path)) return;
    refuse(simulator, request, reply, at);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const at = occasionOf(simulator, request);
    if (strike('lost_response', at) !== null) {
      request.raw.socket.destroy();
      return payload;
    }
    const broken = isVersioned(at.path ?? '') && reply.statusCode === 200 && typeof payload === 'string';
    if (broken && strike('malformed_json', at) !== null) {
      void reply.removeHeader('content-length');
      return payload.slice(0, Math.max(1, Math.floor(payload.length / 2)));
    }
    return payload;
  });
};

const refuse = (simulator: Simulator, request: FastifyRequest, reply: FastifyReply, at: Occasion): void => {
  const limited = simulator.faults.strike('rate_limited', at);
  if (limited !== null) {
    const seconds = simulator.clock.resetSeconds((limited.seconds ?? LIMITED_SECONDS) * 1000);
    void reply.headers({
      'x-rate-limit-limit': '250',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': limited.reset ?? String(seconds),
    });
    simulator.log.limited('rate_limited fault');
    throw adsError(429, 'TOO_MANY_REQUESTS', 'Too many requests');
  }
  if (simulator.faults.strike('token_revoked', at) !== null) {
    const token = parseAuthorization(request.headers.authorization)?.get('oauth_token');
    if (token !== undefined) simulator.tokens.revoke(token);
    throw invalidToken();
  }
};
