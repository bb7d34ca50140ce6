import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { connectTemporal, newNamespace, temporalAddress } from '../support/temporal.js';

const main = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));

let database: TestDatabase;
let namespace: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  [database, namespace] = await Promise.all([createDatabase(), newNamespace()]);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database?.drop();
});

interface WorkerProcess {
  readonly child: ChildProcess;
  /** Settles with the line on standard output that has this in it. */
  line(part: string): Promise<string>;
  /** Settles with the exit code. */
  readonly ended: Promise<number | null>;
  stderr(): string;
}

const startWorker = (environment: Readonly<Record<string, string>>): WorkerProcess => {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const seen: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    seen.push(line);
    for (const look of waiting) look();
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const line = (part: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = seen.find((each) => each.includes(part));
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`the worker ended without "${part}": ${seen.join('\n')}\n${stderr}`)));
    });
  return { child, line, ended, stderr: () => stderr };
};

/** Stands between a worker and Temporal, and can go away. */
class Door {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  port = 0;

  async open(): Promise<void> {
    const [host = '', port = ''] = temporalAddress().split(':');
    const server = createServer((socket) => {
      const onward = connect(Number(port), host);
      for (const each of [socket, onward]) {
        this.#sockets.add(each);
        each.on('error', () => each.destroy());
        each.on('close', () => this.#sockets.delete(each));
      }
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => {
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
}

const environmentFor = (address: string): Record<string, string> => ({
  DATABASE_URL: database.url,
  TEMPORAL_ADDRESS: address,
  TEMPORAL_NAMESPACE: namespace,
  IMPORTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  X_CONSUMER_KEY: 'key',
  X_CONSUMER_SECRET: 'secret',
  X_ADS_API_URL: 'http://127.0.0.1:1',
  X_API_URL: 'http://127.0.0.1:1',
});

/** Answered by a worker that polls: a query of a workflow that was just started. */
const answers = async (workflowId: string): Promise<unknown> => {
  const client = await connectTemporal(namespace);
  const handle = await client.workflow.start('connection', {
    workflowId,
    taskQueue: 'importer',
    args: [{ connectionId: workflowId }],
  });
  try {
    return await handle.query('state');
  } finally {
    await handle.terminate();
    await client.connection.close();
  }
};

test('a wrong environment ends the worker with 2 and every mistake at once', async () => {
  const worker = startWorker({ DATABASE_URL: 'mysql://nope', IMPORTER_KEY: 'short' });
  expect(await worker.ended).toBe(2);
  for (const name of ['DATABASE_URL', 'IMPORTER_KEY', 'X_CONSUMER_KEY', 'X_CONSUMER_SECRET']) {
    expect(worker.stderr()).toContain(name);
  }
});

test('a worker waits for Temporal, works, survives its restart, and drains when it is told to stop', async () => {
  const door = new Door();
  await door.open();
  await door.close();
  const worker = startWorker(environmentFor(`127.0.0.1:${door.port}`));
  expect(await worker.line('Temporal cannot be reached; trying again')).toContain('nextInMs');
  await door.open();
  expect(JSON.parse(await worker.line('"ready"'))).toEqual({
    event: 'ready',
    namespace,
    taskQueues: ['importer', 'x-ads'],
  });
  expect(await answers('before')).toMatchObject({ phase: 'authorizing' });
  await door.close();
  await door.open();
  expect(await answers('after')).toMatchObject({ phase: 'authorizing' });
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
  await door.close();
});

test('a worker that still waits for Postgres ends at once when it is told to', async () => {
  const worker = startWorker({ ...environmentFor(temporalAddress()), DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' });
  await worker.line('Postgres cannot be reached; trying again');
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
});
