import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '../../local/stack.js';

/** The parts of the stack that die and hang. X, which is the simulator, has faults instead. */
export const VICTIMS = ['worker', 'Postgres', 'Temporal'] as const;
export type Victim = (typeof VICTIMS)[number];

export type Dice = (below: number) => number;

const pidOf = ({ parts }: Stack, victim: Victim, dice: Dice): number | undefined => {
  const workers = parts.workers[dice(parts.workers.length)];
  return { worker: workers, Postgres: parts.postgres, Temporal: parts.temporal }[victim]?.current().pid;
};

/** Whatever has died meanwhile needs no signal. */
const signal = (pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};

export const kill = (stack: Stack, victim: Victim, dice: Dice): void => {
  const pid = pidOf(stack, victim, dice);
  if (pid !== undefined) signal(pid, 'SIGKILL');
};

/** Postgres serves each client by a child of its own; elsewhere than on Linux only the parent is stopped. */
const withChildren = (pid: number): readonly number[] => {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return [pid, ...children.split(' ').filter(Boolean).map(Number)];
  } catch {
    return [pid];
  }
};

/** Stops a part for a while, as a machine does that swaps or sleeps. */
export const hang = async (stack: Stack, victim: Victim, milliseconds: number, dice: Dice): Promise<void> => {
  const pid = pidOf(stack, victim, dice);
  if (pid === undefined) return;
  const pids = withChildren(pid);
  for (const each of pids) signal(each, 'SIGSTOP');
  try {
    await delay(milliseconds);
  } finally {
    for (const each of pids) signal(each, 'SIGCONT');
  }
};

/** What X does wrong for a while. Each strikes some times at most, so that X answers in the end. */
const FAULTS = [
  { kind: 'status_503', rate: 0.2, times: 8 },
  { kind: 'status_503', rate: 0.2, times: 4, retry_after: false },
  { kind: 'rate_limited', rate: 0.1, times: 2, seconds: 1 },
  { kind: 'connection_reset', rate: 0.2, times: 6 },
  { kind: 'malformed_json', rate: 0.1, times: 4 },
  { kind: 'lost_response', rate: 0.2, times: 4 },
  { kind: 'lost_response', times: 3, method: 'POST', path: '/stats/jobs/' },
  { kind: 'slow_response', rate: 0.2, times: 5, seconds: 1 },
  { kind: 'job_failed', rate: 0.2, times: 5 },
  { kind: 'job_slow', rate: 0.2, times: 4, seconds: 3 },
  { kind: 'job_queued', rate: 0.3, times: 5, seconds: 2 },
  { kind: 'job_missing', rate: 0.2, times: 4, seconds: 2 },
  { kind: 'url_null', rate: 0.2, times: 4, seconds: 2 },
  { kind: 'file_not_ready', rate: 0.2, times: 4, seconds: 2 },
  { kind: 'file_truncated', rate: 0.2, times: 3 },
  { kind: 'file_expired', rate: 0.1, times: 2 },
  { kind: 'glued_url', rate: 0.3, times: 5 },
  { kind: 'ids_missing', rate: 0.2, times: 3 },
  { kind: 'token_revoked', rate: 0.02, times: 1 },
] as const;

/** Two to five faults, by the dice. */
export const someFaults = (dice: Dice): readonly object[] =>
  Array.from({ length: 2 + dice(4) }, () => ({ ...FAULTS[dice(FAULTS.length)], seed: 1 + dice(1_000_000) }));
