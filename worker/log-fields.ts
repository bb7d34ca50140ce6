import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { idsInWorkflowId } from '../domain/ids.js';
import { findRun } from '../store/import/runs.js';
import type { Db } from '../store/pool.js';

/** The work that a log line is about. */
export interface WorkIds {
  readonly connectionId?: string;
  readonly accountId?: string;
  readonly runId?: string;
}

const KNOWN_RUNS = 1_000;

const textAt = (input: unknown, name: string): string | undefined => {
  const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, name) : undefined;
  return typeof value === 'string' ? value : undefined;
};

/**
 * Adds connection, account and run to every log line of an activity, from its argument and the workflow's id. The
 * account of a run is read from Postgres once and kept; if it cannot be read, the line names the run only.
 */
export const logFields = (db: Db): ActivityInterceptorsFactory => {
  const known = new Map<string, WorkIds>();
  const ofRun = async (runId: string): Promise<WorkIds> => {
    const remembered = known.get(runId);
    if (remembered !== undefined) return remembered;
    const run = await findRun(db, runId).catch(() => undefined);
    if (run === undefined) return { runId };
    if (known.size >= KNOWN_RUNS) known.clear();
    const { connectionId, accountId } = run;
    const ids = { connectionId, accountId, runId };
    known.set(runId, ids);
    return ids;
  };
  return ({ info }) => {
    let ids: WorkIds = idsInWorkflowId(info.workflowExecution?.workflowId ?? '');
    return {
      inbound: {
        async execute(input, next) {
          const [argument] = input.args;
          const connectionId = textAt(argument, 'connectionId');
          const accountId = textAt(argument, 'accountId');
          const runId = textAt(argument, 'runId') ?? ids.runId;
          ids = {
            ...ids,
            ...(runId === undefined ? {} : await ofRun(runId)),
            ...(connectionId === undefined ? {} : { connectionId }),
            ...(accountId === undefined ? {} : { accountId }),
          };
          return next(input);
        },
      },
      outbound: {
        getLogAttributes: (input, next) => {
          const { taskToken: _, ...attributes } = next(input);
          return { ...attributes, ...ids };
        },
      },
    };
  };
};
