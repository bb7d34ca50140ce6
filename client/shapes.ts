import { z } from 'zod';
import {
  accountDaysShape,
  connectionDaysShape,
  countShape,
  dayRangeShape,
  dayShape,
  instantShape,
  levelShape,
  nextStepShape,
  statusMarkShape,
} from './base-shapes.js';
import { leftOutShape } from './left-out-shape.js';
import type { Action } from '../domain/connection.js';
import type { CoverageDay } from '../domain/coverage.js';

/*
 * What the façade answers, as schemas: the types are inferred from them, `--json` prints them, docs/client.md lists their
 * fields, and an HTTP API can be described by them. Objects are strict: a field that is not listed here is a mistake.
 *
 * Ids of X (accounts, campaigns, ads) are base36 strings, ids of X users are strings of digits, ids of ours are UUIDs.
 * Days are `YYYY-MM-DD` in the ad account's own time zone, both ends of a range included. Instants are ISO 8601 in UTC, by
 * our clock where nothing else is said. Currencies are ISO 4217 codes.
 */

export * from './base-shapes.js';

const phaseShape = z.enum(['authorizing', 'choosing', 'active', 'paused', 'needs_reauthorization', 'disconnected']);
const grantStatusShape = z.enum(['backfilling', 'up_to_date', 'blocked']);
const waitDaysShape = z.union([z.literal(1), z.literal(3)]);

/** What stands in the way. */
export const problemShape = z
  .strictObject({
    /** A stable word. */
    code: z.string(),
    /** The one step that cures it. */
    nextStep: nextStepShape,
  })
  .readonly();
export interface ProblemSummary extends z.output<typeof problemShape> {}

/** Why something stands still. */
export const holdShape = z
  .strictObject({
    /** A sentence, or the beginning of one. */
    reason: z.string(),
    /** By X's clock where X set it, else by ours; absent where it ends with what it waits for. */
    until: instantShape.exactOptional(),
  })
  .readonly();
export interface Hold extends z.output<typeof holdShape> {}

/** A hold, and the import that it holds. */
export const holdSummaryShape = z
  .strictObject({
    ...holdShape.unwrap().shape,
    /** The id of the import in Temporal. */
    workflowId: z.string(),
    accountId: z.string().exactOptional(),
    /** Absent where the import has not begun, because it waits to ask which days are due. */
    runId: z.string().exactOptional(),
  })
  .readonly();
export interface HoldSummary extends z.output<typeof holdSummaryShape> {}

/** An ad account that the connection's X user can see. */
export const accountSummaryShape = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    /** An IANA name, as X gives it. */
    timezone: z.string(),
    /** Of its funding instruments, campaigns and line items, as far as they are known. */
    currencies: z.array(z.string()).readonly(),
    /** X's word, such as `ACCEPTED`. */
    approvalStatus: z.string(),
    /** X's words for the roles of the user, such as `CAMPAIGN_ANALYST`. */
    permissions: z.array(z.string()).readonly(),
    /** Whether it can be chosen. */
    selectable: z.boolean(),
    /** Why it cannot be chosen, and the cure. */
    reason: z.string().exactOptional(),
    /** Of the connection's grant, when the account is chosen. */
    status: grantStatusShape.exactOptional(),
  })
  .readonly();
export interface AccountSummary extends z.output<typeof accountSummaryShape> {}

const permissionShape = z
  .discriminatedUnion('allowed', [
    z.strictObject({ allowed: z.literal(true) }),
    z.strictObject({ allowed: z.literal(false), reason: z.string() }),
  ])
  .readonly();
const actions = {
  sign_in: 'sign_in',
  choose: 'choose',
  backfill: 'backfill',
  cancel: 'cancel',
  sync: 'sync',
  pause: 'pause',
  resume: 'resume',
  disconnect: 'disconnect',
  rename: 'rename',
} as const satisfies Record<Action, string>;

/** A connection: one X user's authorization, and the accounts that are read with it. */
export const connectionSummaryShape = z
  .strictObject({
    id: z.uuid(),
    /** What people call it. */
    displayName: z.string(),
    phase: phaseShape,
    mark: statusMarkShape,
    days: connectionDaysShape,
    /** Who sees it: the workspace, a team, or whoever made it. */
    privacy: z.enum(['workspace', 'private', 'team']),
    teamId: z.uuid().exactOptional(),
    /** The person who made it. */
    createdBy: z.string(),
    createdAt: instantShape,
    /** Counts what people have changed: an edit of an older version is refused. */
    version: countShape,
    /** Absent until X has authorized it. */
    xUserId: z.string().exactOptional(),
    /** The X user's name, without `@`. */
    screenName: z.string().exactOptional(),
    /** What stands in the way, and the one step that cures it. */
    problem: problemShape.exactOptional(),
    /** Why the last sign-in at X came to nothing; what was authorized before stays in force. */
    signInProblem: problemShape.exactOptional(),
    /** Why it is paused, in the words of whoever paused it. */
    note: z.string().exactOptional(),
    /** How many accounts it reads, by status. */
    grants: z
      .strictObject({ total: countShape, backfilling: countShape, upToDate: countShape, blocked: countShape })
      .readonly(),
    /** The last deletion of what it had imported; rows are counted as they go. */
    deletion: z
      .strictObject({
        beganAt: instantShape,
        /** Absent while it goes on. */
        endedAt: instantShape.exactOptional(),
        rowsDeleted: countShape,
        accountsLeft: countShape,
      })
      .readonly()
      .exactOptional(),
    /** What can be done with it now, and where not, why. */
    can: z.record(z.enum(actions), permissionShape).readonly(),
  })
  .readonly();
