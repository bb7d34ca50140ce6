import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { startPostgres } from '../../local/postgres.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';

const value = async (url: string, sql: string): Promise<unknown> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ value: unknown }>(sql)).rows[0]?.value;
  } finally {
    await client.end();
  }
};

it('keeps what was committed through kill -9, on the same port', async () => {
  using folder = throwawayFolder();
  const dataDir = join(folder.path, 'postgres');
  const first = await startPostgres({ dataDir });
  await value(first.url, 'create table kept as select 1 as value');
  await first.kill();
  const second = await startPostgres({ dataDir, port: first.port, portMayChange: false });
  expect(second.url).toBe(first.url);
  await expect(value(second.url, 'select value from kept')).resolves.toBe(1);
  await expect(value(second.url, `select current_setting('synchronous_commit') as value`)).resolves.toBe('on');
  await second.destroy();
  expect(existsSync(second.dataDir)).toBe(false);
});

it('takes over from a server whose owner was killed', async () => {
  using folder = throwawayFolder();
  const dataDir = join(folder.path, 'postgres');
  const orphan = await startPostgres({ dataDir });
  const next = await startPostgres({ dataDir });
  await expect(orphan.ended).resolves.toBe(0);
  await expect(value(next.url, 'select 1 as value')).resolves.toBe(1);
  await next.destroy();
});

it('runs below a folder that only its owner may enter, two first starts at once', async () => {
  using folder = throwawayFolder();
  const closed = join(folder.path, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  chmodSync(closed, 0o700);
  const both = await Promise.all(
    ['one', 'two'].map(async (name) => await startPostgres({ dataDir: join(closed, name) })),
  );
  for (const { url, dataDir, runsAs } of both) {
    await expect(value(url, 'select 1 as value')).resolves.toBe(1);
    expect(statSync(dataDir).mode % 0o1000).toBe(0o700);
    // Root's Postgres runs as somebody else, who cannot enter; everybody else's runs as themselves, who can.
    expect(dataDir.startsWith(closed)).toBe(runsAs === undefined);
  }
  expect(new Set(both.map(({ dataDir }) => dataDir)).size).toBe(2);
  await Promise.all(both.map(async (each) => await each.destroy()));
});

it('asks for its password, and listens on this machine only', async () => {
  using folder = throwawayFolder();
  const postgres = await startPostgres({ dataDir: join(folder.path, 'postgres') });
  const wrong = new URL(postgres.url);
  wrong.password = 'a-guess';
  await expect(value(wrong.href, 'select 1 as value')).rejects.toThrow('password authentication failed');
  await expect(value(postgres.url, `select current_setting('listen_addresses') as value`)).resolves.toBe('127.0.0.1');
  await postgres.destroy();
});

it('says what Postgres said when it does not start', async () => {
  using folder = throwawayFolder();
  const settings = { shared_buffers: 'plenty' };
  const start = startPostgres({ dataDir: join(folder.path, 'postgres'), settings, startMillis: 1_000 });
  await expect(start).rejects.toThrow('invalid value for parameter "shared_buffers"');
});
