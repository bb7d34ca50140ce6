import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/common';
import { connectionWorkflowId } from '../domain/ids.js';
import type { ConnectionId } from '../domain/ids.js';
import type { NextStep } from '../domain/next-step.js';
import { getVisibleConnection } from '../store/connection/connections.js';
import { SearchAttributesMissing } from '../temporal/namespace.js';
import { isOpenWorkflow } from '../temporal/restore.js';
import type { Context } from './context.js';
import { ImporterError, InvalidConfiguration, NotPermitted, Unreachable, WorkerNotAnswering } from './errors.js';
import { ADD_PAYLOAD_KEY, missingPayloadKey } from './payload-keys.js';

/** gRPC's CANCELLED, DEADLINE_EXCEEDED and UNAVAILABLE. */
const UNREACHABLE_CODES: ReadonlySet<number> = new Set([1, 4, 14]);
/** gRPC's FAILED_PRECONDITION: to a query, the server says so while a workflow task fails or has not been completed yet. */
const FAILED_PRECONDITION = 9;
const INVALID_ARGUMENT = 3;

/** The code of the gRPC error that the SDK has wrapped, if there is one. */
const grpcCodeOf = (error: unknown): number | undefined => {
  if (!(error instanceof Error)) return undefined;
  return isGrpcServiceError(error) ? error.code : grpcCodeOf(error.cause);
};

export const isTemporalUnreachable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const code = grpcCodeOf(error);
  if (code !== undefined) return UNREACHABLE_CODES.has(code);
  // A connection that never came up has only the message.
  if (/Failed to connect before the deadline/i.test(error.message)) return true;
  return error.cause !== undefined && isTemporalUnreachable(error.cause);
};

/** Temporal refuses to start a workflow with a search attribute that the namespace lacks, or has had for some seconds only. */
const lacksSearchAttribute = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (!isGrpcServiceError(error)) return lacksSearchAttribute(error.cause);
  return grpcCodeOf(error) === INVALID_ARGUMENT && /search attribute/i.test(error.details);
};

const isBusy = (error: unknown): boolean => grpcCodeOf(error) === FAILED_PRECONDITION || lacksSearchAttribute(error);

const SET_UP: NextStep = {
  action: 'set_up',
  text: 'Make them: with the rights to it, or, on Temporal Cloud, in its console (docs/operating.md names them).',
};

const workflowNotAnswering = (
  cause: unknown,
  what: string,
  action: 'see_temporal' | 'start_worker',
): WorkerNotAnswering =>
  new WorkerNotAnswering(
    `No worker took the request to ${what} in time, or the workflow's last step is slow or fails.`,
    {
      nextStep: {
        action,
        text: 'See that a worker runs, look at the workflow in the Temporal UI, then try again.',
      },
      cause,
    },
  );

/** Errors of Temporal's client as errors of the façade; all others pass through. `what` completes "the request to …". */
export const translateTemporalError = (error: unknown, what: string): unknown => {
  if (error instanceof ImporterError) return error;
  if (error instanceof WorkflowUpdateFailedError) {
    const cause = error.cause;
    // The workflow refuses with the sentence of `domain/connection.ts`; there is nothing to add to it.
    if (cause instanceof ApplicationFailure) return new NotPermitted(cause.message, { cause: error });
    return new NotPermitted(cause?.message ?? error.message, { cause: error });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new WorkerNotAnswering(`No worker took the request to ${what} in time.`, {
      nextStep: {
        action: 'start_worker',
        text: 'See that a worker runs and polls the task queue `importer`, then try again.',
      },
      cause: error,
    });
  }
  if (error instanceof WorkflowNotFoundError) {
    return new NotPermitted('The connection has no workflow any more; it has been disconnected or terminated.', {
      nextStep: { action: 'connect', text: 'Make a new connection.' },
      cause: error,
    });
  }
  if (error instanceof SearchAttributesMissing)
    return new InvalidConfiguration(error.message, { nextStep: SET_UP, cause: error });
  if (lacksSearchAttribute(error)) {
    const message = 'The namespace of Temporal lacks search attributes, and starts no workflow without them.';
    return new InvalidConfiguration(message, { nextStep: SET_UP, cause: error });
  }
  if (isBusy(error)) return workflowNotAnswering(error, what, 'see_temporal');
  if (isTemporalUnreachable(error)) {
    return new Unreachable('Temporal cannot be reached.', {
      nextStep: {
        action: 'check_configuration',
        text: 'See that the server at TEMPORAL_ADDRESS runs, then try again.',
      },
      cause: error,
    });
  }
  return error;
};

/** Throws `Unreachable` unless Temporal is there; the connection's own timeout says how long that may take. */
export const reachTemporal = async ({ temporal }: Pick<Context, 'temporal'>): Promise<void> => {
  try {
    await temporal.connection.ensureConnected();
  } catch (error) {
    throw translateTemporalError(error, 'reach Temporal');
  }
};

const BUSY_INTERVAL_MS = 250;

/** Repeats a call while the workflow cannot answer, or the server does not know the search attributes yet, until `end`. */
const whileBusy = async <T>(call: () => Promise<T>, end: number): Promise<T> => {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isBusy(error) || Date.now() + BUSY_INTERVAL_MS >= end) throw error;
      await sleep(BUSY_INTERVAL_MS);
    }
  }
};

