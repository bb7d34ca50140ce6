import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Lock {
  release(): void;
}

/** Takes a lock file that names its process, or says which process holds it. One whose process is gone is taken over. */
export const tryLock = (path: string): Lock | { readonly heldBy: number } => {
  for (;;) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx' });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const holder = holderOf(path);
    if (holder !== undefined && isAlive(holder)) return { heldBy: holder };
    rmSync(path, { force: true });
  }
};

/** Waits for the lock. */
export const lock = async (path: string, onWait: () => void = () => undefined): Promise<Lock> => {
  for (;;) {
    const taken = tryLock(path);
    if ('release' in taken) return taken;
    onWait();
    await sleep(500);
  }
};

/** `undefined` when the file is gone, or was left empty. */
const holderOf = (path: string): number | undefined => {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
