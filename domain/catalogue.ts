import type { NextStepAction } from './next-step.js';

/*
 * Every refusal and problem by its code: why it happens, the one step, and who can take it. The API's error body, `xads`, the
 * status of a connection and docs/errors.md speak from this table. Where more is known, the error itself says it in place of
 * the general step.
 */

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

/** Refusals of the façade, which are those of the API and of `xads` as well. */
const REFUSALS = {
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

/** What stands in the way of a connection, of a sign-in or of one account. */
const PROBLEMS = {
  CredentialsRejected: {
    cause: 'X no longer accepts the authorization: it was revoked, or the X user is gone.',
    step: 'Reconnect.',
    who: 'you',
    action: 'reconnect',
  },
  AccountLocked: {
    cause: 'X has locked or suspended the X user.',
    step: 'Sign in at x.com as this user and do what X asks for; then reconnect.',
    who: 'you',
    action: 'see_x',
  },
  TokenTooOld: {
    cause: 'The authorization is from before the approval of the app, or lacks a permission.',
    step: 'Disconnect the app under Settings → Security → Apps in X, then reconnect.',
    who: 'you',
    action: 'reconnect',
  },
  AppNotApproved: {
    cause: 'X has not approved the app for the Ads API.',
    step: 'Apply for Ads API access for this app, then reconnect.',
    who: 'operator',
    action: 'see_x',
  },
  ConsumerRejected: {
    cause: 'X does not accept the keys of the app, or has suspended it.',
    step: 'Compare X_CONSUMER_KEY and X_CONSUMER_SECRET with the keys of the app at console.x.com.',
    who: 'operator',
    action: 'check_configuration',
  },
  ClockSkew: {
    cause: 'The clock of the machine is wrong, so X refuses its signatures.',
    step: 'Set the clock of the machine.',
    who: 'operator',
    action: 'check_configuration',
  },
  CallbackNotApproved: {
    cause: 'The app at X does not name the address to come back to.',
    step: "Add the callback address to the app's settings at console.x.com.",
    who: 'operator',
    action: 'see_x',
  },
  VerifierRejected: {
    cause: 'X does not accept its own answer any more.',
    step: 'Sign in again.',
    who: 'you',
    action: 'reconnect',
  },
  AccountNotVisible: {
    cause: 'X does not show the ad account to the X user.',
    step: 'Ask the Business Administrator for Campaign Analyst or more.',
    who: 'administrator',
    action: 'ask_administrator',
  },
  Forbidden: {
    cause: 'X does not let the X user read this.',
    step: 'Ask the Business Administrator for Campaign Analyst or more.',
    who: 'administrator',
    action: 'ask_administrator',
  },
  role_lost: {
    cause: 'The X user has no role any more that reads campaigns.',
    step: 'Ask the Business Administrator for Campaign Analyst or more.',
    who: 'administrator',
    action: 'ask_administrator',
  },
  no_account: {
    cause: 'The X user sees no ad account that can be read.',
    step: 'Ask the Business Administrator for Campaign Analyst or more, or sign in as another X user.',
    who: 'administrator',
    action: 'ask_administrator',
  },
  account_deleted: {
    cause: 'The ad account has been deleted at X; what was imported stays.',
    step: 'Choose the accounts again without it, or have X Ads Support restore it.',
    who: 'you',
    action: 'see_x',
  },
  account_not_approved: {
    cause: 'X reviews the ad account, or has rejected it.',
    step: 'See the notice in X Ads (ads.x.com).',
    who: 'administrator',
    action: 'see_x',
  },
  currency_changed: {
    cause: 'The currency of the ad account has changed under stored numbers.',
    step: 'Compare with X Ads, backfill the days again, then choose the account again.',
    who: 'you',
    action: 'choose',
  },
  zone_unknown: {
    cause: 'The platform does not know the time zone of the ad account.',
    step: 'Update the time zone data that the problem names.',
    who: 'operator',
    action: 'check_configuration',
  },
  account_unknown: {
    cause: 'The X user cannot see an account that was chosen.',
    step: 'Choose others.',
    who: 'you',
    action: 'choose',
  },
  account_not_selectable: {
    cause: 'The role on an account that was chosen cannot read campaigns.',
    step: 'Ask the Business Administrator for Campaign Analyst or more, or choose others.',
    who: 'administrator',
    action: 'ask_administrator',
  },
  choice_refused: {
    cause: 'What was chosen is not possible.',
    step: 'Choose something else.',
    who: 'you',
    action: 'choose',
  },
  history_not_started: {
    cause: 'It is not certain that the history is being imported.',
    step: 'It is started again every minute.',
    who: 'nobody',
    action: 'wait',
  },
  workflow_gone: {
    cause: 'Temporal has lost the workflow of the connection.',
    step: 'Start what is lost anew.',
    who: 'operator',
    action: 'restore',
  },
  denied: { cause: 'Access was denied at X.', step: 'Sign in again, and allow.', who: 'you', action: 'reconnect' },
  expired: {
    cause: 'Nobody finished signing in in time.',
    step: 'Sign in again.',
    who: 'you',
    action: 'reconnect',
  },
  sign_in_interrupted: {
    cause: 'The sign-in was cut off between X and the importer.',
    step: 'Sign in again.',
    who: 'you',
    action: 'reconnect',
  },
  other_browser: {
    cause: 'X sent the answer to another browser, or to another person, than began the sign-in.',
    step: 'Begin the sign-in again, and finish it in the same browser.',
    who: 'you',
    action: 'reconnect',
  },
  replayed: {
    cause: 'The answer of X was used before; nothing was changed.',
    step: 'Go on where you are; sign in again only if the connection asks for it.',
    who: 'you',
    action: 'see_status',
  },
  unknown_sign_in: {
    cause: 'The answer belongs to no sign-in that was begun here.',
    step: 'Begin the sign-in from the importer.',
    who: 'you',
    action: 'connect',
  },
} as const satisfies Record<string, CatalogueEntry>;

export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = { ...REFUSALS, ...PROBLEMS };
export type RefusalCode = keyof typeof REFUSALS;

/** What the table says of a code; `undefined` of one that is none of ours, such as a word of X that is new. */
export const entryOf = (code: string): CatalogueEntry | undefined =>
  Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code] : undefined;

/** Who takes a step whose code says nothing of it. */
const ACTORS: Partial<Record<NextStepAction, Actor>> = {
  ask_administrator: 'administrator',
  wait: 'nobody',
  migrate: 'operator',
  start: 'operator',
  restore: 'operator',
  set_up: 'operator',
  start_worker: 'operator',
  check_configuration: 'operator',
  doctor: 'operator',
  see_temporal: 'operator',
};

export const actorOf = (code: string, action?: NextStepAction): Actor =>
  entryOf(code)?.who ?? (action === undefined ? undefined : ACTORS[action]) ?? 'you';
