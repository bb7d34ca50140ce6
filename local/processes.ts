import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Child, startChild } from './child.js';

export const repositoryFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface ProcessOptions {
  /** Its log is `<logFolder>/<name>.log`. */
  readonly name: string;
  /** A TypeScript file of this repository, e.g. `worker/main.ts`. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFolder: string;
  /** A property of the JSON line that the program prints when it is ready, e.g. `listening`. */
  readonly readyWith: string;
  /** Ends the process. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the process must be ready. (Default: 60,000.) */
  readonly readyMillis?: number;
}

export interface OwnProcess extends Child {
  /** The JSON line that the program printed when it was ready. */
  readonly said: Readonly<Record<string, unknown>>;
}

/**
 * Starts a program of this repository by its command, as a person does, and waits until it is ready.
 * @throws with the end of its log when it ends or is not ready in time
 */
export const startProcess = async (options: ProcessOptions): Promise<OwnProcess> => {
  const { name, entry, args = [], env, readyWith, readyMillis = 60_000 } = options;
  const logFile = join(options.logFolder, `${name}.log`);
  const before = existsSync(logFile) ? statSync(logFile).size : 0;
  const child = await startChild({
    command: process.execPath,
    args: ['--enable-source-maps', '--import', tsx, join(repositoryFolder, entry), ...args],
    cwd: repositoryFolder,
    env,
    logFile,
    signal: options.signal,
    // A worker finishes its running activities first.
    stopMillis: 40_000,
  });
  const giveUp = Date.now() + readyMillis;
  for (;;) {
    const said = readyLine(readFileSync(logFile).subarray(before).toString('utf8'), readyWith);
    if (said !== undefined) return { ...child, said };
    if (child.hasEnded() || Date.now() > giveUp) {
      const how = child.hasEnded() ? `ended (${await child.ended})` : `was not ready after ${readyMillis / 1000} s`;
      await child.kill();
      throw new Error(`${name} ${how}. The end of ${logFile}:\n${tail(logFile)}`);
    }
    await sleep(50);
  }
};

const readyLine = (output: string, key: string): Readonly<Record<string, unknown>> | undefined => {
  for (const line of output.split('\n')) {
    if (!line.startsWith('{') || !line.endsWith('}') || !line.includes(`"${key}"`)) continue;
    const said: unknown = JSON.parse(line);
    if (typeof said === 'object' && said !== null && key in said) return { ...said };
  }
  return undefined;
};

const tail = (file: string): string => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
