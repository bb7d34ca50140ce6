import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createSimulator } from '../../simulator/server.js';
import { startX } from './support/x.js';

const root = resolve(import.meta.dirname, '../..');

test('the command prints one line of JSON when it listens, and ends cleanly on SIGTERM', async () => {
  const tsx = join(dirname(createRequire(import.meta.url).resolve('tsx/package.json')), 'dist/cli.mjs');
  const main = join(root, 'simulator/main.ts');
  const options = '--port 0 --accounts 2 --ads 3 --days 5 --job-seconds 0.5 --callback http://127.0.0.1:9/a'.split(' ');
  const child = spawn(process.execPath, [tsx, main, ...options, '--callback', 'http://127.0.0.1:9/b'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const ready = JSON.parse(chunk.toString()) as { listening: string; accounts: string[] };
  expect(ready).toMatchObject({
    listening: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
    consumer_key: 'simulated-consumer-key',
    consumer_secret: expect.any(String) as string,
    callbacks: ['http://127.0.0.1:9/a', 'http://127.0.0.1:9/b'],
  });
  expect(ready.accounts).toHaveLength(2);
  expect((await fetch(`${ready.listening}/_simulator/accounts`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a token is accepted after the simulator was started again', async () => {
  const one = await startX({ ads: 2, accounts: 1 });
  await one.running.close();
  const two = await startX({ ads: 2, accounts: 1 });
  expect((await two.call('GET', '/12/accounts', {}, { token: one.token })).status).toBe(200);
  await two.running.close();
});

test('every numbered line of docs/x-ads-api.md §17 has a test named after it', () => {
  const tests = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join('\n');
  const without = Array.from({ length: 57 }, (_, index) => index + 1).filter(
    (line) => !tests.includes(`test('§17.${line}: `),
  );
  expect(without).toEqual([]);
});

test('the simulator imports nothing of the importer, and no file is longer than 300 lines', () => {
  const files = readdirSync(join(root, 'simulator'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, 'simulator', name))
    .filter((path) => path.endsWith('.ts') && statSync(path).isFile());
  expect(files.length).toBeGreaterThan(40);
  for (const path of files) {
    const source = readFileSync(path, 'utf8');
    expect(source.split('\n').length).toBeLessThanOrEqual(301);
    for (const [, from = ''] of source.matchAll(/from '(\.[^']+)'/g)) {
      expect(resolve(dirname(path), from).startsWith(join(root, 'simulator')), `${path} imports ${from}`).toBe(true);
    }
  }
});

test('control calls are answered on the loopback address only, whatever it listens on', async () => {
  const running = await createSimulator({
    ads: 2,
    accounts: 1,
    host: '0.0.0.0',
    url: 'http://simulator.localhost:8790',
  });
  expect(running.url).toBe('http://simulator.localhost:8790');
  const from = (remoteAddress: string) =>
    running.app
      .inject({ method: 'GET', url: '/_simulator/accounts', remoteAddress })
      .then(({ statusCode }) => statusCode);
  expect(await from('127.0.0.1')).toBe(200);
  expect(await from('10.1.2.3')).toBe(403);
  await running.close();
});
