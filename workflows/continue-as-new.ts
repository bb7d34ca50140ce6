import { workflowInfo } from '@temporalio/workflow';

/** Well below the 4,000 events of the design: a workflow hands over to a new history long before replays get slow. */
const HAND_OVER_EVENTS = 3_000;

/** Is the history long enough to go on in a new one? Tests name fewer events than a life has. */
export const shouldContinueAsNew = (events: number = HAND_OVER_EVENTS): boolean => {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= events;
};
