import type { NextStep } from '../domain/next-step.js';

/*
 * Every refusal of the façade. `message` says what happened, in a sentence for people; `code` is a stable word for programs;
 * `nextStep` is what a person can do about it, as data, so that every surface renders it in its own way.
 */

export interface ImporterErrorOptions {
  readonly nextStep?: NextStep | undefined;
  readonly cause?: unknown;
  /** What is wrong, by the option that it is about. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** The base of all refusals. Errors of other classes are defects, or come from a server that cannot be reached. */
export abstract class ImporterError extends Error {
  abstract readonly code: string;
  readonly nextStep: NextStep | undefined;
  readonly fields: Readonly<Record<string, string>> | undefined;

  constructor(message: string, { nextStep, cause, fields }: ImporterErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.nextStep = nextStep;
    this.fields = fields;
  }
}

/** The environment is wrong or incomplete; the message names every mistake. */
export class InvalidConfiguration extends ImporterError {
  override readonly name = 'InvalidConfiguration';
  override readonly code = 'invalid_configuration';
}

/** Accounts, history, wait or another option that cannot be chosen. */
export class InvalidChoice extends ImporterError {
  override readonly name = 'InvalidChoice';
  override readonly code = 'invalid_choice';
}

/** A question about performance that cannot be answered: an unknown grouping, metric or order. */
export class InvalidQuestion extends ImporterError {
  override readonly name = 'InvalidQuestion';
  override readonly code = 'invalid_question';
}

/** A range of days that cannot be imported: malformed, reversed, in the future, or longer than a year. */
export class InvalidRange extends ImporterError {
  override readonly name = 'InvalidRange';
  override readonly code = 'invalid_range';
}

/** No connection has this id, prefix or name, or several have it. */
export class UnknownConnection extends ImporterError {
  override readonly name = 'UnknownConnection';
  override readonly code = 'unknown_connection';
}

/** No import run that the viewer sees has this id. */
export class UnknownRun extends ImporterError {
  override readonly name = 'UnknownRun';
  override readonly code = 'unknown_run';
}

/** The account is not among those that the connection's X user can read. */
export class UnknownAccount extends ImporterError {
  override readonly name = 'UnknownAccount';
  override readonly code = 'unknown_account';
}

/** Somebody has changed it since it was looked at; `present` is what is there now. Nothing was changed. */
export class ChangedMeanwhile extends ImporterError {
  override readonly name = 'ChangedMeanwhile';
  override readonly code = 'changed_meanwhile';
  readonly present: Readonly<Record<string, string>>;

  constructor(
    message: string,
    { present, ...options }: ImporterErrorOptions & { readonly present: Readonly<Record<string, string>> },
  ) {
    super(message, options);
    this.present = present;
  }
}

/** X did not authorize: denied, expired, or refused for the reason that the message gives. */
export class SignInFailed extends ImporterError {
  override readonly name = 'SignInFailed';
  override readonly code = 'sign_in_failed';
}

/** An OAuth callback that is forged, replayed or late. Nothing was stored. */
export class CallbackRefused extends ImporterError {
  override readonly name = 'CallbackRefused';
  override readonly code = 'callback_refused';
  readonly why: 'unknown' | 'already_used' | 'late' | 'other_browser';

  constructor(message: string, { why, ...options }: ImporterErrorOptions & Pick<CallbackRefused, 'why'>) {
    super(message, options);
    this.why = why;
  }
}

/** The import cannot go on before a person acts; `nextStep` is the one thing to do. */
export class NeedsPerson extends ImporterError {
  override readonly name = 'NeedsPerson';
  override readonly code = 'needs_person';
}

/** The connection's phase does not permit this; the message is the reason of `domain/connection.ts`. */
export class NotPermitted extends ImporterError {
  override readonly name = 'NotPermitted';
  override readonly code = 'not_permitted';
}

/** Postgres or Temporal cannot be reached. Nothing is wrong with the request: repeat it later. */
export class Unreachable extends ImporterError {
  override readonly name = 'Unreachable';
  override readonly code = 'unreachable';
}

/** Temporal is there, but no worker took the request in time. Repeating it is safe. */
export class WorkerNotAnswering extends ImporterError {
  override readonly name = 'WorkerNotAnswering';
  override readonly code = 'worker_not_answering';
}

/** What was waited for did not happen within the caller's timeout. It may still happen. */
export class TimedOut extends ImporterError {
  override readonly name = 'TimedOut';
  override readonly code = 'timed_out';
}

/** An import ended without all of its days; the coverage says which are missing, and why. */
export class BackfillFailed extends ImporterError {
  override readonly name = 'BackfillFailed';
  override readonly code = 'backfill_failed';
}
