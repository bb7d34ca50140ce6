import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { round } from '../report.js';

/** The longest history that a run left behind, and how long a worker needs to replay it. */
export interface LongestHistory {
  readonly workflowType: string;
  readonly events: number;
  readonly replaySeconds: number;
}

const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
const quiet = new DefaultLogger('ERROR');

let bundle: Promise<{ code: string }> | undefined;
let installed = false;

/** To be called before the native part of Temporal's worker is first used. */
const installQuietRuntime = (): void => {
  if (installed) return;
  Runtime.install({
    logger: quiet,
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
  installed = true;
};

/** Temporal's list of workflows lags behind, so the caller waits until it has at least this many. */
export const longestHistory = async (client: Client): Promise<LongestHistory> => {
  let longest: { workflowId: string; runId: string; type: string; events: number } | undefined;
  for await (const { workflowId, runId, type, status } of client.workflow.list()) {
    // The list does not count the events of what still runs.
    const described = await client.workflow.getHandle(workflowId, runId).describe();
    if (status.name !== 'TERMINATED' && described.historyLength > (longest?.events ?? 0)) {
      longest = { workflowId, runId, type, events: described.historyLength };
    }
  }
  if (longest === undefined) throw new Error('Temporal lists no workflow');
  const history = await client.workflow.getHandle(longest.workflowId, longest.runId).fetchHistory();
  installQuietRuntime();
  bundle ??= bundleWorkflowCode({ workflowsPath, logger: quiet });
  const { workflowId } = longest;
  let started = 0;
  let seconds = Number.NaN;
  // Measured at the second replay: the first one makes the worker and loads the code.
  const histories = async function* () {
    for (const name of [`${workflowId}/warm-up`, workflowId]) {
      started = performance.now();
      yield { workflowId: name, history };
    }
  };
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: await bundle }, histories())) {
    if (error !== undefined) throw error;
    seconds = (performance.now() - started) / 1000;
  }
  return { workflowType: longest.type, events: longest.events, replaySeconds: round(seconds, 3) };
};
