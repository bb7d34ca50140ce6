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
  /** The signal that asks the process to end. (Default: SIGTERM.) */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds from that signal until the process is killed. (Default: 15,000.) */
  readonly stopMillis?: number;
  /** Nobody else can read the files that it makes. (Default: false) */
  readonly privateFiles?: boolean;
  /** Ends the process, and refuses to start one. */
  readonly signal?: AbortSignal | undefined;
  readonly uid?: number;
  readonly gid?: number;
}

export interface Child {
  readonly pid: number;
  /** Settles when the process has ended, with its exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  readonly hasEnded: () => boolean;
  stop(): Promise<void>;
  /** Sends SIGKILL; tests of durability do. */
  kill(): Promise<void>;
}

const stopMillisDefault = 15_000;

/**
 * Starts a process of the embedded stack in a process group of its own: Ctrl-C in a terminal reaches this process alone,
 * which then stops its parts in order. A watcher ends the child when this process is killed.
 * @throws when the command cannot be started
 */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  const { command, args, logFile, stopSignal = 'SIGTERM', stopMillis = stopMillisDefault, signal } = options;
  signal?.throwIfAborted();
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a', 0o600);
  // The mask of this process would be that of its other threads, too.
  const [started, startedWith] =
    options.privateFiles === true
      ? ['/bin/sh', ['-c', 'umask 077; exec "$0" "$@"', command, ...args]]
      : [command, args];
  const child = spawn(started, startedWith, {
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
  const stop = async (): Promise<void> => {
    if (over) return;
    child.kill(stopSignal);
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMillis);
    await ended;
    clearTimeout(timer);
  };
  const onAbort = (): void => void stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  void ended.then(() => signal?.removeEventListener('abort', onAbort));
  return { pid, ended, hasEnded: () => over, kill, stop };
};

/** Reads from a pipe that only this process holds open. The pipe closes when this process ends, for whatever reason. */
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
