import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { freePort } from '../../process/free-port.js';
import { createDatabase } from '../support/database.js';

const entry = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

test('the server says where it listens, answers while Temporal is away, and ends with a signal', async () => {
  const database = await createDatabase();
  const port = await freePort();
  const server = spawn(process.execPath, ['--import', 'tsx', entry], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: database.url,
      IMPORTER_KEY: randomBytes(32).toString('base64'),
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      PORT: String(port),
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(server, 'exit');
  try {
    let said = '';
    server.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const line = await Promise.race([
      once(createInterface(server.stdout), 'line').then(([text]) => String(text)),
      ended.then(() => Promise.reject(new Error(`it has ended: ${said}`))),
    ]);
    const address = `http://127.0.0.1:${port}`;
    expect(JSON.parse(line)).toEqual({ listening: address, publicUrl: address });
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    expect((await fetch(`${address}/api/v1/me`)).status).toBe(401);
    expect((await fetch(`${address}/sign-in`)).headers.get('content-type')).toContain('text/html');
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    server.kill('SIGKILL');
    await database.drop();
  }
});
