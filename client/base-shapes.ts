import { z } from 'zod';
import type { Day } from '../domain/calendar.js';
import { LEVELS } from '../domain/levels.js';
import type { NextStepAction } from '../domain/next-step.js';
import type { StatusMark } from '../domain/status.js';

/* What the other schemas are made of: days, instants, next steps, and how a connection stands. */

export const dayShape = z.iso.date() as unknown as z.ZodType<Day, Day>;
export const instantShape = z.iso.datetime({ offset: true });
export const dayRangeShape = z.strictObject({ from: dayShape, to: dayShape }).readonly();
export const levelShape = z.enum(LEVELS);
export const countShape = z.int().nonnegative();
const nextStepActions = {
  connect: 'connect',
  reconnect: 'reconnect',
  choose: 'choose',
  backfill: 'backfill',
  resume: 'resume',
  sync: 'sync',
  list_connections: 'list_connections',
  list_accounts: 'list_accounts',
  see_status: 'see_status',
  see_coverage: 'see_coverage',
  migrate: 'migrate',
  start: 'start',
  restore: 'restore',
  set_up: 'set_up',
  start_worker: 'start_worker',
  check_configuration: 'check_configuration',
  doctor: 'doctor',
  see_temporal: 'see_temporal',
  ask_administrator: 'ask_administrator',
  see_x: 'see_x',
  retry: 'retry',
  wait: 'wait',
} as const satisfies Record<NextStepAction, string>;

/** What a person can do next. A command line renders it as a command, a console as a button, a mail as a link. */
export const nextStepShape = z
  .strictObject({
    action: z.enum(nextStepActions),
    /** Absent for steps of the installation or of the person. */
    connectionId: z.string().exactOptional(),
    /** One sentence for people, without a command. */
    text: z.string(),
  })
  .readonly();

/** How a connection stands, over all that is known of its days: exactly one status. */
export const statusMarkShape = z
  .strictObject({
    status: z.enum([
      'not_finished',
      'starting',
      'importing_history',
      'up_to_date',
      'behind',
      'waiting_for_x',
      'needs_person',
      'paused',
      'disconnected',
    ]),
    /** The status in words. */
    label: z.string(),
    /** What is so, and what follows from it. */
    sentence: z.string(),
    /** Who must act: nobody, whoever looks, the Business Administrator at X, or whoever runs the importer. */
    who: z.enum(['nobody', 'you', 'administrator', 'operator']),
    /** Until when it waits, where that is known. */
    until: instantShape.exactOptional(),
    /** How many accounts need a person, of how many. */
    accountsInTrouble: countShape,
    accounts: countShape,
    nextStep: nextStepShape.exactOptional(),
  })
  .readonly() satisfies z.ZodType<StatusMark>;

/** Days of accounts that are due, and how many of them lack nothing that X gives. */
export const connectionDaysShape = z
  .strictObject({
    due: countShape,
    complete: countShape,
    /** The first due day. */
    from: dayShape.exactOptional(),
    /** From this day on up to the last due day nothing is missing, in any account. */
    usableFrom: dayShape.exactOptional(),
    /** The last day that every account has. */
    lastImported: dayShape.exactOptional(),
  })
  .readonly();
export interface ConnectionDays extends z.output<typeof connectionDaysShape> {}

/** The days of one account of a connection. */
export const accountDaysShape = z
  .strictObject({
    accountId: z.string(),
    accountName: z.string(),
    /** Of its days. */
    timezone: z.string(),
    status: z.enum(['starting', 'importing_history', 'up_to_date', 'behind', 'waiting_for_x', 'needs_person']),
    ...connectionDaysShape.unwrap().shape,
    /** The oldest due day that is not complete. */
    openDay: dayShape.exactOptional(),
    /** For the jobs that are left; absent while nothing is imported. */
    estimateSeconds: countShape.exactOptional(),
  })
  .readonly();
export interface AccountDaysSummary extends z.output<typeof accountDaysShape> {}
