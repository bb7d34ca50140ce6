import { entryOf } from '../../domain/catalogue.js';
import type { Problem } from '../../domain/connection.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { NextStep, NextStepAction } from '../../domain/next-step.js';
import type { ProblemSummary } from '../shapes.js';

/** A problem as the store keeps it, with its next step as data. `otherwise` is the action of codes that have none of their own. */
export const problemSummary = (
  problem: Problem | null,
  { id, otherwise }: { readonly id?: ConnectionId; readonly otherwise: NextStepAction },
): ProblemSummary | undefined => {
  if (problem === null) return undefined;
  const { code } = problem;
  const step: NextStep | string = problem.nextStep;
  if (typeof step !== 'string') return { code, nextStep: step };
  const action = entryOf(code)?.action ?? otherwise;
  return { code, nextStep: { action, ...(id === undefined ? {} : { connectionId: id }), text: step } };
};
