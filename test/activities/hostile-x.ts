import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ApplicationFailure } from '@temporalio/common';
import { request as send } from 'undici';
import { expect } from 'vitest';
import * as errors from '../../x-ads/errors/index.js';
import { createXAds } from '../../x-ads/client.js';
import { until } from '../support/until.js';
import { openSite, rowsOf, type Site } from './site.js';

/*
 * A site whose X changes its answers: a server between the activities and the simulated X that passes everything on and
 * changes the text of answers, result files included. Headers, signatures and addresses are as they would be.
 */

/** Answers the changed text, or undefined where the answer stays as it is. */
export type Change = (path: string, text: string, method: string) => string | undefined;

const asTheyAre: Change = () => undefined;

export interface HostileSite extends Site {
  /** From now on. */
  change(change: Change): void;
}

const isFile = (path: string): boolean => path.startsWith('/advertiser-api-async-analytics/');

export const openHostileSite = async (options: Parameters<typeof openSite>[0]): Promise<HostileSite> => {
  const site = await openSite(options);
  let change: Change = asTheyAre;
  const answer = async (request: IncomingMessage): Promise<{ status: number; headers: object; body: Buffer }> => {
    const { method = 'GET', url: target = '/', headers } = request;
    const path = new URL(target, 'http://x').pathname;
    const sent = await buffer(request);
    // X itself is not asked about tokens that it has never made.
    const form = path.startsWith('/oauth/') ? change(path, '', method) : undefined;
    if (form !== undefined)
      return { status: 200, headers: { date: new Date().toUTCString() }, body: Buffer.from(form) };
    const response = await send(`${site.url}${target}`, {
      method: method as 'GET',
      // The signature covers the host that was asked.
      headers: { ...headers, 'accept-encoding': 'identity' },
      ...(sent.length > 0 ? { body: sent } : {}),
    });
    const plain = Buffer.from(await response.body.arrayBuffer());
    const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...kept } = response.headers;
    const { statusCode: status } = response;
    const text = (isFile(path) ? gunzipSync(plain) : plain).toString('utf8');
    // X's files are fetched where its other answers come from.
    const here = isFile(path) ? text : text.replaceAll(site.url, url);
    const changed = status < 300 ? change(path, here, method) : undefined;
    if (changed === undefined) return { status, headers: kept, body: isFile(path) ? plain : Buffer.from(here) };
    return { status, headers: kept, body: isFile(path) ? gzipSync(changed) : Buffer.from(changed) };
  };
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, headers, body }) => response.writeHead(status, { ...headers }).end(body),
      (error: unknown) => response.destroy(error as Error),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createXAds({ baseUrl: url, oauthUrl: url, consumer: site.consumer });
  Object.assign(site.deps.x, client);
  site.disposals.add(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  });
  return { ...site, change: (next) => void (change = next) };
};

const REASONS = new Set(Object.values(errors).flatMap((kind) => (typeof kind === 'function' ? [kind.name] : [])));

/** What became of an attempt: its value, or `refused` with one of the reasons that exist. */
export const attemptOf = async <T>(work: () => Promise<T>): Promise<{ value: T } | 'refused'> => {
  try {
    return { value: await work() };
  } catch (error) {
    expect(error).toBeInstanceOf(ApplicationFailure);
    const { type, message, category } = error as ApplicationFailure;
    // It waits, for a time that is told.
    if (category === 'BENIGN') return 'refused';
    expect(REASONS, `${type}: ${message}`).toContain(type);
    return 'refused';
  }
};

/** Everything that is stored of an account, as one text that changes with it. */
export const storedOf = async ({ db }: Site, accountId: string): Promise<string> => {
  const tables = ['entities', 'facts', 'slices', 'ledger', 'asks', 'tweets', 'cards', 'receipts', 'left_out'];
  const parts = tables.map(
    (name) =>
      `(select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from importer.${name} t where account_id = $1)`,
  );
  const [row] = await rowsOf<{ all: string }>(
    db,
    `select concat_ws(',', (select a::text from importer.accounts a where id = $1), ${parts.join(', ')}) as all`,
    [accountId],
  );
  return row?.all ?? '';
};

/** Nobody leaves a transaction open: what an attempt had begun when it failed ends by itself. */
export const untilNothingOpen = ({ db }: Site): Promise<unknown> =>
  until('every transaction to end', async () => {
    const open = await rowsOf(
      db,
      `select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    return open.length === 0;
  });
