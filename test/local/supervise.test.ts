import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Child, startChild } from '../../local/child.js';
import { supervise } from '../../local/supervise.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';

const sleeper = async (folder: string): Promise<Child> =>
  await startChild({ command: 'sleep', args: ['600'], logFile: join(folder, 'sleep.log') });

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it('starts a process again after each death, even when a start fails in between, until it is stopped', async () => {
  using folder = throwawayFolder();
  const troubles: string[] = [];
  let starts = 0;
  const supervised = await supervise({
    name: 'the sleeper',
    start: async () => {
      starts += 1;
      if (starts === 2) throw new Error('not now');
      return await sleeper(folder.path);
    },
    onTrouble: (message) => troubles.push(message),
    firstPauseMillis: 10,
  });
  const first = supervised.current().pid;
  process.kill(first, 'SIGKILL');
  await supervised.restarted(1);
  const second = supervised.current().pid;
  expect(second).not.toBe(first);
  expect(troubles).toEqual([
    'the sleeper ended (SIGKILL); starting it again',
    'the sleeper could not be started again: not now',
  ]);
  await supervised.stop();
  expect(isRunning(second)).toBe(false);
  await sleep(50);
  expect(supervised.restarts()).toBe(1);
});

it('kills what does not end when it is asked to', async () => {
  using folder = throwawayFolder();
  const child = await startChild({
    command: '/bin/sh',
    args: ['-c', `trap '' TERM; echo ready; while :; do sleep 0.1; done`],
    logFile: join(folder.path, 'stubborn.log'),
    stopMillis: 200,
  });
  await expect.poll(() => readFileSync(join(folder.path, 'stubborn.log'), 'utf8')).toContain('ready');
  await child.stop();
  await expect(child.ended).resolves.toBe('SIGKILL');
});

it('ends its processes when it is killed itself', async () => {
  using folder = throwawayFolder();
  const program = `
    const { startChild } = await import(${JSON.stringify(new URL('../../local/child.ts', import.meta.url).href)});
    const child = await startChild({ command: 'sleep', args: ['600'], logFile: ${JSON.stringify(join(folder.path, 'inner.log'))} });
    console.log(child.pid);
    setInterval(() => undefined, 1000);`;
  const owner = await startChild({
    command: process.execPath,
    args: ['--import', 'tsx', '--input-type=module', '--eval', program],
    logFile: join(folder.path, 'owner.log'),
  });
  const inner = async (): Promise<number> => Number(readFileSync(join(folder.path, 'owner.log'), 'utf8'));
  await expect.poll(inner).toBeGreaterThan(0);
  const pid = await inner();
  expect(isRunning(pid)).toBe(true);
  await owner.kill();
  await expect.poll(() => isRunning(pid)).toBe(false);
});
