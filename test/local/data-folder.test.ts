import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startChild } from '../../local/child.js';
import { keyFile } from '../../local/key-file.js';
import { tryLock } from '../../local/lock.mjs';
import { freePort } from '../../process/free-port.js';
import { recallPorts, rememberPorts } from '../../local/remembered-ports.js';
import { simulatorArguments } from '../../local/simulator-arguments.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';

const CALLBACK = 'http://127.0.0.1:8788/oauth/callback';

it('lets one process hold a lock, and takes over from one that died', async () => {
  using folder = throwawayFolder();
  const path = join(folder.path, 'lock');
  const held = tryLock(path);
  expect('release' in held).toBe(true);
  expect(tryLock(path)).toEqual({ heldBy: process.pid });
  if ('release' in held) held.release();
  const dead = await startChild({ command: 'true', args: [], logFile: join(folder.path, 'true.log') });
  await dead.ended;
  writeFileSync(path, `${dead.pid}\n`);
  expect('release' in tryLock(path)).toBe(true);
});

it('makes a key once, for its owner only', () => {
  using folder = throwawayFolder();
  const path = keyFile(join(folder.path, 'data', 'importer.key'));
  const key = readFileSync(path, 'utf8');
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(statSync(path).mode % 0o1000).toBe(0o600);
  keyFile(path);
  expect(readFileSync(path, 'utf8')).toBe(key);
});

it('remembers ports and the first simulated day, and survives a file that is damaged', async () => {
  using folder = throwawayFolder();
  const file = join(folder.path, 'ports.json');
  const port = await freePort();
  rememberPorts(file, { postgres: port });
  expect(recallPorts(file)).toEqual({ postgres: port });
  writeFileSync(file, '{"postgres": "5432", "ui": 8233');
  expect(recallPorts(file)).toEqual({});
  mkdirSync(join(folder.path, 'data'));
  const first = simulatorArguments(join(folder.path, 'data'), [CALLBACK], ['--ads', '3']);
  expect(first).toEqual(simulatorArguments(join(folder.path, 'data'), [CALLBACK], ['--ads', '3']));
  expect(first.slice(0, 3)).toEqual(['--callback', 'http://127.0.0.1:8788/oauth/callback', '--since']);
});
