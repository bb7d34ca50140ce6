import { workflowInfo } from '@temporalio/workflow';

/** Below the bar of 4,000 events a history, so that replays stay short. */
const CONTINUE_AS_NEW_EVENTS = 3_000;

/** Is the history long enough to continue as new? Tests pass a lower number of events. */
export const shouldContinueAsNew = (events: number = CONTINUE_AS_NEW_EVENTS): boolean => {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength >= events;
};
