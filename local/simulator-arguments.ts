import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const daysOfHistory = 365;
const millisPerDay = 86_400_000;

/**
 * The first day of the simulated history is remembered: a later start continues the same simulated world some days later
 * instead of another one.
 */
export const simulatorArguments = (
  dataDir: string,
  callbacks: readonly string[],
  given: readonly string[],
): readonly string[] => {
  const registered = callbacks.flatMap((callback) => ['--callback', callback]);
  // Explicit sizes describe a whole world; nothing is added to them.
  if (given.some((argument) => ['--days', '--since', '--now'].includes(argument))) return [...registered, ...given];
  const file = join(dataDir, 'simulated-since');
  if (!existsSync(file)) {
    writeFileSync(file, `${new Date(Date.now() - daysOfHistory * millisPerDay).toISOString().slice(0, 10)}\n`);
  }
  return [...registered, '--since', readFileSync(file, 'utf8').trim(), ...given];
};
