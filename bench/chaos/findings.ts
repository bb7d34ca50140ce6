import { setTimeout as delay } from 'node:timers/promises';
import { dueDays } from '../../domain/due.js';
import type { Day, Instant, Zone } from '../../domain/calendar.js';
import type { ConnectionId } from '../../domain/ids.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { requestReport, simulatedAccounts } from '../../local/once/simulated.js';
import type { BenchWorld } from '../world.js';

export interface Findings {
  readonly cells: number;
  /** Everything that is not as it must be, in words; none in a run that passes. */
  readonly wrong: readonly string[];
}

interface Wanted {
  readonly account_id: string;
  readonly history_from: Day;
  readonly created_at: Instant | null;
  readonly zone: Zone;
}

/** What must be nowhere once nothing is to be done any more, each as a query that counts it. */
const LEFTOVERS: Readonly<Record<string, string>> = {
  'open claims': `importer.ledger where state = 'open'`,
  'claims of runs that are over': `importer.ledger l join importer.import_runs r on r.id = l.run_id
     where l.state = 'open' and r.state <> 'running'`,
  'jobs that hold a slot': `importer.jobs where state in ('creating', 'processing')`,
  'jobs that were not landed': `importer.jobs where state = 'ready'`,
  'slices that wait': `importer.slices where state in ('planned', 'in_flight')`,
  'runs that go on': `importer.import_runs where state = 'running'`,
};

const leftovers = async ({ db }: BenchWorld): Promise<readonly string[]> => {
  const wrong: string[] = [];
  for (const [what, from] of Object.entries(LEFTOVERS)) {
    const { rows } = await db.query<{ n: number }>(`select count(*) as n from ${from}`);
    if ((rows[0]?.n ?? 0) > 0) wrong.push(`${rows[0]?.n} ${what}`);
  }
  return wrong;
};

/** What a workflow waits for: an activity, how often it was tried, and what it met last. */
const waitsFor = async ({ temporal }: BenchWorld, workflowId: string): Promise<string> => {
  const { pendingActivities } = (await temporal.workflow.getHandle(workflowId).describe()).raw;
  const pending = (pendingActivities ?? []).map(
    ({ activityType, attempt, lastFailure }) =>
      `${activityType?.name}, attempt ${attempt}${lastFailure ? ` after: ${lastFailure.message}` : ''}`,
  );
  return pending.length === 0 ? '' : ` (${pending.join('; ')})`;
};

const goingOn = async (world: BenchWorld, connectionId: ConnectionId): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { workflowId, type } of world.temporal.workflow.list({ query: `ExecutionStatus = 'Running'` })) {
    if (workflowId !== `connection/${connectionId}` && !workflowId.startsWith('temporal-sys'))
      found.push(`${type} ${workflowId} goes on${await waitsFor(world, workflowId)}`);
  }
  return found;
};

/** The next attempt of whoever takes leave of X comes within this. */
const LEAVE_MS = 120_000;

/** Only the connection itself goes on. Those that are over may still be taking leave of X, which was away. */
const workflows = async (world: BenchWorld, connectionId: ConnectionId): Promise<readonly string[]> => {
  const giveUp = Date.now() + LEAVE_MS;
  for (;;) {
    const found = await goingOn(world, connectionId);
    if (found.length === 0 || Date.now() > giveUp) return found;
    await delay(1_000);
  }
};

const jobsAtX = async ({ simulatorUrl }: BenchWorld): Promise<readonly string[]> => {
  const { jobs } = await requestReport(simulatorUrl);
  const held = jobs.filter(({ status }) => status === 'PROCESSING' || status === 'QUEUED');
  return held.length === 0 ? [] : [`${held.length} jobs in processing at X`];
};

const now = async ({ simulatorUrl }: BenchWorld): Promise<Instant> => {
  const response = await fetch(`${simulatorUrl}/_simulator/clock`);
  return String(((await response.json()) as { now: unknown }).now);
};

/** Compares every due day of every account with the truth, and looks for whatever waits or was forgotten. */
export const examine = async (world: BenchWorld, connectionId: ConnectionId): Promise<Findings> => {
  const { db, simulatorUrl } = world;
  const comparison = newComparison();
  const wrong: string[] = [];
  const moment = await now(world);
  for (const { id, timezone } of await simulatedAccounts(simulatorUrl)) {
    const { rows } = await db.query<Wanted>(
      `select g.account_id, g.history_from, a.created_at_x as created_at from importer.grants g
       join importer.accounts a on a.id = g.account_id where g.account_id = $1 and g.connection_id = $2 and g.ended_at is null`,
      [id, connectionId],
    );
    const [grant] = rows;
    if (grant === undefined) {
      wrong.push(`the account ${id} has no grant`);
      continue;
    }
    const terms = { from: grant.history_from, createdAt: grant.created_at, zones: timezone, wait: 1 };
    const range = dueDays(terms, moment);
    await compareAccount(db, simulatorUrl, id, range, comparison);
    const open = await db.query<{ n: number }>(
      `select count(*) as n from importer.coverage_of($1, $2, $3) where status not in ('complete', 'verified_empty')`,
      [id, range.from, range.to],
    );
    if ((open.rows[0]?.n ?? 0) > 0) wrong.push(`${open.rows[0]?.n} days of ${id} are not green`);
  }
  const { missing, doubled, wrong: different, examples, cellsCompared } = comparison;
  if (missing + doubled + different > 0)
    wrong.push(`${missing} cells missing, ${doubled} doubled, ${different} wrong: ${examples.join('; ')}`);
  const cells = Object.values(cellsCompared).reduce((sum, count) => sum + count, 0);
  if (cells === 0) wrong.push('there was nothing to compare');
  wrong.push(...(await leftovers(world)), ...(await workflows(world, connectionId)), ...(await jobsAtX(world)));
  return { cells, wrong };
};
