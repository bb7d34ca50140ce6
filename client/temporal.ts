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
import type { Context } from './context.js';
import { ImporterError } from './errors/importer-error.js';
import { NotPermitted } from './errors/not-permitted.js';
import { Unreachable } from './errors/unreachable.js';
import { WorkerNotAnswering } from './errors/worker-not-answering.js';

/** gRPC's CANCELLED, DEADLINE_EXCEEDED and UNAVAILABLE. */
const UNREACHABLE_CODES: ReadonlySet<number> = new Set([1, 4, 14]);

export const isTemporalUnreachable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (isGrpcServiceError(error)) return UNREACHABLE_CODES.has(error.code);
  // The SDK wraps gRPC's error; a connection that never came up has only the message.
  if (/Failed to connect before the deadline/i.test(error.message)) return true;
  return error.cause !== undefined && isTemporalUnreachable(error.cause);
};

/** Temporal's errors in our words; errors that are no matter of Temporal's pass through. */
export const translate = (error: unknown, what: string): unknown => {
  if (error instanceof ImporterError) return error;
  if (error instanceof WorkflowUpdateFailedError) {
    const cause = error.cause;
    // The workflow refuses with the sentence of `domain/connection.ts`; there is nothing to add to it.
    if (cause instanceof ApplicationFailure) return new NotPermitted(cause.message, { cause: error });
    return new NotPermitted(cause?.message ?? error.message, { cause: error });
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new WorkerNotAnswering(`No worker took the request to ${what} in time.`, {
      nextStep:
        'See that a worker runs (`npm run worker`) and polls the task queue `importer`; then repeat the command.',
      cause: error,
    });
  }
  if (error instanceof WorkflowNotFoundError) {
    return new NotPermitted('The connection has no workflow any more; it has been disconnected or terminated.', {
      nextStep: 'Make a new connection with `xads connect`.',
      cause: error,
    });
  }
  if (isTemporalUnreachable(error)) {
    return new Unreachable('Temporal cannot be reached.', {
      nextStep: 'See that the server at TEMPORAL_ADDRESS runs; then repeat the command.',
      cause: error,
    });
  }
  return error;
};

/** Runs a call of Temporal's client, with its errors in our words. */
export const inOurWords = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw translate(error, what);
  }
};

/** Sees that Temporal is there; how long that may take is said where the connection is made. */
export const reachTemporal = ({ temporal }: Pick<Context, 'temporal'>): Promise<void> =>
  inOurWords('reach Temporal', () => temporal.connection.ensureConnected());

/**
 * Asks something of Temporal, but not longer than a person would wait. That the server is there is seen first, because
 * the SDK would repeat a call to a dead one until the deadline.
 */
export const callTemporal = async <T>(
  context: Pick<Context, 'temporal' | 'workerTimeout'>,
  what: string,
  call: () => Promise<T>,
  timeout: number = context.workerTimeout,
): Promise<T> => {
  await reachTemporal(context);
  return inOurWords(what, () => context.temporal.withDeadline(Date.now() + timeout, call));
};

export interface UpdateRequest<Ret, Args extends [unknown, ...unknown[]] | []> {
  readonly definition: UpdateDefinition<Ret, Args>;
  readonly args: Args;
  /** Repeating an update with the same id does nothing new. */
  readonly updateId: string;
  /** For the message: "No worker took the request to …". */
  readonly what: string;
  /** In milliseconds. (Default: the importer's) */
  readonly timeout?: number;
}

export const connectionHandle = ({ temporal }: Context, id: ConnectionId): WorkflowHandle =>
  temporal.workflow.getHandle(connectionWorkflowId(id));

/** Sends an update to a connection's workflow and waits for its answer, but not longer than a person would. */
export const sendUpdate = <Ret, Args extends [unknown, ...unknown[]] | []>(
  context: Context,
  connectionId: ConnectionId,
  { definition, args, updateId, what, timeout }: UpdateRequest<Ret, Args>,
): Promise<Ret> =>
  callTemporal(
    context,
    what,
    () =>
      connectionHandle(context, connectionId).executeUpdate<Ret, [unknown, ...unknown[]]>(definition.name, {
        // The SDK has an overload for updates without arguments; at run time the two are one.
        args: args as unknown as [unknown, ...unknown[]],
        updateId,
      }),
    timeout,
  );

/** Ended workflows by their names in Temporal; `undefined` while one still runs, or was continued under the same id. */
export const workflowEnd = async (context: Context, workflowId: string): Promise<string | undefined> => {
  try {
    const { status: of } = await callTemporal(context, 'look at the workflow', () =>
      context.temporal.workflow.getHandle(workflowId).describe(),
    );
    return of.name === 'RUNNING' || of.name === 'CONTINUED_AS_NEW' || of.name === 'PAUSED' ? undefined : of.name;
  } catch (error) {
    if (error instanceof NotPermitted && error.cause instanceof WorkflowNotFoundError) return 'NOT_FOUND';
    throw error;
  }
};
