import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client as Temporal, Connection } from '@temporalio/client';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { startStack } from '../../local/stack.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import { until } from '../support/until.js';
import { connectionIdAttribute } from '../../temporal/search-attributes.js';

const bare = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

const withTemporal = async <T>(address: string, task: (client: Temporal) => Promise<T>): Promise<T> => {
  const connection = await Connection.connect({ address });
  try {
    return await task(new Temporal({ connection }));
  } finally {
    await connection.close();
  }
};

it('comes back on the same ports with the same data, after kill -9 of every part and after a second start, and never with another key', async () => {
  using folder = throwawayFolder();
  const options = { dataDir: folder.path, environment: bare, simulator: ['--accounts', '1', '--ads', '2'] };
  const troubles: string[] = [];
  const stack = await startStack({ ...options, onTrouble: (message) => troubles.push(message) });
  try {
    await query(stack.databaseUrl, 'create table kept as select 42 as answer');
    await withTemporal(stack.temporalAddress, async ({ workflow }) => {
      const typedSearchAttributes = [{ key: connectionIdAttribute, value: 'c1' }];
      await workflow.start('nobody-runs-this', { taskQueue: 'none', workflowId: 'kept', typedSearchAttributes });
    });
    expect((await fetch(stack.uiUrl ?? '')).status).toBe(200);
    for (const file of ['running.env', 'importer.key', 'temporal.db', 'temporal.db-wal', 'temporal.db-shm'])
      expect([file, statSync(join(folder.path, file)).mode % 0o1000]).toEqual([file, 0o600]);

    const { postgres, temporal, simulator, workers } = stack.parts;
    const parts = [postgres, temporal, simulator, ...workers];
    expect(parts.every((part) => part !== undefined)).toBe(true);
    await Promise.all(
      parts.map(async (part) => {
        if (part !== undefined) process.kill(part.current().pid, 'SIGKILL');
        await part?.restarted(1);
      }),
    );
    expect(troubles.toSorted().filter((message) => message.includes('SIGKILL'))).toHaveLength(4);
    await expect(query(stack.databaseUrl, 'select answer from kept')).resolves.toEqual([{ answer: 42 }]);
    await withTemporal(stack.temporalAddress, async ({ workflow }) => {
      expect((await workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
    });
  } finally {
    await stack.stop();
  }
  expect(existsSync(join(folder.path, 'running.env'))).toBe(false);

  const again = await startStack(options);
  try {
    expect(again.databaseUrl).toBe(stack.databaseUrl);
    expect(again.temporalAddress).toBe(stack.temporalAddress);
    expect(again.uiUrl).toBe(stack.uiUrl);
    expect(again.simulatorUrl).toBe(stack.simulatorUrl);
    await expect(query(again.databaseUrl, 'select answer from kept')).resolves.toEqual([{ answer: 42 }]);
    await withTemporal(again.temporalAddress, async ({ workflow }) => {
      expect((await workflow.count(`ConnectionId = 'c1'`)).count).toBe(1);
    });
    await expect(startStack(options)).rejects.toThrow(`is running already (process ${process.pid})`);
    expect(readFileSync(join(folder.path, 'running.env'), 'utf8')).toContain(`DATABASE_URL='${again.databaseUrl}'`);
    await query(
      again.databaseUrl,
      `insert into importer.credentials (x_user_id, screen_name, sealed, key_id) values ('1', 'ada', '', 'old')`,
    );
  } finally {
    await again.stop();
  }
  // A new key would open nothing; nobody may take its place in silence.
  rmSync(join(folder.path, 'importer.key'));
  await expect(startStack(options)).rejects.toThrow(/importer\.key is gone, and 1 sealed credential cannot be opened/);
  expect(existsSync(join(folder.path, 'importer.key'))).toBe(false);
});

it('gives up a start at once when it is asked to, and ends what has been started', async () => {
  using folder = throwawayFolder();
  const giveUp = new AbortController();
  const troubles: string[] = [];
  const starting = startStack({
    dataDir: folder.path,
    environment: bare,
    signal: giveUp.signal,
    onTrouble: (message) => troubles.push(message),
  });
  const outcome = starting.then(
    () => 'up',
    () => 'given up',
  );
  const pidFile = join(folder.path, 'postgres', 'cluster', 'postmaster.pid');
  await until('Postgres to run', async () => existsSync(pidFile));
  giveUp.abort();
  expect(await outcome).toBe('given up');
  expect(troubles).toEqual([]);
  expect(
    [pidFile, join(folder.path, 'stack.lock'), join(folder.path, 'logs', 'worker.log')].filter(existsSync),
  ).toEqual([]);
});

it('leaves no process behind when it cannot start, and says everything that is wrong first', async () => {
  using folder = throwawayFolder();
  const environment = { ...bare, X_CONSUMER_KEY: 'only-half', LOG_LEVEL: 'loud' };
  await expect(startStack({ dataDir: folder.path, environment })).rejects.toThrow(
    'X_CONSUMER_SECRET is missing; LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
  );
  expect(existsSync(join(folder.path, 'postgres'))).toBe(false);
  const wrong = { ...bare, TEMPORAL_CLI_PATH: '/no/such/temporal' };
  await expect(startStack({ dataDir: folder.path, environment: wrong })).rejects.toThrow('TEMPORAL_CLI_PATH');
  expect(existsSync(join(folder.path, 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
  expect(existsSync(join(folder.path, 'stack.lock'))).toBe(false);
});