export interface ConnectionSummary extends z.output<typeof connectionSummaryShape> {}

/** One account that a connection reads. */
export const grantSummaryShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    status: grantStatusShape,
    /** Its history has not begun: those of other accounts of the connection go on, and it is its turn when one of them ends. */
    waitsForTurn: z.literal(true).exactOptional(),
    /** Days to let X settle a day before it is first imported. */
    wait: waitDaysShape,
    /** For how many days back X's corrections are read again. */
    lookBack: z.int().min(0).max(30),
    /** When the daily sync begins, `HH:MM` in the account's time zone. */
    dailyAt: z.string(),
    /** The first day to import; absent where only days from now on are. */
    historyFrom: dayShape.exactOptional(),
    problem: problemShape.exactOptional(),
  })
  .readonly();
export interface GrantSummary extends z.output<typeof grantSummaryShape> {}

/** One run of an import on one account, as the ledger has it. */
export const runSummaryShape = z
  .strictObject({
    runId: z.string(),
    accountId: z.string(),
    kind: z.enum(['history', 'daily', 'manual']),
    range: dayRangeShape,
    state: z.enum(['running', 'completed', 'cancelled', 'failed', 'abandoned']),
    /** Its id in Temporal. */
    workflowId: z.string(),
    /** Of a manual backfill: what `cancelBackfills` takes. */
    requestId: z.string().exactOptional(),
    startedAt: instantShape,
    /** What a running one does; absent while Temporal does not answer. */
    phase: z.string().exactOptional(),
    /** Why a running one stands still. */
    hold: holdShape.exactOptional(),
    endedAt: instantShape.exactOptional(),
    /** Why it ended without its days, or was cancelled. */
    reason: z.string().exactOptional(),
    /** Slices (one job at X each) that are planned, at X, computed by X, stored, and given up. */
    planned: countShape,
    inFlight: countShape,
    ready: countShape,
    landed: countShape,
    failed: countShape,
  })
  .readonly();
export interface RunSummary extends z.output<typeof runSummaryShape> {}

/** How far all running imports of a connection are. */
export const progressShape = z
  .strictObject({
    /** From 0 to 1; 1 when nothing is left to import. */
    fraction: z.number().min(0).max(1),
    jobs: countShape,
    landed: countShape,
    inFlight: countShape,
    failed: countShape,
    /** Accounts whose run has not planned its jobs yet, so that the fraction will still move. */
    planning: countShape,
  })
  .readonly();
export interface OverallProgress extends z.output<typeof progressShape> {}

/** A connection, its accounts, and the imports that go on. */
export const connectionStatusShape = z
  .strictObject({
    ...connectionSummaryShape.unwrap().shape,
    accounts: z.array(grantSummaryShape).readonly(),
    /** Runs that go on, and the last ten that ended, newest first. */
    runs: z.array(runSummaryShape).readonly(),
    holds: z.array(holdSummaryShape).readonly(),
    leftOut: z.array(leftOutShape).readonly(),
    /** Only there, and false, while Temporal does not answer: then holds that only it knows are missing. */
    temporalAnswers: z.literal(false).exactOptional(),
    progress: progressShape,
    accountDays: z.array(accountDaysShape).readonly(),
  })
  .readonly();
export interface ConnectionStatus extends z.output<typeof connectionStatusShape> {}

/** Whether a day of an account, level and placement is complete, and if not, why. */
export const coverageDayShape = z
  .strictObject({
    level: levelShape,
    /** X's word, such as `ALL_ON_TWITTER`. */
    placement: z.string(),
    day: dayShape,
    status: z.enum([
      'complete',
      'verified_empty',
      'planned',
      'in_flight',
      'failed',
      'unavailable',
      'missing',
      'not_due',
      'before_creation',
    ]),
    /** Entities of which a number is expected on this day, and how many of them have one. */
    expected: countShape,
    landed: countShape,
    /** Whether X may still change the day's numbers. */
    finality: z.enum(['provisional', 'settling', 'final']),
    /** Why it is not complete, where more is known than the status says. */
    reason: z.string().exactOptional(),
  })
  .readonly() satisfies z.ZodType<CoverageDay>;

/** The coverage of one account. */
export const accountCoverageShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    range: dayRangeShape,
    days: z.array(coverageDayShape).readonly(),
    /** Every day that is due, since the account exists, is complete or verified empty. */
    complete: z.boolean(),
  })
  .readonly();
export interface AccountCoverage extends z.output<typeof accountCoverageShape> {}
