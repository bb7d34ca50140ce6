import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createXAds, type UserApi, type UserOptions, type XAds, type XAdsOptions } from '../../../x-ads/client.js';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** As it was sent, query included. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
}

/** A real server on loopback that answers as the test says, and keeps the requests. */
export const startServer = async (answer: RequestListener): Promise<TestServer> => {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const target = request.url ?? '';
    const url = new URL(target, 'http://loopback');
    seen.push({
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      target,
      headers: request.headers,
    });
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};

export const sendJson = (response: ServerResponse, body: unknown, status = 200, headers: object = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
};

export const consumer = { key: 'consumer-key', secret: 'consumer-s3cret' } as const;
export const credentials = { userId: '42', token: '42-user-t0ken', tokenSecret: 'user-s3cret' } as const;

export interface TestClient extends AsyncDisposable {
  readonly xAds: XAds;
  readonly user: UserApi;
}

export const connect = (
  server: TestServer,
  { hooks, ...options }: Partial<XAdsOptions> & UserOptions = {},
): TestClient => {
  const xAds = createXAds({ baseUrl: server.url, oauthUrl: server.url, consumer, ...options });
  return { xAds, user: xAds.forUser(credentials, { hooks }), [Symbol.asyncDispose]: () => xAds.close() };
};

export const caught = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
};
