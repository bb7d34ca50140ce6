import type { z } from 'zod';
import type { Call, Hooks, Observation } from './call.js';
import { MalformedResponse, NotAllowed, RateLimited } from './errors/index.js';
import { familyOf } from './families.js';
import { parseJson } from './json.js';
import { headerText, jobSlotsReading, limitReadings, type ResponseHeaders, retryAfter } from './rate-limits.js';
import type { ApiRequest, Send } from './requests.js';
import type { UserCredentials } from './sign.js';
import { instantOfDate } from './time.js';
import type { Transport } from './transport.js';

/** The only version that X serves (docs/x-ads-api.md §1). */
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

const observationOf = (status: number, headers: ResponseHeaders, ageMs: number): Observation => {
  const jobSlots = jobSlotsReading(headers);
  const retryAfterMs = retryAfter(headers);
  const observedAt = instantOfDate(headerText(headers, 'date'));
  const requestId = headerText(headers, 'x-transaction') ?? headerText(headers, 'x-transaction-id');
  return {
    status,
    readings: limitReadings(headers, ageMs),
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

const withoutErrors = async (hook: () => void | Promise<void> | undefined): Promise<void> => {
  try {
    await hook();
  } catch {
    // Documented on the hooks: their errors must not cost the caller the answer.
  }
};

/** The calls of one user, each in four steps: the gate, the exchange, the hooks, and the reading by schema. */
export const createSend =
  (transport: Transport, credentials: UserCredentials, hooks: Hooks, boundSignal?: AbortSignal): Send =>
  async (request, schema, { signal = boundSignal }) => {
    const call = callOf(request, credentials);
    const requestPath = `${call.method} ${call.path}`;
    signal?.throwIfAborted();
    await hooks.beforeCall?.(call);
    const sentAt = performance.now();
    const sending = transport.send({
      host: 'ads',
      method: call.method,
      path: call.path,
      query: request.query,
      token: credentials,
      kind: request.kind,
      signal,
      onHeaders: async (status, headers) => {
        await withoutErrors(() =>
          hooks.afterResponse?.(call, observationOf(status, headers, performance.now() - sentAt)),
        );
      },
    });
    const response = await sending.catch(async (error: unknown) => {
      if (error instanceof RateLimited) await withoutErrors(() => hooks.onRateLimited?.(call, error));
      throw error;
    });
    const data = readBody(response.text, schema, requestPath, response.status);
    if (response.observedAt === undefined) {
      // Our own clock is no substitute: the store orders X's answers by X's clock.
      throw new MalformedResponse(`${requestPath}: the answer has no date`, { requestPath, status: response.status });
    }
    return { data, observedAt: response.observedAt };
  };
