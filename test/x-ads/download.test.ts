import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { resultUrl } from '../../x-ads/download.js';
import {
  ConnectionFailed,
  HostNotAllowed,
  MalformedResponse,
  ResponseTooLarge,
  Unavailable,
} from '../../x-ads/errors/index.js';
import { parseStatsFile } from '../../x-ads/resources/stats.js';
import { caught, connect, startServer } from './support/server.js';

const file = JSON.stringify({ data_type: 'stats', time_series_length: 1, data: [], request: { params: {} } });
const zipped = gzipSync(file);

test('a result file is unzipped and hashed, and no credentials are sent for it', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/gzip', date: 'Tue, 01 Dec 2026 08:09:10 GMT' });
    response.end(zipped);
  });
  await using client = connect(server);
  const result = await client.xAds.download(`${server.url}/files/stats_job_1.json.gz?sig=1`);
  expect(result).toEqual({
    bytes: Buffer.from(file),
    sha256: createHash('sha256').update(zipped).digest('hex'),
    compressedBytes: zipped.length,
    decompressedBytes: file.length,
    observedAt: '2026-12-01T08:09:10Z',
  });
  expect(parseStatsFile(result.bytes).entities).toEqual([]);
  expect(server.seen[0]).toMatchObject({ method: 'GET', target: '/files/stats_job_1.json.gz?sig=1' });
  expect(server.seen[0]?.headers.authorization).toBeUndefined();
});

test.each([404, 426, 410])('HTTP %i means that the file is not there', async (status) => {
  await using server = await startServer((_, response) => response.writeHead(status).end('<html>'));
  await using client = connect(server);
  expect(await caught(client.xAds.download(`${server.url}/f.gz`))).toMatchObject({ name: 'FileNotReady', status });
});

test('a busy or refusing file host is unavailable, and says for how long', async () => {
  await using server = await startServer((_, response) => response.writeHead(503, { 'retry-after': '9' }).end());
  await using client = connect(server);
  const error = await caught(client.xAds.download(`${server.url}/f.gz`));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error).toMatchObject({ retryAfterMs: 9000, status: 503 });
});

test('a redirect is not followed', async () => {
  await using server = await startServer((_, response) => response.writeHead(302, { location: '/other.gz' }).end());
  await using client = connect(server);
  expect(await caught(client.xAds.download(`${server.url}/f.gz`))).toBeInstanceOf(MalformedResponse);
  expect(server.seen).toHaveLength(1);
});

test.each([
  ['a truncated file', zipped.subarray(0, zipped.length - 9)],
  ['a file that is not gzip', Buffer.from(file)],
  ['a file with a broken checksum', Buffer.concat([zipped.subarray(0, zipped.length - 8), Buffer.alloc(8, 7)])],
  ['an empty file', Buffer.alloc(0)],
])('%s is malformed', async (_, bytes) => {
  await using server = await startServer((_, response) => response.end(bytes));
  await using client = connect(server);
  expect(await caught(client.xAds.download(`${server.url}/f.gz`))).toBeInstanceOf(MalformedResponse);
});

test('a connection lost within the file is a connection failure', async () => {
  await using server = await startServer((_, response) => {
    response.writeHead(200, { 'content-length': '100000' });
    response.write(zipped.subarray(0, 20));
    setTimeout(() => response.destroy(), 10);
  });
  await using client = connect(server);
  expect(await caught(client.xAds.download(`${server.url}/f.gz`))).toBeInstanceOf(ConnectionFailed);
});

test('a silent file host ends in a timeout, a cancelled download in its reason', async () => {
  await using server = await startServer(() => {});
  await using client = connect(server, { timeouts: { downloadMs: 60 } });
  expect(await caught(client.xAds.download(`${server.url}/f.gz`))).toMatchObject({ reason: 'TIMEOUT' });
  const reason = new Error('cancelled');
  const signal = AbortSignal.abort(reason);
  expect(await caught(client.xAds.download(`${server.url}/f.gz`, { signal }))).toBe(reason);
});

test('a file beyond either cap is cut off', async () => {
  const bomb = gzipSync(Buffer.alloc(5_000_000));
  await using server = await startServer((_, response) => response.end(bomb));
  await using narrow = connect(server, { caps: { fileBytes: 1000 } });
  await using flat = connect(server, { caps: { unzippedFileBytes: 1_000_000 } });
  expect(await caught(narrow.xAds.download(`${server.url}/f.gz`))).toBeInstanceOf(ResponseTooLarge);
  expect(await caught(flat.xAds.download(`${server.url}/f.gz`))).toBeInstanceOf(ResponseTooLarge);
});

test('a file host that is not allowed is not asked', async () => {
  await using elsewhere = await startServer((_, response) => response.end(zipped));
  await using server = await startServer((_, response) => response.end(zipped));
  await using client = connect(server);
  expect(await caught(client.xAds.download(`${elsewhere.url}/f.gz`))).toBeInstanceOf(HostNotAllowed);
  expect(elsewhere.seen).toHaveLength(0);
});

const xs = new URL('https://ads-api.x.com');
const standIn = new URL('http://127.0.0.1:4010');
const file1 = 'https://ton.twimg.com/advertiser-api-async-analytics/one.json.gz';
const file2 = 'https://ton.twimg.com/advertiser-api-async-analytics/two.json.gz';

test.each([
  ["X's result host", file1, xs, file1],
  ["X's result host, beside a stand-in", file1, standIn, file1],
  ["a stand-in's own address", 'http://127.0.0.1:4010/f.gz', standIn, 'http://127.0.0.1:4010/f.gz'],
  ['two glued addresses', `${file1}${file2}`, xs, file2],
  ['a glued address whose second half is not ours', `${file1}https://evil.example/f.gz`, xs, undefined],
  ['an address with another in its query', `${file1}?from=https://evil.example/`, xs, undefined],
])('takes %s', (_, text, base, expected) => {
  expect(resultUrl(text, base).href).toBe(expected ?? text);
});

test.each([
  ['the Ads API itself', 'https://ads-api.x.com/12/accounts', xs],
  ['plain HTTP', 'http://ton.twimg.com/f.gz', xs],
  ['another port', 'https://ton.twimg.com:8443/f.gz', xs],
  ['a look-alike', 'https://ton.twimg.com.evil.example/f.gz', xs],
  ['a user in the address', 'https://me@ton.twimg.com/f.gz', xs],
  ["a stand-in's other port", 'http://127.0.0.1:4011/f.gz', standIn],
  ['no address', 'null', xs],
  ['an empty text', '', xs],
  ['a file', 'file:///etc/passwd', xs],
])('refuses %s', (_, text, base) => {
  expect(() => resultUrl(text, base)).toThrow(HostNotAllowed);
});