const CHECK_MS = 2_000;

/** Whether the server answers at all, asked for what needs no workflow. */
const answers = async ({ temporal }: Pick<Context, 'temporal'>): Promise<boolean> => {
  try {
    await temporal.withDeadline(Date.now() + CHECK_MS, () => temporal.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
};

/**
 * Calls Temporal within a timeout in milliseconds. (Default: the importer's) A workflow that cannot answer yet is called
 * again until then. That the server is there is seen first, because the SDK repeats calls to a dead one until the deadline.
 */
export const callTemporal = async <T>(
  context: Pick<Context, 'temporal' | 'workerTimeout'>,
  what: string,
  call: () => Promise<T>,
  timeout: number = context.workerTimeout,
): Promise<T> => {
  await reachTemporal(context);
  const end = Date.now() + timeout;
  try {
    return await context.temporal.withDeadline(end, () => whileBusy(call, end));
  } catch (error) {
    // Which of the two ends the call at the timeout, the client or the server, decides whether it is exceeded or cancelled.
    const late = isTemporalUnreachable(error) && (await answers(context));
    throw late ? workflowNotAnswering(error, what, 'start_worker') : translateTemporalError(error, what);
  }
};

export interface UpdateRequest<Ret, Args extends [unknown, ...unknown[]] | []> {
  readonly definition: UpdateDefinition<Ret, Args>;
  readonly args: Args;
  /** Repeating an update with the same id does nothing new. */
  readonly updateId: string;
  /** For the message: "No worker took the request to …". */
  readonly what: string;
}

/** Where workers do not answer because the connection is sealed with a key that is not there, that is the reason. */
const keyMissing = async (
  { temporal }: Context,
  connectionId: ConnectionId,
  error: WorkerNotAnswering,
): Promise<ImporterError> => {
  const key = await temporal.withDeadline(Date.now() + CHECK_MS, () => missingPayloadKey(temporal, connectionId));
  return key === undefined
    ? error
    : new InvalidConfiguration(`The connection is sealed with the key ${key}, which PAYLOAD_KEY does not hold.`, {
        nextStep: ADD_PAYLOAD_KEY,
        cause: error,
      });
};

/** What is done about a connection that has not ended and whose workflow is gone. */
export const restoreStep = (connectionId: ConnectionId): NextStep => ({
  action: 'restore',
  connectionId,
  text: 'Start its workflow anew; nobody has to sign in again, and nothing is fetched twice.',
});

/** Has its workflow ended although the connection has not? Temporal's data are lost, or somebody has terminated it. */
export const isWorkflowGone = async (context: Context, id: ConnectionId): Promise<boolean> => {
  const row = await getVisibleConnection(context.db, context.viewer, id);
  // The workflow of a first sign-in may not have been started yet.
  if (row === undefined || row.phase === 'disconnected' || row.phase === 'authorizing') return false;
  return !(await isOpenWorkflow(context.temporal, connectionWorkflowId(id)));
};

/** Calls the workflow of a connection; where it is gone, the error says what to do about it. */
export const callConnection = async <T>(
  context: Context,
  id: ConnectionId,
  what: string,
  call: (handle: WorkflowHandle) => Promise<T>,
): Promise<T> => {
  try {
    return await callTemporal(context, what, () => call(context.temporal.workflow.getHandle(connectionWorkflowId(id))));
  } catch (error) {
    if (
      error instanceof NotPermitted &&
      error.cause instanceof WorkflowNotFoundError &&
      (await isWorkflowGone(context, id))
    )
      throw new NotPermitted('The workflow of the connection is gone from Temporal.', {
        nextStep: restoreStep(id),
        cause: error.cause,
      });
    throw error;
  }
};

/** Sends an update to a connection's workflow and waits for its answer, within the importer's timeout. */
export const sendUpdate = async <Ret, Args extends [unknown, ...unknown[]] | []>(
  context: Context,
  connectionId: ConnectionId,
  { definition, args, updateId, what }: UpdateRequest<Ret, Args>,
): Promise<Ret> => {
  const answer = await callConnection(context, connectionId, what, (handle) =>
    handle.executeUpdate<Ret, [unknown, ...unknown[]]>(definition.name, {
      // The SDK has an overload for updates without arguments; at run time the two are one.
      args: args as unknown as [unknown, ...unknown[]],
      updateId,
    }),
  ).catch(async (error: unknown) => {
    throw error instanceof WorkerNotAnswering ? await keyMissing(context, connectionId, error) : error;
  });
  context.looks.forget(connectionId);
  return answer;
};

/** Ended workflows by their names in Temporal; `undefined` while one still runs, or was continued under the same id. */
export const workflowEnd = async (context: Context, workflowId: string): Promise<string | undefined> => {
  try {
    const { status } = await callTemporal(context, 'look at the workflow', () =>
      context.temporal.workflow.getHandle(workflowId).describe(),
    );
    return status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW' || status.name === 'PAUSED'
      ? undefined
      : status.name;
  } catch (error) {
    if (error instanceof NotPermitted && error.cause instanceof WorkflowNotFoundError) return 'NOT_FOUND';
    throw error;
  }
};
