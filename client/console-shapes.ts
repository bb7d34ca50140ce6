import { z } from 'zod';
import {
  accountDaysShape,
  countShape,
  dayRangeShape,
  dayShape,
  instantShape,
  levelShape,
  nextStepShape,
  statusMarkShape,
} from './base-shapes.js';
import { coverageDayShape } from './shapes.js';

/* What the pages about one connection ask for, as schemas; `shapes.ts` says how ids, days and instants are written. */

const { day, status, finality, reason } = coverageDayShape.unwrap().shape;

/** The coverage of one account, each day by the worst of its levels and placements. */
export const coverageGridShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    range: dayRangeShape,
    days: z.array(z.strictObject({ day, status, finality, reason }).readonly()).readonly(),
    /** Every day that is due is complete or verified empty. */
    complete: z.boolean(),
  })
  .readonly();
export interface CoverageGrid extends z.output<typeof coverageGridShape> {}

const sumShape = z.string().regex(/^-?\d+(?:\.\d+)?$/);

/** The newest day of an account whose campaigns have all landed, and what they add up to. */
export const firstNumbersShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    /** Absent before the first. */
    day: dayShape.exactOptional(),
    /** One for each currency. */
    spend: z.array(z.strictObject({ currency: z.string().nullable(), micros: sumShape }).readonly()).readonly(),
    impressions: sumShape,
    clicks: sumShape,
  })
  .readonly();
export interface NewestNumbers extends z.output<typeof firstNumbersShape> {}

/** Without it nothing is imported; what is stored can be read all the same. */
const lackingPartShape = z
  .strictObject({
    part: z.enum(['temporal', 'worker']),
    /** Absent where it has never been there. */
    since: instantShape.exactOptional(),
  })
  .readonly();
export interface LackingPart extends z.output<typeof lackingPartShape> {}
export const partsShape = z.strictObject({ lacks: z.array(lackingPartShape).readonly() }).readonly();

/** Something whose name or id holds what was looked for. */
export const foundShape = z
  .strictObject({
    kind: z.enum(['connection', 'account', 'campaign']),
    id: z.string(),
    name: z.string(),
    /** Through which it is seen. */
    connectionId: z.string(),
    /** Where it belongs to: a connection's X user, an account's connection, a campaign's account. */
    within: z.string().nullable(),
    /** Of an account and a campaign. */
    accountId: z.string().nullable(),
  })
  .readonly();
export interface FoundName extends z.output<typeof foundShape> {}

/** A workflow in Temporal, which forgets ended ones after its retention. */
export const connectionWorkflowShape = z
  .strictObject({
    workflowId: z.string(),
    kind: z.enum(['connection', 'history', 'daily', 'manual']),
    accountId: z.string().exactOptional(),
    startedAt: instantShape.exactOptional(),
    /** Temporal still keeps it. */
    kept: z.boolean(),
  })
  .readonly();
export interface ConnectionWorkflow extends z.output<typeof connectionWorkflowShape> {}

/** What will happen, in numbers. */
export const consequencesShape = z
  .strictObject({
    /** That the connection reads. */
    accounts: countShape,
    /** Of them, those that no other connection reads. */
    accountsNobodyElseReads: countShape,
    /** Imports that go on and end with it. */
    imports: countShape,
    /** Days of accounts that are due and not imported yet. */
    daysOpen: countShape,
    /** Other connections of the same X user: its authorization stays with them. */
    connectionsOfSameUser: countShape,
    /** Stored rows that would be deleted. */
    rows: countShape,
  })
  .readonly();
export interface Consequences extends z.output<typeof consequencesShape> {}

export const timelineKinds = ['run', 'wait', 'restatement', 'change', 'pause', 'sign_in', 'notification'] as const;

/** Something that has happened to a connection. */
export const timelineEntryShape = z
  .strictObject({
    id: z.string(),
    at: instantShape,
    kind: z.enum(timelineKinds),
    sentence: z.string(),
    /** Who did it, by the name of then. */
    who: z.string().exactOptional(),
    /** What differs, before and after. */
    from: z.string().exactOptional(),
    to: z.string().exactOptional(),
    /** Of a wait. */
    until: instantShape.exactOptional(),
    accountId: z.string().exactOptional(),
  })
  .readonly();
export interface TimelineEntry extends z.output<typeof timelineEntryShape> {}

/** Newest first. */
export const timelineShape = z
  .strictObject({
    entries: z.array(timelineEntryShape).readonly(),
    /** What `before` takes for the entries that follow; absent where there are none. */
    next: z.string().exactOptional(),
  })
  .readonly();
export interface Timeline extends z.output<typeof timelineShape> {}

/** Where the numbers of one day of an account come from. */
export const dayDetailShape = z
  .strictObject({
    day: dayShape,
    /** By level and placement. */
    coverage: z.array(coverageDayShape).readonly(),
    slices: z
      .array(
        z
          .strictObject({
            level: levelShape,
            placement: z.string(),
            metricSet: z.string(),
            status: z.string(),
            range: dayRangeShape,
            /** How many it asks for. */
            entities: countShape,
            /** Jobs of it that X could not compute. */
            failures: countShape,
            runId: z.string(),
            reason: z.string().exactOptional(),
            /** X's id of its last job. */
            jobId: z.string().exactOptional(),
            askedAt: instantShape.exactOptional(),
            landedAt: instantShape.exactOptional(),
            /** When X computed it, by X's clock. */
            observedAt: instantShape.exactOptional(),
            /** Of X's answer. */
            sha256: z.string().exactOptional(),
            bytes: countShape.exactOptional(),
            rows: countShape.exactOptional(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export interface DayDetail extends z.output<typeof dayDetailShape> {}

/** How all accounts of all connections stand. */
export const dataHealthShape = z
  .strictObject({
    connections: z
      .array(
        z
          .strictObject({
            id: z.uuid(),
            displayName: z.string(),
            screenName: z.string().exactOptional(),
            mark: statusMarkShape,
            accounts: z.array(accountDaysShape).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    /** What X still allows in its windows, the scarcest first. */
    quota: z
      .array(
        z
          .strictObject({
            whose: z.string(),
            family: z.string(),
            limit: countShape,
            remaining: z.int(),
            windowSeconds: countShape,
            resetsAt: instantShape,
          })
          .readonly(),
      )
      .readonly(),
    asOf: instantShape,
  })
  .readonly();
export interface DataHealth extends z.output<typeof dataHealthShape> {}

/** Whether every day of an account up to a day is there. */
export const freshnessShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    through: dayShape,
    fresh: z.boolean(),
    /** The newest of them, 400 at most. */
    missing: z.array(dayShape).readonly(),
    missingDays: countShape,
    lastImported: dayShape.exactOptional(),
  })
  .readonly();
export interface Freshness extends z.output<typeof freshnessShape> {}

/** What is looked at before a choice is saved. */
export const preflightShape = z
  .strictObject({
    lines: z
      .array(
        z
          .strictObject({
            accountId: z.string(),
            accountName: z.string(),
            check: z.enum(['role', 'approval', 'time_zone', 'currency']),
            ok: z.boolean(),
            sentence: z.string(),
            nextStep: nextStepShape.exactOptional(),
          })
          .readonly(),
      )
      .readonly(),
    /** When X last listed the accounts. */
    asOf: instantShape.exactOptional(),
    /** Absent where nothing is known of the accounts yet. */
    jobs: countShape.exactOptional(),
    seconds: countShape.exactOptional(),
  })
  .readonly();
export interface Preflight extends z.output<typeof preflightShape> {}
