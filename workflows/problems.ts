import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import { RetryState } from '@temporalio/common';
import type { Problem } from '../domain/connection.js';
import { isCredentialRefusal } from '../domain/credential.js';

const isProblem = (detail: unknown): detail is Problem =>
  typeof detail === 'object' && detail !== null && 'code' in detail && 'nextStep' in detail;

/** The problem of a failed activity or child workflow: the code and the next step that its details carry. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) return problemOf(error.cause);
  // What the last attempt failed with.
  if (error instanceof TimeoutFailure && error.cause) return problemOf(error.cause);
  if (error instanceof ApplicationFailure) {
    const detail = error.details?.[0];
    return isProblem(detail)
      ? { code: detail.code, nextStep: detail.nextStep }
      : { code: error.type ?? 'failed', nextStep: error.message };
  }
  return { code: 'failed', nextStep: error instanceof Error ? error.message : 'See the workflow in the Temporal UI.' };
};

/** Did X refuse the credential itself? Every connection on it then needs a new sign-in. */
export const isCredentialProblem = ({ code }: Problem): boolean => isCredentialRefusal(code);

/**
 * Was it cancelled? An activity that fails before it hears of its cancellation is not retried: it failed, because of the
 * cancellation.
 */
export const isCancelled = (error: unknown): boolean =>
  isCancellation(error) || (error instanceof ActivityFailure && error.retryState === RetryState.CANCEL_REQUESTED);

/** Is the run gone, without a fault of its account? Its days are free, and the next import takes them in. */
export const isRunOver = ({ code }: Problem): boolean => code === 'run_over' || code === 'run_unknown';
