import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopbackCallback } from '../domain/addresses.js';

const daysOfHistory = 365;
const millisPerDay = 86_400_000;

/**
 * The first day of the simulated history is remembered, so that the simulated world of a later start is the same
 * world some days on, and not another one.
 */
export const simulatorArguments = (
  dataDir: string,
  callbackPort: number,
  given: readonly string[],
): readonly string[] => {
  const callback = ['--callback', loopbackCallback(callbackPort)];
  // Whoever sizes the world themselves wants exactly that world.
  if (given.some((argument) => ['--days', '--since', '--now'].includes(argument))) return [...callback, ...given];
  const file = join(dataDir, 'simulated-since');
  if (!existsSync(file)) {
    writeFileSync(file, `${new Date(Date.now() - daysOfHistory * millisPerDay).toISOString().slice(0, 10)}\n`);
  }
  return [...callback, '--since', readFileSync(file, 'utf8').trim(), ...given];
};
