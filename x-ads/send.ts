import type { z } from 'zod';
import type { Call, Hooks, Observation } from './call.js';
import type { UserCredentials } from './client.js';
import type { ApiRequest, Send } from './endpoints/requests.js';
import { MalformedResponse } from './errors/malformed-response.js';
import { NotAllowed } from './errors/not-allowed.js';
import { RateLimited } from './errors/rate-limited.js';
import { familyOf } from './families.js';
import { parseJson } from './json.js';
import { headerText, jobSlotsReading, limitReadings, type ResponseHeaders, retryAfter } from './rate-limits.js';
import { instantOfDate } from './time.js';
import type { Transport } from './transport.js';

/** X's current version; there is no other (x-ads-api.md §1). */
const VERSION = '/12';

const callOf = ({ method, path: route, accountId }: ApiRequest, { userId }: UserCredentials): Call => {
  const path = `${VERSION}${route}`;
  const family = familyOf(method, path);
  if (family === undefined) {
    const requestPath = `${method} ${path}`;
    throw new NotAllowed(`${requestPath} is not a call that this client makes`, { requestPath });
  }
  const { documentedLimit, windowSeconds } = family;
  return {
    family: family.family,
    scope: family.scope,
    scopeKey: family.scope === 'account' && accountId !== undefined ? accountId : userId,
    userId,
    ...(accountId === undefined ? {} : { accountId }),
    method,
    path,
    documented: { documentedLimit, windowSeconds },
  };
};

const observationOf = (status: number, headers: ResponseHeaders): Observation => {
  const jobSlots = jobSlotsReading(headers);
  const retryAfterMs = retryAfter(headers, Date.now());
  const observedAt = instantOfDate(headerText(headers, 'date'));
  const requestId = headerText(headers, 'x-transaction') ?? headerText(headers, 'x-transaction-id');
  return {
    status,
    readings: limitReadings(headers),
    ...(jobSlots === undefined ? {} : { jobSlots }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(observedAt === undefined ? {} : { observedAt }),
    ...(requestId === undefined ? {} : { requestId }),
  };
};

const readBody = <T>(text: string, schema: z.ZodType<T>, requestPath: string, status: number): T => {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    throw new MalformedResponse(`${requestPath}: the answer is not JSON`, { requestPath, status });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.map(String).join('.') ?? '';
  throw new MalformedResponse(`${requestPath}: ${where}: ${issue?.message ?? 'not as documented'}`, {
    requestPath,
    status,
  });
};

const noted = async (note: () => void | Promise<void>): Promise<void> => {
  try {
    await note();
  } catch {
    // Documented on the hooks: the answer is worth more than a note of it.
  }
};

/** One user's calls: gate, exchange, note of the headers, reading by schema. */
export const createSend =
  (transport: Transport, credentials: UserCredentials, hooks: Hooks, boundSignal?: AbortSignal): Send =>
  async (request, schema, { signal = boundSignal }) => {
    const call = callOf(request, credentials);
    const requestPath = `${call.method} ${call.path}`;
    signal?.throwIfAborted();
    await hooks.beforeCall?.(call);
    const sending = transport.send({
      host: 'ads',
      method: call.method,
      path: call.path,
      query: request.query,
      token: credentials,
      kind: request.kind,
      signal,
      onHeaders: async (status, headers) => {
        await noted(() => hooks.afterResponse?.(call, observationOf(status, headers)));
      },
    });
    const response = await sending.catch(async (error: unknown) => {
      if (error instanceof RateLimited) await noted(() => hooks.onRateLimited?.(call, error));
      throw error;
    });
    const data = readBody(response.text, schema, requestPath, response.status);
    if (response.observedAt === undefined) {
      // Our own clock is no substitute: what X said is ordered by X's now (design.md §4).
      throw new MalformedResponse(`${requestPath}: the answer has no date`, { requestPath, status: response.status });
    }
    return { data, observedAt: response.observedAt };
  };
