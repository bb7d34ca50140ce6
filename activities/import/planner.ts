import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Activity, BlindDays, LedgerEntry, PlanInput, PlannedSlice } from '../../domain/plan.js';
import type { JsonText } from '../../store/json-text.js';

/*
 * Plans in a thread of its own: tens of thousands of ads take seconds, and the main thread answers Temporal, heartbeats and
 * Postgres meanwhile.
 */

export interface PlanQuestion extends Omit<PlanInput, 'activity' | 'ledger'> {
  readonly activity: JsonText<readonly Activity[]>;
  readonly ledger: JsonText<readonly LedgerEntry[]>;
}

export interface PlanAnswer {
  readonly slices: JsonText<readonly PlannedSlice[]>;
  /** Needed entity-days that another run has planned or in flight. */
  readonly held: number;
  readonly blind: JsonText<readonly BlindDays[]>;
}

export interface PlanRequest {
  readonly id: number;
  readonly question: PlanQuestion;
}

export type PlanReply = { readonly id: number } & (
  | { readonly kind: 'planned'; readonly plan: PlanAnswer }
  | { readonly kind: 'failed'; readonly error: unknown }
);

interface Asker {
  readonly resolve: (plan: PlanAnswer) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly askers: Map<number, Asker>;
}

const isBuilt = !import.meta.url.endsWith('.ts');
const threadUrl = new URL(`./plan-thread.${isBuilt ? 'js' : 'ts'}`, import.meta.url);

/** A clone runs TypeScript, and a thread of Node reads that only where tsx loads it, whatever its parent can read. */
const inTypeScript = (): string => {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx'));
  const tsx = new URL('./esm/api/index.mjs', loader).href;
  const url = JSON.stringify(threadUrl.href);
  return `import(${JSON.stringify(tsx)}).then(({ tsImport }) => tsImport(${url}, ${url}))`;
};

const newWorker = (): Worker =>
  isBuilt ? new Worker(threadUrl, { execArgv: [] }) : new Worker(inTypeScript(), { eval: true, execArgv: [] });

let current: Thread | undefined;
let questions = 0;

const start = (): Thread => {
  const worker = newWorker();
  const askers = new Map<number, Asker>();
  const end = (error: unknown): void => {
    if (current?.worker === worker) current = undefined;
    for (const asker of askers.values()) asker.reject(error);
    askers.clear();
  };
  worker.on('message', (answer: PlanReply) => {
    const asker = askers.get(answer.id);
    askers.delete(answer.id);
    // An idle thread does not keep the process alive.
    if (askers.size === 0) worker.unref();
    if (answer.kind === 'planned') asker?.resolve(answer.plan);
    else asker?.reject(answer.error);
  });
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`the thread that plans ended with ${code}`)));
  worker.unref();
  return { worker, askers };
};

/** Starts the thread, which takes some hundred milliseconds, before it is needed. */
export const warmPlanner = (): void => {
  current ??= start();
};

/**
 * What `planRange` of domain/plan.ts decides. One thread plans for all; after it has died the next question starts another.
 *
 * @throws what planning throws, and when the thread dies
 */
export const planApart = (question: PlanQuestion): Promise<PlanAnswer> => {
  const { worker, askers } = (current ??= start());
  const id = (questions += 1);
  return new Promise<PlanAnswer>((resolve, reject) => {
    askers.set(id, { resolve, reject });
    worker.ref();
    worker.postMessage({ id, question } satisfies PlanRequest);
  });
};
