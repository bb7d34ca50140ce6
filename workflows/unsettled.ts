import { log } from '@temporalio/workflow';
import type { Problem } from '../domain/connection.js';
import type { AccountId } from '../domain/ids.js';
import { isCancelled, problemOf } from './problems.js';

/*
 * The main loop of a connection waits for no activity without bound, so that a pause, a disconnect or a choice is always
 * answered. What an activity could not do in that time is kept here, by account where it is about accounts, and is tried
 * again every minute from the state that the connection has by then.
 */

/** Plain JSON, carried over continue-as-new. */
export interface UnsettledParts {
  /** The phase is not in Postgres. */
  readonly phase?: boolean;
  /** Accounts whose status is not in Postgres. */
  readonly grants?: readonly AccountId[];
  /** Accounts whose history may not have been started or stopped. */
  readonly histories?: readonly AccountId[];
  /** The daily schedules are not as the grants want them. */
  readonly schedules?: boolean;
  /** The portion of the daily schedules that comes next. */
  readonly schedulesLeft?: SchedulesLeft;
}

/** Many schedules are brought up to date in portions, so that the main loop can do something else in between. */
export interface SchedulesLeft {
  readonly from: AccountId;
  readonly selfCheck: boolean;
  readonly accounts: readonly AccountId[];
}

export interface Unsettled {
  phase: boolean;
  readonly grants: Set<AccountId>;
  readonly histories: Set<AccountId>;
  schedules: boolean;
  schedulesLeft: SchedulesLeft | undefined;
}

export const newUnsettled = (carried: UnsettledParts = {}): Unsettled => ({
  phase: carried.phase ?? false,
  grants: new Set(carried.grants),
  histories: new Set(carried.histories),
  schedules: carried.schedules ?? false,
  schedulesLeft: carried.schedulesLeft,
});

export const isSettled = ({ phase, grants, histories, schedules, schedulesLeft }: Unsettled): boolean =>
  !phase && grants.size === 0 && histories.size === 0 && !schedules && schedulesLeft === undefined;

/** What is to be carried over; nothing where all is settled. */
export const unsettledParts = (unsettled: Unsettled): { readonly unsettled?: UnsettledParts } => {
  if (isSettled(unsettled)) return {};
  const { grants, histories, schedulesLeft, ...rest } = unsettled;
  const left = schedulesLeft === undefined ? {} : { schedulesLeft };
  return { unsettled: { ...rest, ...left, grants: [...grants], histories: [...histories] } };
};

/**
 * The result of an activity, or what `failed` makes of its failure, which is logged.
 * @throws when the workflow is cancelled, or Postgres does not know the connection: then it ends
 */
export const attempt = async <T>(what: string, work: Promise<T>, failed: (problem: Problem) => T): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    const problem = problemOf(error);
    if (isCancelled(error) || problem.code === 'connection_unknown') throw error;
    log.error(`${what} has failed, and the connection goes on`, { error });
    return failed(problem);
  }
};
