import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChild } from './child.js';
import { repositoryFolder } from './processes.js';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/**
 * Builds what browsers load, where the server finds it; nothing is built anew where no source has changed. It takes as much
 * memory and time as all of the stack, so it is a process of its own.
 * @throws with the end of its log when it cannot be built
 */
export const prepareConsole = async ({
  logFolder,
  signal,
}: {
  readonly logFolder: string;
  readonly signal: AbortSignal | undefined;
}): Promise<void> => {
  const logFile = join(logFolder, 'console-build.log');
  const child = await startChild({
    command: process.execPath,
    args: ['--import', tsx, join(repositoryFolder, 'console', 'build.ts'), join(repositoryFolder, 'dist', 'console')],
    cwd: repositoryFolder,
    logFile,
    signal,
  });
  const ended = await child.ended;
  if (ended === 0 || signal?.aborted === true) return;
  const said = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
  throw new Error(`The console cannot be built (${ended}). The end of ${logFile}:\n${said}`);
};
