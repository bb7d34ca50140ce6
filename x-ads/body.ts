import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { MalformedResponse, ResponseTooLarge } from './errors/index.js';
import { wellFormed } from './well-formed.js';

const unzip = promisify(gunzip);

/** Enough to understand an error page; the rest is not read. */
const MAX_ERROR_BYTES = 64 * 1024;

interface ReadOptions {
  readonly requestPath: string;
  readonly status: number;
  readonly maxBytes: number;
  readonly encoding: string | undefined;
}

const decode = async (bytes: Buffer, { requestPath, status, maxBytes, encoding }: ReadOptions): Promise<string> => {
  const kind = encoding?.trim().toLowerCase() ?? 'identity';
  if (kind === 'identity' || kind === '') return bytes.toString('utf8');
  if (kind !== 'gzip') throw new MalformedResponse(`X answered with content-encoding ${kind}`, { requestPath, status });
  try {
    return (await unzip(bytes, { maxOutputLength: maxBytes })).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ResponseTooLarge(`the answer unzips to more than ${maxBytes} bytes`, { requestPath, status });
    }
    throw new MalformedResponse("the answer's gzip is broken or cut off", { requestPath, status });
  }
};

/**
 * Reads a body to its end. Of a refusal's body it reads only the beginning, and returns an empty text where that cannot
 * be decoded.
 *
 * @throws {ResponseTooLarge} when a body that is no refusal's is larger than `maxBytes`, as it is sent or unzipped.
 * @throws {MalformedResponse} when such a body cannot be decoded.
 */
export const readText = async (body: Dispatcher.ResponseData['body'], options: ReadOptions): Promise<string> => {
  const isError = options.status >= 300;
  const cap = isError ? MAX_ERROR_BYTES : options.maxBytes;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > cap) {
      if (isError) break;
      // Leaving the loop destroys the body and its socket.
      throw new ResponseTooLarge(`the answer has more than ${cap} bytes`, {
        requestPath: options.requestPath,
        status: options.status,
      });
    }
    chunks.push(bytes);
  }
  const bytes = Buffer.concat(chunks);
  if (!isError) return wellFormed(await decode(bytes, options));
  try {
    return wellFormed(await decode(bytes, options));
  } catch {
    return '';
  }
};
