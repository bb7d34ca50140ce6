/**
 * Serves `/healthz` (the process lives), `/readyz` (it can work) and `/metrics` to operators and their machines. It
 * changes nothing and reveals no secret.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when all is well, else throws an error whose message says what is not. */
export type ReadinessCheck = () => Promise<void>;

export interface HealthServerOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Whether a `Host` header names this server; every other request is refused. */
  readonly isOwnHost: (host: string | undefined) => boolean;
  /** The text of `/metrics`. */
  readonly metrics: () => Promise<string>;
  /** By name. The process is ready when all of them pass. */
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  /** For one check. (Default: 3 seconds) */
  readonly timeoutMs?: number;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Readiness {
  readonly ready: boolean;
  /** By check: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

const portOf = (server: { address(): AddressInfo | string | null }): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const outcomeOf = async (check: ReadinessCheck, timeoutMs: number): Promise<string> => {
  const timeout = new AbortController();
  const tooLong = sleep(timeoutMs, `does not answer within ${timeoutMs / 1_000} seconds`, {
    signal: timeout.signal,
  }).catch(() => 'ok');
  const outcome = check().then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && error.message !== '' ? error.message : 'failed'),
  );
  try {
    return await Promise.race([outcome, tooLong]);
  } finally {
    timeout.abort();
  }
};

const answer = (response: ServerResponse, status: number, type: string, body: string): void => {
  response
    .writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .end(body);
};
const text = 'text/plain; charset=utf-8';

export const startHealthServer = async (options: HealthServerOptions): Promise<HealthServer> => {
  const { host, port, metrics, checks, timeoutMs = 3_000 } = options;
  let current: Promise<Readiness> | undefined;
  /** Requests that come at once share one round of checks. */
  const readiness = (): Promise<Readiness> =>
    (current ??= Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check, timeoutMs)] as const),
    )
      .then((outcomes) => ({
        ready: outcomes.every(([, outcome]) => outcome === 'ok'),
        checks: Object.fromEntries(outcomes),
      }))
      .finally(() => (current = undefined)));

  const pages: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/healthz': async (response) => answer(response, 200, text, 'ok\n'),
    '/readyz': async (response) => {
      const found = await readiness();
      answer(response, found.ready ? 200 : 503, 'application/json', `${JSON.stringify(found)}\n`);
    },
    '/metrics': async (response) => answer(response, 200, 'text/plain; version=0.0.4; charset=utf-8', await metrics()),
  };

  const server = createServer((request, response) => {
    if (!options.isOwnHost(request.headers.host)) return answer(response, 403, text, 'Ask by address.\n');
    const page = pages[(request.url ?? '').split('?', 1)[0] ?? ''];
    if (page === undefined) return answer(response, 404, text, 'There is /metrics, /healthz and /readyz.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, text, 'Only GET.\n');
    void page(response).catch(() => answer(response, 500, text, 'failed\n'));
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw new Error(
      isTaken
        ? `Port ${port} on ${host} is taken by another program: end it, or set METRICS_PORT to another.`
        : `METRICS_PORT ${port} on ${host} cannot be listened on: ${String(error)}`,
      { cause: error },
    );
  }
  return {
    port: portOf(server),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
