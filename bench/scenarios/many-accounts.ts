import { setTimeout as sleep } from 'node:timers/promises';
import type { Day } from '../../domain/calendar.js';
import { type AccountId, connectionWorkflowId } from '../../domain/ids.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { allow } from '../../local/once/consent.js';
import { requestReport, simulatedAccounts } from '../../local/once/simulated.js';
import { runDay } from '../daily/day.js';
import { type Memory, memoryOf } from '../daily/memory.js';
import { dueMorning } from '../daily/world.js';
import { refusals, tooManyJobs } from '../figures.js';
import { type Column, type Machine, round } from '../report.js';
import { machineOf, makeWorld } from '../world.js';
import { watchLoop } from '../worker-loop.js';
import type { BenchWorld, LoadConfig } from '../world.js';

/* One connection with many accounts, from the sign-in to the sync of the next day. */

export interface ManyAccountsOptions {
  readonly accounts: number;
  /** Promoted tweets of each account. */
  readonly ads: number;
  readonly jobSeconds: number;
  /** How many days the accounts have existed; of them the last 30 are imported. */
  readonly days: number;
  readonly seed: number;
}

export interface ManyAccountsReport {
  readonly scenario: 'many-accounts';
  readonly machine: Machine;
  readonly options: ManyAccountsOptions;
  /** Seconds from the consent to the list of accounts. */
  readonly listed: number;
  /** Seconds from Save until every account is up to date. */
  readonly imported: number;
  /** Seconds of the next day's sync of all accounts. */
  readonly synced: number;
  readonly schedules: number;
  /** Of the connection's workflow: all its events, and those of its longest history. */
  readonly events: number;
  readonly longestHistory: number;
  /** The longest time in seconds in which the connection's workflow answered a query during the import. */
  readonly longestAnswer: number;
  readonly worker: Memory | null;
  /** The longest time in seconds in which the worker's event loop did nothing else. */
  readonly longestBlock: number | null;
  /** Cells of all accounts, after the next day, against the truth. */
  readonly missing: number;
  readonly doubled: number;
  readonly wrong: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly correct: boolean;
  readonly barMet: boolean;
}

const LOOK_EVERY_MS = 500;
const HISTORY_DAYS = 30;
const GIVE_UP_SECONDS = 600;
/** docs/benchmarks.md: the longest history of a workflow. */
const EVENTS_BAR = 4_000;
const USER = 'all_accounts';

const secondsSince = (started: number): number => round((performance.now() - started) / 1_000, 1);

const unfinished = async ({ db }: BenchWorld): Promise<number> => {
  const { rows } = await db.query<{ left: number }>(
    `select count(*) as left from importer.grants where status <> 'up_to_date'`,
  );
  return rows[0]?.left ?? 0;
};

/** Seconds until a question is answered, asked again and again where an answer takes longer than Temporal waits for it. */
const answered = async (ask: () => Promise<unknown>): Promise<number> => {
  const asked = performance.now();
  for (;;) {
    try {
      await ask();
      return secondsSince(asked);
    } catch (error) {
      if (secondsSince(asked) > GIVE_UP_SECONDS) throw error;
    }
  }
};

/** Everything that was imported of these accounts, against the truth. */
const compareImported = async ({ db, simulatorUrl }: BenchWorld, report: (text: string) => void) => {
  const { rows } = await db.query<{ id: AccountId; from: Day; to: Day }>(
    `select account_id as id, min(day)::text as from, max(day)::text as to
     from importer.facts group by account_id order by account_id`,
  );
  const comparison = newComparison();
  for (const [index, { id, ...range }] of rows.entries()) {
    report(`${index} of ${rows.length} accounts compared with the truth …`);
    await compareAccount(db, simulatorUrl, id, range, comparison);
  }
  const { missing, doubled, wrong } = comparison;
  return { accounts: rows.length, missing, doubled, wrong };
};

