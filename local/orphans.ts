import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The command line of a running process; empty when there is no such process. */
const commandOf = (pid: number): string =>
  spawnSync('ps', ['-o', 'args=', '-p', `${pid}`], { encoding: 'utf8' }).stdout ?? '';

const waitMillis = 20_000;

/**
 * Ends a server that outlived the process which started it, and waits for its end. `pidFile` names the server's process.
 * A process whose command line does not contain `mark` is another one that got the same id; then only the file is removed.
 */
export const endOrphan = async (pidFile: string, mark: string, signal: NodeJS.Signals): Promise<void> => {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n', 1)[0]) : 0;
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  if (!commandOf(pid).includes(mark)) {
    rmSync(pidFile, { force: true });
    return;
  }
  process.kill(pid, signal);
  const giveUp = Date.now() + waitMillis;
  while (commandOf(pid).includes(mark) && Date.now() < giveUp) await sleep(100);
};
