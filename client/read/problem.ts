import type { Problem } from '../../domain/connection.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { NextStep, NextStepAction } from '../../domain/next-step.js';
import type { ProblemSummary } from '../shapes.js';

/** What cures each problem of an account or a choice; problems of the credential are cured by `otherwise`. */
const ACTIONS: Readonly<Record<string, NextStepAction>> = {
  role_lost: 'ask_administrator',
  no_account: 'ask_administrator',
  AccountNotVisible: 'ask_administrator',
  Forbidden: 'ask_administrator',
  account_not_approved: 'see_x',
  account_deleted: 'see_x',
  AccountLocked: 'see_x',
  AppNotApproved: 'see_x',
  CallbackNotApproved: 'see_x',
  ConsumerRejected: 'check_configuration',
  ClockSkew: 'check_configuration',
  zone_unknown: 'check_configuration',
  currency_changed: 'choose',
};

/** A problem as the store keeps it, with its next step as data. `otherwise` is the action of codes that have none of their own. */
export const problemSummary = (
  problem: Problem | null,
  { id, otherwise }: { readonly id?: ConnectionId; readonly otherwise: NextStepAction },
): ProblemSummary | undefined => {
  if (problem === null) return undefined;
  const { code } = problem;
  const step: NextStep | string = problem.nextStep;
  if (typeof step !== 'string') return { code, nextStep: step };
  const action = ACTIONS[code] ?? otherwise;
  return { code, nextStep: { action, ...(id === undefined ? {} : { connectionId: id }), text: step } };
};
