import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';
import type { Problem } from '../domain/connection.js';

const isProblem = (detail: unknown): detail is Problem =>
  typeof detail === 'object' && detail !== null && 'code' in detail && 'nextStep' in detail;

/** What a failed activity or child says to people: the stable word and the one step that its details carry. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) return problemOf(error.cause);
  if (error instanceof ApplicationFailure) {
    const detail = error.details?.[0];
    return isProblem(detail)
      ? { code: detail.code, nextStep: detail.nextStep }
      : { code: error.type ?? 'failed', nextStep: error.message };
  }
  return { code: 'failed', nextStep: error instanceof Error ? error.message : 'See the workflow in the Temporal UI.' };
};

/** Refusals of the credential itself: everything on it parks until the person authorises again. */
const CREDENTIAL_CODES: ReadonlySet<string> = new Set([
  'CredentialsRejected',
  'TokenTooOld',
  'AppNotApproved',
  'AccountLocked',
]);

export const isCredentialProblem = ({ code }: Problem): boolean => CREDENTIAL_CODES.has(code);
