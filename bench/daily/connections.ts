import { addDays } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { machineOf } from '../world.js';
import type { LoadConfig } from '../world.js';
import { type Machine, median, round } from '../report.js';
import { blindDay } from './blind.js';
import { runDay } from './day.js';
import type { ConnectionsDay } from './day.js';
import { memoryOf } from './memory.js';
import type { Memory } from './memory.js';
import { makeDailyWorld, dueMorning } from './world.js';
import type { DailyWorld, DailyWorldOptions } from './world.js';

export interface ConnectionsOptions extends DailyWorldOptions {
  /** Measured days. */
  readonly days: number;
}

/** What one connection's day costs, as the median of the measured days. */
export interface ConnectionsRun extends ConnectionsOptions {
  readonly secondsPerConnectionDay: number;
  /** Seconds from the first start to the last result, over all connections, for each measured day. */
  readonly seconds: readonly number[];
  readonly historySeconds: number;
  readonly requestsPerConnectionDay: number;
  readonly requests: Readonly<Record<string, number>>;
  readonly eventsPerConnectionDay: number;
  /** The longest history of all measured days. */
  readonly longestHistory: number;
  readonly jobsPerConnectionDay: number;
  /** The number of connection-days that were compared with a blind re-read; the next field says how many had more jobs. */
  readonly heldAgainstBlind: number;
  readonly moreThanBlind: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly tooManyJobs: number;
  readonly worker: Memory | null;
  /** The comparison of a sample of the accounts with the truth, after the last day. */
  readonly accountsCompared: number;
  readonly missing: number;
  readonly doubled: number;
  readonly wrong: number;
}

/** The sample is one account in each simulated zone: comparing more takes longer than importing them. */
const SAMPLE = 8;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const totalsOf = (
  days: readonly ConnectionsDay[],
  pick: (day: ConnectionsDay) => Readonly<Record<string, number>>,
): Record<string, number> => {
  const totals: Record<string, number> = {};
  for (const day of days)
    for (const [name, count] of Object.entries(pick(day))) totals[name] = (totals[name] ?? 0) + count;
  return totals;
};

/** Days on which an account of the sample had more jobs than a blind re-read would have had. */
const moreThanBlind = async (
  { simulatorUrl, accounts }: DailyWorld,
  number: number,
  day: ConnectionsDay,
): Promise<number> => {
  let more = 0;
  for (const account of accounts.slice(0, SAMPLE)) {
    const { jobs } = await blindDay(simulatorUrl, account, dueMorning(number));
    if (day.report.jobs.filter(({ account_id: id }) => id === account.id).length > jobs) more += 1;
  }
  return more;
};

const compareSample = async ({ db, simulatorUrl, accounts }: DailyWorld, history: number, lastDay: number) => {
  const comparison = newComparison();
  for (const { id, timezone } of accounts.slice(0, SAMPLE)) {
    const range = {
      from: addDays(dayOf(dueMorning(0), timezone), -history),
      to: addDays(dayOf(dueMorning(lastDay), timezone), -1),
    };
    await compareAccount(db, simulatorUrl, id, range, comparison);
  }
  return comparison;
};

/** Imports the history, which is not measured, and then day after day with all connections at once. */
export const measureConnections = async (
  options: ConnectionsOptions,
  loadConfig: LoadConfig,
  report: (text: string) => void,
): Promise<{ run: ConnectionsRun; machine: Machine }> => {
  const { connections, days, history } = options;
  await using world = await makeDailyWorld(options, loadConfig, report);
  report(`${connections} connections: their history of ${history} days …`);
  const first = await runDay(world, 0);
  const measured: ConnectionsDay[] = [];
  let more = 0;
  for (let number = 1; number <= days; number += 1) {
    report(`${connections} connections: day ${number} of ${days} …`);
    const day = await runDay(world, number);
    measured.push(day);
    more += await moreThanBlind(world, number, day);
  }
  const worker = memoryOf(world.stack.parts.workers[0]?.current().pid);
  report(`${connections} connections: comparing with the truth …`);
  const { missing, doubled, wrong } = await compareSample(world, history, days);
  const perConnection = (of: (day: ConnectionsDay) => number): number =>
    median(measured.map((day) => of(day) / connections));
  const requests = totalsOf(measured, (day) => day.requests);
  const accountsCompared = Math.min(SAMPLE, connections);
  const run = {
    ...options,
    secondsPerConnectionDay: round(
      perConnection(({ seconds }) => seconds),
      4,
    ),
    seconds: measured.map(({ seconds }) => seconds),
    historySeconds: first.seconds,
    requestsPerConnectionDay: round(
      perConnection((day) => sum(Object.values(day.requests))),
      2,
    ),
    requests: Object.fromEntries(
      Object.entries(requests).map(([family, count]) => [family, round(count / connections / days, 2)]),
    ),
    eventsPerConnectionDay: round(
      perConnection(({ events }) => events),
      2,
    ),
    longestHistory: Math.max(...measured.map(({ longestHistory }) => longestHistory)),
    jobsPerConnectionDay: round(
      perConnection((day) => day.report.jobs_created),
      2,
    ),
    heldAgainstBlind: accountsCompared * days,
    moreThanBlind: more,
    refusals: totalsOf([first, ...measured], (day) => day.refusals),
    tooManyJobs: sum([first, ...measured].map((day) => day.tooManyJobs)),
    worker: worker ?? null,
    accountsCompared,
    missing,
    doubled,
    wrong,
  };
  return { run, machine: await machineOf(world) };
};
