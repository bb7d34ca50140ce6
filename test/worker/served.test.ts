import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../process/free-port.js';
import { request } from 'node:http';
import { isPrivateHost } from '../../domain/addresses.js';
import { startHealthServer } from '../../process/health-server.js';
import { connectionWorkflowId } from '../../domain/ids.js';
import { setPhase } from '../../store/connection/connections.js';
import { createPool } from '../../store/pool.js';
import { addConnection } from '../store/database.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { missingSearchAttributes, prepareSearchAttributes } from '../../temporal/namespace.js';
import { bareNamespace, connectTemporal, temporalAddress } from '../support/temporal.js';

const main = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));
let database: TestDatabase;
let namespace: string;
let connectionId: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  [database, namespace] = await Promise.all([createDatabase(), bareNamespace()]);
  await using db = createPool(database.url);
  connectionId = await addConnection(db);
  await setPhase(db, connectionId, 'choosing');
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await database.drop();
});

const ask = async (port: number, path: string, method = 'GET') => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return { status: answer.status, text: await answer.text() };
};

it('a worker serves metrics of ours and of Temporal, lives at once, makes what Temporal lacks, and is ready when all that it needs is there', async () => {
  const port = await freePort();
  child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: temporalAddress(),
      TEMPORAL_NAMESPACE: namespace,
      IMPORTER_KEY: Buffer.alloc(32, 1).toString('base64'),
      X_CONSUMER_KEY: 'key',
      X_CONSUMER_SECRET: 'consumer-secret',
      X_ADS_API_URL: 'http://127.0.0.1:1',
      X_API_URL: 'http://127.0.0.1:1',
      METRICS_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => void lines.push(line));
  const said = (part: string) => () => lines.some((line) => line.includes(part));
  await expect.poll(said('/readyz')).toBe(true);
  expect(await ask(port, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
  await expect.poll(said('"ready"')).toBe(true);
  await expect.poll(async () => (await ask(port, '/readyz')).status).toBe(200);
  expect(JSON.parse((await ask(port, '/readyz')).text)).toEqual({
    ready: true,
    checks: { postgres: 'ok', temporal: 'ok', searchAttributes: 'ok', workers: 'ok' },
  });

  const client = await connectTemporal(namespace);
  // Its workflow was gone when the worker started.
  const lost = client.workflow.getHandle(connectionWorkflowId(connectionId));
  expect((await lost.describe()).status.name).toBe('RUNNING');
  const { connection } = client;
  expect(await missingSearchAttributes(connection, namespace)).toEqual([]);
  await connection.operatorService.removeSearchAttributes({ namespace, searchAttributes: ['WaitReason'] });
  await expect
    .poll(async () => JSON.parse((await ask(port, '/readyz')).text).checks.searchAttributes)
    .toMatch('WaitReason');
  expect((await ask(port, '/readyz')).status).toBe(503);
  await prepareSearchAttributes(connection, namespace);
  const handle = await client.workflow.start('connection', {
    workflowId: 'connection/3f2a9c1d-0000-4000-8000-000000000001',
    taskQueue: 'importer',
    args: [{ connectionId: '3f2a9c1d-0000-4000-8000-000000000001' }],
  });
  await handle.query('state');
  await handle.terminate();
  await client.connection.close();

  const { status, text } = await ask(port, '/metrics');
  expect(status).toBe(200);
  for (const name of ['xads_credentials_rejected 0', 'xads_temporal_metrics_up 1', 'xads_store_age_seconds'])
    expect(text).toContain(name);
  // The alerts' names of Temporal's metrics are those that the core writes.
  for (const name of ['temporal_worker_task_slots_available', 'temporal_workflow_task_queue_poll_succeed'])
    expect(text).toMatch(new RegExp(`^${name}(\\{| )`, 'm'));
  // Prometheus refuses a text in which a metric is described twice.
  const described = text.match(/^# TYPE \S+/gm) ?? [];
  expect(new Set(described).size).toBe(described.length);
  expect(text).not.toContain('consumer-secret');

  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
});

it('what is not ready is said by name, what hangs is not waited for, and nothing else is served', async () => {
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    isOwnHost: isPrivateHost,
    timeoutMs: 50,
    metrics: async () => {
      throw new Error('no');
    },
    checks: {
      well: async () => undefined,
      away: async () => {
        throw new Error('connect ECONNREFUSED');
      },
      hangs: () => new Promise(() => undefined),
    },
  });
  expect(await ask(server.port, '/readyz').then(({ status, text }) => [status, JSON.parse(text)])).toEqual([
    503,
    {
      ready: false,
      checks: { well: 'ok', away: 'connect ECONNREFUSED', hangs: 'does not answer within 0.05 seconds' },
    },
  ]);
  expect((await ask(server.port, '/healthz')).status).toBe(200);
  expect((await ask(server.port, '/metrics')).status).toBe(500);
  expect((await ask(server.port, '/elsewhere')).status).toBe(404);
  expect((await ask(server.port, '/healthz', 'POST')).status).toBe(405);
  const statusFor = (path: string, host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: server.port, path, headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on('error', reject).end();
    });
  // A page whose DNS entry points to this machine asks by the page's own name.
  for (const path of ['/healthz', '/readyz', '/metrics'])
    expect(await statusFor(path, 'attacker.example:9464')).toBe(403);
  for (const host of ['localhost:9464', '10.0.0.7:9464', '[::1]:9464', 'worker:9464', 'worker.ops.svc.cluster.local'])
    expect([host, await statusFor('/healthz', host)]).toEqual([host, 200]);
  await expect(
    startHealthServer({
      host: '127.0.0.1',
      port: server.port,
      isOwnHost: () => true,
      metrics: async () => '',
      checks: {},
    }),
  ).rejects.toThrow(
    `Port ${server.port} on 127.0.0.1 is taken by another program: end it, or set METRICS_PORT to another.`,
  );
  await server.close();
});