const measure = async (
  world: BenchWorld,
  options: ManyAccountsOptions,
  report: (text: string) => void,
): Promise<Omit<ManyAccountsReport, 'machine'>> => {
  await using loop = await watchLoop(world.metricsUrl);
  const { importer, temporal, simulatorUrl } = world;
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ displayName: USER });
  await importer.completeSignIn(await allow(authorizeUrl, USER));
  const consented = performance.now();
  await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  const listed = secondsSince(consented);

  const saved = performance.now();
  const handle = temporal.workflow.getHandle(connectionWorkflowId(connectionId));
  await importer.choose(connectionId, { accounts: 'all', history: { kind: 'days', days: HISTORY_DAYS } });
  let longestAnswer = 0;
  for (let left = await unfinished(world); left > 0; left = await unfinished(world)) {
    longestAnswer = Math.max(longestAnswer, await answered(() => handle.query('state')));
    const after = `after ${secondsSince(saved)} s, the longest answer took ${longestAnswer} s`;
    report(`${options.accounts} accounts: ${left} are not up to date ${after} …`);
    await sleep(LOOK_EVERY_MS);
  }
  const imported = secondsSince(saved);
  let [events, longestHistory, schedules] = [0, 0, 0];
  for await (const { runId } of temporal.workflow.list({ query: `WorkflowId = '${handle.workflowId}'` })) {
    // A list knows the length of closed histories only.
    const { historyLength } = await temporal.workflow.getHandle(handle.workflowId, runId).describe();
    events += historyLength;
    longestHistory = Math.max(longestHistory, historyLength);
  }
  for await (const _ of temporal.schedule.list()) schedules += 1;

  report(`${options.accounts} accounts: the next day …`);
  const before = await requestReport(simulatorUrl);
  const accounts = (await simulatedAccounts(simulatorUrl)).map((account) => ({ ...account, connectionId }));
  const { seconds: synced } = await runDay({ ...world, accounts }, 1);
  const after = await requestReport(simulatorUrl);
  const longestBlock = loop.longestBlock();
  const worker = memoryOf(world.stack.parts.workers[0]?.current().pid) ?? null;
  const { accounts: compared, ...differences } = await compareImported(world, report);
  const isTrue = Object.values(differences).every((count) => count === 0);
  const refused = refusals(before);
  const isRefused = [before, after].some((each) => tooManyJobs(each) > 0 || (refusals(each)['429'] ?? 0) > 0);
  return {
    scenario: 'many-accounts',
    options,
    listed,
    imported,
    synced,
    schedules,
    events,
    longestHistory,
    longestAnswer,
    worker,
    longestBlock: longestBlock === null ? null : round(longestBlock, 2),
    ...differences,
    refusals: refused,
    correct: schedules === options.accounts && compared === options.accounts && isTrue && !isRefused,
    barMet: longestHistory > 0 && longestHistory <= EVENTS_BAR,
  };
};

export const manyAccounts = async (
  options: ManyAccountsOptions,
  loadConfig: LoadConfig,
  report: (text: string) => void = () => undefined,
): Promise<ManyAccountsReport> => {
  const { jobSeconds, ...sizes } = options;
  report(`${options.accounts} accounts: starting the stack …`);
  const simulated = { ...sizes, 'job-seconds': jobSeconds, now: dueMorning(0) };
  await using world = await makeWorld(simulated, loadConfig, report);
  await world.control('PUT', 'clock', { frozen: true });
  return { ...(await measure(world, options, report)), machine: await machineOf(world) };
};

export const manyAccountsColumns: readonly Column<ManyAccountsReport>[] = [
  ['accounts', ({ options }) => options.accounts],
  ['listed, s', ({ listed }) => listed],
  ['imported, s', ({ imported }) => imported],
  ['synced the next day, s', ({ synced }) => synced],
  ['schedules', ({ schedules }) => schedules],
  ["events of the connection's workflow", ({ events }) => events],
  ['its longest history', ({ longestHistory }) => longestHistory],
  ['longest answer to a query, s', ({ longestAnswer }) => longestAnswer],
  ["worker's memory at its peak, MB", ({ worker }) => worker?.peakMegabytes ?? 'unknown'],
  ['longest block of its event loop, s', ({ longestBlock }) => longestBlock ?? 'unknown'],
  ['cells missing, doubled, wrong', ({ missing, doubled, wrong }) => `${missing}, ${doubled}, ${wrong}`],
  ['answers from 400 on', (run) => JSON.stringify(run.refusals)],
];
