import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where its output is appended. */
  readonly logFile: string;
  /** What asks it to end by itself. (Default: SIGTERM.) */
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take to end before it is killed. (Default: 15,000.) */
  readonly stopMillis?: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface Child {
  readonly pid: number;
  /** Settles when the process has ended, with its exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  readonly hasEnded: () => boolean;
  stop(): Promise<void>;
  /** `kill -9`, as the tests of durability do it. */
  kill(): Promise<void>;
}

const stopMillisDefault = 15_000;

/**
 * A process of the embedded stack. It gets a process group of its own, so that Ctrl-C in a terminal reaches only us
 * and the parts can be stopped in order; a one-line watcher ends it should we ourselves be killed.
 */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  const { command, args, logFile, stopSignal = 'SIGTERM', stopMillis = stopMillisDefault } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...(options.uid !== undefined && { uid: options.uid }),
    ...(options.gid !== undefined && { gid: options.gid }),
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  const watcher = watch(pid, stopSignal);

  let over = false;
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => {
      over = true;
      watcher.kill('SIGKILL');
      resolve(code ?? signal ?? 'unknown');
    });
  });

  const kill = async (): Promise<void> => {
    if (!over) child.kill('SIGKILL');
    await ended;
  };
  return {
    pid,
    ended,
    hasEnded: () => over,
    kill,
    stop: async () => {
      if (over) return;
      child.kill(stopSignal);
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMillis);
      await ended;
      clearTimeout(timer);
    },
  };
};

/** Reads from a pipe that only we hold: its end means that we are gone, however we went. */
const watch = (pid: number, signal: NodeJS.Signals): ChildProcess => {
  const watcher = spawn('/bin/sh', ['-c', `cat >/dev/null; kill -s "$2" "$1"`, 'watch', `${pid}`, signal.slice(3)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.unref();
  if (watcher.stdin !== null && 'unref' in watcher.stdin && typeof watcher.stdin.unref === 'function') {
    watcher.stdin.unref();
  }
  return watcher;
};
