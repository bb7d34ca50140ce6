import { addresses } from './addresses.js';
import type { AnswerOf, InputOf } from '../server/route.js';
import type { Routes } from '../server/routes/index.js';
import { ApiRefusal } from './api-refusal.js';
import { words } from './words.js';

export type RouteName = keyof typeof addresses & keyof Routes;

/** A part of a request: left out where the route has none, and optional where nothing of it must be given. */
type Part<Key extends string, Values> = string extends keyof Values
  ? unknown
  : Partial<Values> extends Values
    ? { readonly [K in Key]?: Values }
    : { readonly [K in Key]: Values };

interface Extras {
  /** The version that was seen when the change began. */
  readonly ifMatch?: string;
  /** Goes out also where the page is left meanwhile. */
  readonly keepalive?: true;
}

/** What a browser lets go out after its page, in bytes, is a little more. */
const KEPT_ALIVE_BYTES = 60_000;

export type InputTo<Name extends RouteName> = Part<'params', InputOf<Routes[Name]>['params']> &
  Part<'query', InputOf<Routes[Name]>['query']> &
  Part<'body', InputOf<Routes[Name]>['body']> &
  Extras;
export type AnswerTo<Name extends RouteName> = AnswerOf<Routes[Name]>;

interface Sent extends Extras {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

interface ErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly next_step?: { readonly text?: string };
    readonly fields?: Record<string, string>;
    readonly id?: string;
  };
}

const addressOf = (name: RouteName, { params = {}, query = {} }: Sent): string => {
  const path = addresses[name].replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  return `/api/v1${path}${search.size > 0 ? `?${search.toString()}` : ''}`;
};

const refusalOf = async (response: Response): Promise<ApiRefusal> => {
  const { error } = (await response.json().catch(() => ({}))) as ErrorBody;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiRefusal(error?.message ?? words.errors.unexpected, response.status, error?.code ?? 'unexpected', {
    fields: error?.fields,
    cure: error?.next_step?.text,
    id: error?.id,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
};

/**
 * Asks the API.
 * @throws ApiRefusal
 */
export const call = async <Name extends RouteName>(
  name: Name,
  input: InputTo<Name>,
  signal?: AbortSignal,
): Promise<AnswerTo<Name>> => {
  const sent = input as Sent;
  const method = (/^[a-z]+/.exec(name)?.[0] ?? 'get').toUpperCase();
  const headers: Record<string, string> = { accept: 'application/json' };
  if (sent.body !== undefined) headers['content-type'] = 'application/json';
  if (sent.ifMatch !== undefined) headers['if-match'] = `"${sent.ifMatch}"`;
  const body = sent.body === undefined ? undefined : JSON.stringify(sent.body);
  const response = await fetch(addressOf(name, sent), {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(sent.keepalive === true && (body ?? '').length < KEPT_ALIVE_BYTES ? { keepalive: true } : {}),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiRefusal(words.errors.noAnswer, 0, 'no_answer');
  });
  if (!response.ok) throw await refusalOf(response);
  if (response.status === 204) return undefined as AnswerTo<Name>;
  return (await response.json()) as AnswerTo<Name>;
};
