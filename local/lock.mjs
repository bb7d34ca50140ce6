// A lock file that names the process which holds it. Plain JavaScript without dependencies, since `bootstrap.mjs` takes
// one before anything is installed; its types stand in `lock.d.mts`.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS = 300;
/** A process writes its number right after it has made the file. One that is empty for longer was left behind. */
const UNFINISHED_MS = 5_000;

export const tryLock = (path) => {
  for (;;) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx' });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const heldBy = holderOf(path);
    if (heldBy === 'unfinished') pause();
    else if (heldBy !== undefined && isAlive(heldBy)) return { heldBy };
    else rmSync(path, { force: true });
  }
};

export const lock = async (path, onWait = () => undefined) => {
  for (;;) {
    const taken = tryLock(path);
    if ('release' in taken) return taken;
    onWait();
    await sleep(WAIT_MS);
  }
};

/** `undefined` when the file is gone, or names no process. */
const holderOf = (path) => {
  try {
    const text = readFileSync(path, 'utf8');
    if (text === '' && Date.now() - statSync(path).mtimeMs < UNFINISHED_MS) return 'unfinished';
    const pid = Number(text);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Blocks for 50 ms: the other process needs less to write its number. */
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
