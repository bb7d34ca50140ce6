import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { isLoopbackHost } from '../domain/addresses.js';

/*
 * Decrypts payloads for the Temporal UI and command line. The person's browser calls it, so that it listens on the
 * loopback address of the browser's machine, and answers pages of the Temporal UI only.
 */

export interface CodecServerOptions {
  readonly codec: PayloadCodec;
  /** Where the Temporal UI is served, e.g. `http://127.0.0.1:8233`. Requests of other pages are refused. */
  readonly uiOrigin: string;
  /** (Default: a free one) */
  readonly port?: number;
}

export interface CodecServer {
  readonly url: string;
  close(): Promise<void>;
}

const host = '127.0.0.1';
const maximumBytes = 16 * 1024 * 1024;

export const startCodecServer = async ({ codec, uiOrigin, port = 0 }: CodecServerOptions): Promise<CodecServer> => {
  const server = createServer((request, response) => {
    answer(request, response, codec, uiOrigin).catch((error: unknown) => {
      send(response, 400, { message: error instanceof Error ? error.message : 'the request could not be read' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, resolve);
  });
  return { url: `http://${host}:${portOf(server)}`, close: async () => await close(server) };
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  codec: PayloadCodec,
  uiOrigin: string,
): Promise<void> => {
  const { origin } = request.headers;
  // Command-line tools send no origin; browsers always send it with a POST to another origin.
  if (origin !== undefined && origin !== uiOrigin)
    return send(response, 403, { message: 'not a page of the Temporal UI' });
  if (!isLoopbackHost(request.headers.host))
    return send(response, 403, { message: 'reachable by its loopback address only' });
  response.setHeader('access-control-allow-origin', uiOrigin);
  response.setHeader('vary', 'origin');
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'POST');
    response.setHeader('access-control-allow-headers', 'content-type, x-namespace, authorization');
    response.writeHead(204).end();
    return;
  }
  const convert = request.method === 'POST' ? operation(codec, request.url) : undefined;
  if (convert === undefined) return send(response, 404, { message: 'POST /encode or POST /decode' });
  const { payloads = [] }: { payloads?: readonly JsonPayload[] } = JSON.parse(await body(request));
  send(response, 200, { payloads: (await convert(payloads.map(fromJson))).map(toJson) });
};

const operation = (codec: PayloadCodec, url: string | undefined) => {
  const path = url?.split('?', 1)[0];
  if (path === '/decode') return async (payloads: Payload[]) => await codec.decode(payloads);
  return path === '/encode' ? async (payloads: Payload[]) => await codec.encode(payloads) : undefined;
};

/** Payloads as Temporal's tools write them: protobuf's JSON form. */
interface JsonPayload {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly data?: string;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const fromJson = ({ metadata = {}, data = '' }: JsonPayload): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, bytes(value)])),
  data: bytes(data),
});

const toJson = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
  data: base64(data ?? new Uint8Array()),
});

const body = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    const chunk = Buffer.from(part);
    length += chunk.length;
    if (length > maximumBytes) throw new Error(`more than ${maximumBytes} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
};

const send = (response: ServerResponse, status: number, content: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(content));
};

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the codec server has no port');
  return address.port;
};

const close = async (server: Server): Promise<void> => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
};
