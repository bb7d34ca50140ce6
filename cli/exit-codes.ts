import { ImporterError } from '../client/errors.js';
import type * as errors from '../client/errors.js';

/** What the command line's exit code means; `--help` and docs/client.md list the same. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  needsPerson: 3,
  notFound: 4,
  unreachable: 5,
  refused: 6,
  incomplete: 7,
  /** What a shell expects after Ctrl-C. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

type Errors = typeof errors;
type CodeOf<Class> = Class extends new (...args: never[]) => { readonly code: infer Code extends string }
  ? Code
  : never;
type ErrorCode = { [Name in keyof Errors]: CodeOf<Errors[Name]> }[keyof Errors] | 'port_taken' | 'interrupted';

const BY_CODE: Readonly<Record<ErrorCode, ExitCode>> = {
  invalid_configuration: EXIT.usage,
  invalid_choice: EXIT.usage,
  invalid_question: EXIT.usage,
  invalid_range: EXIT.usage,
  port_taken: EXIT.usage,
  interrupted: EXIT.interrupted,
  sign_in_failed: EXIT.needsPerson,
  needs_person: EXIT.needsPerson,
  unknown_connection: EXIT.notFound,
  unknown_account: EXIT.notFound,
  unknown_run: EXIT.notFound,
  unreachable: EXIT.unreachable,
  worker_not_answering: EXIT.unreachable,
  not_permitted: EXIT.refused,
  changed_meanwhile: EXIT.refused,
  callback_refused: EXIT.refused,
  timed_out: EXIT.failed,
  backfill_failed: EXIT.failed,
};

/** What the command line ends with after an error. */
export const exitCodeOf = (error: unknown): ExitCode => {
  if (!(error instanceof ImporterError)) return EXIT.failed;
  const known: Readonly<Record<string, ExitCode>> = BY_CODE;
  return known[error.code] ?? EXIT.failed;
};

export const EXIT_CODES_HELP = `Exit codes:
  0  done
  1  failed, for a reason that the message gives
  2  wrong usage or configuration; nothing was tried
  3  a person must act: sign in, get a role, have the app approved
  4  no such connection or account
  5  Postgres, Temporal or X cannot be reached, or no worker answers; try again
  6  not possible in the connection's present phase
  7  the coverage is not complete: the command was done, and some of the days lack something
  130  Ctrl-C ended the watching; the import goes on`;
