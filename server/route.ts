/**
 * One way to define a route. Its shapes validate, type and document it; its `access` is a row of the one table, asked before
 * it is handled. A route of an action on a connection has `:id` in its path: the connection is loaded for the viewer
 * first, so that one which they may not see is answered like one that does not exist.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Importer } from '../client/importer.js';
import type { ConnectionRow } from '../store/connection/connections.js';
import type { Db } from '../store/pool.js';
import type { Access, ConnectionAccess } from './access.js';
import type { Asker } from './asker.js';
import type { ServerOptions } from './options.js';

type Shape = z.core.$ZodLooseShape;
type Values<S extends Shape> = z.output<z.ZodObject<S, z.core.$strict>>;

/** What a route of `public` gets: nobody is signed in, perhaps. */
export interface PublicContext {
  readonly options: ServerOptions;
  readonly db: Db;
  readonly asker: Asker | undefined;
  /** The address of the peer, or the one that a trusted proxy names. */
  readonly ip: string;
  readonly request: FastifyRequest;
  /** For headers; what is answered is what `handle` returns. */
  readonly reply: FastifyReply;
}

export interface RouteContext extends PublicContext {
  readonly asker: Asker;
  readonly viewer: Asker['viewer'];
  /** The façade, for this viewer. */
  readonly importer: Importer;
}

/** What a route of an action on a connection gets. */
export interface ConnectionContext extends RouteContext {
  readonly connection: ConnectionRow;
}

type ContextOf<A extends Access> = A extends 'public'
  ? PublicContext
  : A extends ConnectionAccess
    ? ConnectionContext
    : RouteContext;

export interface RouteInput<P extends Shape, Q extends Shape, B extends Shape> {
  readonly params: Values<P>;
  readonly query: Values<Q>;
  readonly body: Values<B>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RouteSpec<
  A extends Access = Access,
  P extends Shape = Shape,
  Q extends Shape = Shape,
  B extends Shape = Shape,
  R extends z.ZodType | 'nothing' | 'redirect' = z.ZodType | 'nothing' | 'redirect',
> {
  readonly name: string;
  readonly method: Method;
  /** Under `/api/v1`, unless `base` says otherwise. */
  readonly path: `/${string}`;
  readonly base?: '';
  readonly access: A;
  /** What it does, for the API's document. */
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** The shape of the answer; `nothing` is 204, `redirect` is 303. */
  readonly answer: R;
  /** It starts something: `Idempotency-Key` is heeded. (Default: no) */
  readonly repeatable?: true;
  /** Another form of the answer, where the request asks for one. (Default: JSON only) */
  readonly text?: (
    context: ContextOf<A>,
    input: RouteInput<P, Q, B>,
  ) => Promise<{ readonly type: string; readonly file: string; readonly text: string } | undefined>;
  /** (Default: 200) */
  readonly status?: 200 | 201 | 202;
  readonly handle: (
    context: ContextOf<A>,
    input: RouteInput<P, Q, B>,
  ) => Promise<R extends z.ZodType ? z.output<R> : R extends 'redirect' ? { readonly location: string } : void>;
}

/** A route as its users in the browser see it. Types only. */
export type InputOf<R> = R extends RouteSpec<Access, infer P, infer Q, infer B, infer _> ? RouteInput<P, Q, B> : never;
export type AnswerOf<R> =
  R extends RouteSpec<Access, infer _P, infer _Q, infer _B, infer A>
    ? A extends z.ZodType
      ? z.output<A>
      : undefined
    : never;

type Empty = Readonly<Record<string, never>>;

export const defineRoute = <
  const A extends Access,
  P extends Shape = Empty,
  Q extends Shape = Empty,
  B extends Shape = Empty,
  R extends z.ZodType | 'nothing' | 'redirect' = 'nothing',
>(
  route: RouteSpec<A, P, Q, B, R>,
): RouteSpec<A, P, Q, B, R> => route;

export const pathOf = ({ base, path }: Pick<RouteSpec, 'base' | 'path'>): string => `${base ?? '/api/v1'}${path}`;
