import type { NextStepAction } from './next-step.js';

/** Who can take a step: the person who is looking, the Business Administrator at X, or whoever runs the installation. */
export type Actor = 'nobody' | 'you' | 'administrator' | 'operator';

export interface CatalogueEntry {
  /** Why it happens. */
  readonly cause: string;
  /** What solves it, as a sentence without a command. */
  readonly step: string;
  readonly who: Actor;
  /** Absent where it is the connection that decides: reconnect, or choose again. */
  readonly action?: NextStepAction;
}
