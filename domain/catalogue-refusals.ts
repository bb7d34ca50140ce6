import type { CatalogueEntry } from './catalogue-entry.js';

/* Rows of the catalogue: what is refused. */

/** Refusals of the façade, which are those of the API and of `xads` as well. */
export const REFUSALS = {
  invalid_configuration: {
    cause: 'The environment is wrong or incomplete.',
    step: 'Correct the variables that the message names.',
    who: 'operator',
    action: 'check_configuration',
  },
  invalid_choice: { cause: 'What was chosen is not possible.', step: 'Choose something else.', who: 'you' },
  invalid_range: {
    cause: 'The days are malformed, reversed, in the future, or more than a year.',
    step: 'Give other days.',
    who: 'you',
  },
  unknown_connection: {
    cause: 'No connection that you may see has this id.',
    step: 'List the connections.',
    who: 'you',
    action: 'list_connections',
  },
  invalid_question: {
    cause: 'The question names a grouping, metric, order or comparison that does not exist.',
    step: 'Ask with one of those that the message lists.',
    who: 'you',
  },
  unknown_account: {
    cause: 'The connection does not read this account.',
    step: 'List its accounts.',
    who: 'you',
    action: 'list_accounts',
  },
  unknown_run: { cause: 'No import that you may see has this id.', step: 'See what goes on.', who: 'you' },
  sign_in_failed: { cause: 'X did not authorize.', step: 'Sign in again, and allow.', who: 'you', action: 'reconnect' },
  callback_refused: {
    cause: 'The answer of X was forged, used before, late, or came to another browser.',
    step: 'Begin the sign-in again.',
    who: 'you',
    action: 'reconnect',
  },
  needs_person: { cause: 'The import cannot go on by itself.', step: 'Do what the problem names.', who: 'you' },
  not_permitted: {
    cause: 'The connection cannot do this now, or your role does not allow it.',
    step: 'Do first what the message names.',
    who: 'you',
  },
  changed_meanwhile: {
    cause: 'Somebody has changed the connection since you looked.',
    step: 'Look at the present values, then change it again.',
    who: 'you',
    action: 'retry',
  },
  unreachable: {
    cause: 'Postgres, Temporal or X cannot be reached.',
    step: 'Nothing is wrong with the request: repeat it later.',
    who: 'operator',
    action: 'doctor',
  },
  worker_not_answering: {
    cause: 'No worker takes the request.',
    step: 'See that a worker runs; what was asked for is done once, however often it is repeated.',
    who: 'operator',
    action: 'start_worker',
  },
  timed_out: {
    cause: 'It takes longer than was waited for; it goes on.',
    step: 'See how far it is.',
    who: 'nobody',
    action: 'wait',
  },
  backfill_failed: {
    cause: 'An import has ended without all of its days.',
    step: 'See the coverage for the days and the reasons.',
    who: 'you',
    action: 'see_coverage',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** What the server and the command line say beside. */
export const OF_REQUESTS = {
  signed_out: {
    cause: 'Nobody is signed in, or the session has ended.',
    step: 'Sign in.',
    who: 'you',
  },
  wrong_credentials: {
    cause: 'E-mail and password do not belong together.',
    step: 'Try again, or use a one-time link.',
    who: 'you',
  },
  too_many_tries: {
    cause: 'There were too many tries within a minute.',
    step: 'Wait as long as Retry-After says.',
    who: 'you',
  },
  link_used: {
    cause: 'The link was used before, has expired, or never was one.',
    step: 'Ask for a new one.',
    who: 'you',
  },
  forbidden: {
    cause: 'Your role does not allow it.',
    step: 'Ask the person whom the message names.',
    who: 'you',
  },
  not_found: {
    cause: 'It does not exist, or you may not see it.',
    step: 'See the list of what there is.',
    who: 'you',
  },
  invalid_request: {
    cause: 'A field of the request is missing, unknown or not valid.',
    step: 'Correct the fields that the answer names.',
    who: 'you',
  },
  conflict: {
    cause: 'Something else stands in the way of it.',
    step: 'Do what the message says.',
    who: 'you',
  },
  internal: {
    cause: 'Something went wrong in the importer.',
    step: 'Give the operator the id: the log has the details under it.',
    who: 'operator',
  },
  usage: {
    cause: 'The command does not exist, or an option of it is wrong.',
    step: 'See the help of the command.',
    who: 'you',
  },
  unexpected: {
    cause: 'Something went wrong in the importer.',
    step: 'Report it, with what was asked for.',
    who: 'operator',
  },
} as const satisfies Record<string, CatalogueEntry>;
