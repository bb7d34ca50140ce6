import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Agent } from 'undici';
import type { Deps } from '../../activities/deps.js';

/*
 * A server of result files, as X's result host is, and a download from it. A bench may not import the X client, so the
 * download repeats the steps of x-ads/download.ts: a stream over HTTP/1.1, hashed as received and unzipped on the way.
 */

export interface FileServer extends AsyncDisposable {
  /** The address of the nth file. */
  urlOf(index: number): string;
  /** Serves these from now on. */
  serve(files: readonly Buffer[]): void;
  readonly download: Deps['x']['download'];
}

const download =
  (agent: Agent): Deps['x']['download'] =>
  async (text) => {
    const url = new URL(text);
    const { statusCode, body } = await agent.request({ origin: url.origin, path: url.pathname, method: 'GET' });
    if (statusCode !== 200) throw new Error(`the file server answered ${statusCode}`);
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    let compressedBytes = 0;
    await pipeline(
      body,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          compressedBytes += chunk.length;
          hash.update(chunk);
          yield chunk;
        }
      },
      createGunzip(),
      async function (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) chunks.push(chunk);
      },
    );
    const bytes = Buffer.concat(chunks);
    return {
      bytes,
      sha256: hash.digest('hex'),
      compressedBytes,
      decompressedBytes: bytes.length,
      observedAt: undefined,
    };
  };

export const startFileServer = async (): Promise<FileServer> => {
  let files: readonly Buffer[] = [];
  const server = createServer((request, response) => {
    const file = files[Number(/\/(\d+)\.json\.gz$/.exec(request.url ?? '')?.[1])];
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': 'application/gzip' });
    response.end(file);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const agent = new Agent();
  return {
    urlOf: (index) => `http://127.0.0.1:${port}/advertiser-api-async-analytics/${index}.json.gz`,
    serve: (next) => {
      files = next;
    },
    download: download(agent),
    [Symbol.asyncDispose]: async () => {
      await agent.close();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
