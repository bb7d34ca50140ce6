import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import type { Instant } from '../domain/calendar.js';
import type { CallOptions } from './call.js';
import { connectionFailure } from './connection-failure.js';
import {
  FileNotReady,
  HostNotAllowed,
  InvalidRequest,
  MalformedResponse,
  ResponseTooLarge,
  Unavailable,
  type XAdsError,
} from './errors/index.js';
import { headerText, retryAfter } from './rate-limits.js';
import type { SizeCaps, Timeouts } from './settings.js';
import { instantOfDate } from './time.js';
import { withTimeout } from './timeout.js';

export interface ResultFile {
  /** The unzipped file: `parseStatsFile(bytes)` reads it. */
  readonly bytes: Buffer;
  /** Of the bytes as they were sent, in hex; the receipts of stored numbers name it. */
  readonly sha256: string;
  readonly compressedBytes: number;
  readonly decompressedBytes: number;
  /** By the host's clock, where it sends a `date`. */
  readonly observedAt: Instant | undefined;
}

export interface DownloadOptions {
  readonly dispatcher: Dispatcher;
  readonly baseUrl: URL;
  readonly timeouts: Timeouts;
  readonly caps: SizeCaps;
}

const RESULT_ORIGIN = 'https://ton.twimg.com';
const X_HOSTS = /(^|\.)(x|twitter)\.com$/;

const parseUrl = (text: string): URL | undefined => {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
};

/**
 * The address to fetch. X has sent two addresses glued together (seen by OWOX's connector): the last one that may be
 * fetched counts. Allowed are X's result host, and the Ads API's own origin where that is not X but a stand-in.
 */
export const resultUrl = (text: string, baseUrl: URL): URL => {
  const origins = X_HOSTS.test(baseUrl.hostname) ? [RESULT_ORIGIN] : [RESULT_ORIGIN, baseUrl.origin];
  const starts = [...text.matchAll(/https?:\/\//g)].map(({ index }) => index);
  for (const start of starts.toReversed()) {
    const url = parseUrl(text.slice(start).trim());
    if (url !== undefined && origins.includes(url.origin) && url.username === '' && url.password === '') return url;
  }
  throw new HostNotAllowed(`the job's file is not at ${origins.join(' or ')}`, { requestPath: 'GET result file' });
};

/** Without path and query: whoever has the whole address can fetch the data. */
const requestPathOf = (url: URL): string => `GET result file at ${url.host}`;

const refusal = (status: number, retryAfterMs: number | undefined, requestPath: string): XAdsError => {
  const message = `${requestPath}: HTTP ${status}`;
  const details = { requestPath, status };
  // 426 was seen for clients of HTTP/1.0 and right after SUCCESS (docs/x-ads-api.md §9.5); 410 would say what 404 says.
  if (status === 404 || status === 426 || status === 410) return new FileNotReady(message, details);
  if (status >= 300 && status < 400) return new MalformedResponse(`${message}, a redirect, is not followed`, details);
  if (status === 400 || status === 405) return new InvalidRequest(message, details);
  return new Unavailable(message, { ...details, retryAfterMs, mayHaveBeenDone: false });
};

interface Unzipped {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly compressedBytes: number;
}

const unzip = async (
  body: Dispatcher.ResponseData['body'],
  caps: SizeCaps,
  requestPath: string,
  signal: AbortSignal,
): Promise<Unzipped> => {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let compressed = 0;
  let unzipped = 0;
  const tooLarge = (what: string, cap: number): ResponseTooLarge =>
    new ResponseTooLarge(`${requestPath}: ${what} more than ${cap} bytes`, { requestPath });
  try {
    await pipeline(
      body,
      async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          compressed += chunk.length;
          if (compressed > caps.fileBytes) throw tooLarge('the file has', caps.fileBytes);
          hash.update(chunk);
          yield chunk;
        }
      },
      createGunzip(),
      async function (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          unzipped += chunk.length;
          if (unzipped > caps.unzippedFileBytes) throw tooLarge('the file unzips to', caps.unzippedFileBytes);
          chunks.push(chunk);
        }
      },
      { signal },
    );
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('Z_')) {
      throw new MalformedResponse(`${requestPath}: the gzip is broken or cut off (${code})`, { requestPath });
    }
    throw error;
  }
  if (compressed === 0) throw new MalformedResponse(`${requestPath}: the file is empty`, { requestPath });
  return { bytes: Buffer.concat(chunks), sha256: hash.digest('hex'), compressedBytes: compressed };
};

export const createDownload =
  ({ dispatcher, baseUrl, timeouts, caps }: DownloadOptions) =>
  async (text: string, { signal: callers }: CallOptions = {}): Promise<ResultFile> => {
    const url = resultUrl(text, baseUrl);
    const requestPath = requestPathOf(url);
    return withTimeout(timeouts.downloadMs, callers, async (signal) => {
      try {
        // No `authorization`: the file needs none (docs/x-ads-api.md §9.5), and its host must not learn ours.
        const { statusCode, headers, body } = await dispatcher.request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: 'GET',
          headers: { accept: 'application/gzip, */*', 'accept-encoding': 'identity', 'user-agent': 'x-ads-importer' },
          signal,
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        if (statusCode !== 200) {
          await body.dump({ limit: 16_384 });
          throw refusal(statusCode, retryAfter(headers), requestPath);
        }
        const file = await unzip(body, caps, requestPath, signal);
        return {
          ...file,
          decompressedBytes: file.bytes.length,
          observedAt: instantOfDate(headerText(headers, 'date')),
        };
      } catch (error) {
        throw connectionFailure(error, signal, requestPath);
      }
    });
  };
