import { type AccountId, backfillWorkflowId, type ConnectionId } from '../../domain/ids.js';
import { leftOutOf } from '../../store/account/left-out.js';
import { type Grant, listVisibleGrants } from '../../store/connection/grants.js';
import { holdsOf } from '../../store/import/holds.js';
import { runsOf } from '../../store/import/run-progress.js';
import { workflowsWithRun } from '../../store/import/runs.js';
import { type Context, requireConnection } from '../context.js';
import { restoreStep } from '../temporal.js';
import type { ImportLook, SeenImport } from '../import-looks.js';
import type { ConnectionStatus, GrantSummary, Hold, HoldSummary, ProblemSummary, RunSummary } from '../shapes.js';
import { describeStance } from './connections.js';
import { type LookedFor, lookAtTemporal } from './holds.js';
import { problemSummary } from './problem.js';
import { overallProgress } from './progress.js';
import { runSummary } from './run-summary.js';

/** How many ended runs a status shows, so that it stays readable after a year of daily syncs. */
const ENDED_RUNS = 10;

const grantSummary = (grant: Grant): GrantSummary => {
  const problem = problemSummary(grant.problem, { id: grant.connectionId, otherwise: 'see_x' });
  return {
    accountId: grant.accountId,
    accountName: grant.accountName,
    status: grant.status,
    wait: grant.waitDays,
    lookBack: grant.lookBackDays,
    dailyAt: grant.dailyAt,
    ...(grant.historyFrom === null ? {} : { historyFrom: grant.historyFrom }),
    ...(problem === undefined ? {} : { problem }),
  };
};

/** Postgres knows the holds at our gates as they are, Temporal all others; the one that ends last, or at no known time, decides. */
const laterHold = (ours: Hold | undefined, temporals: Hold | undefined): Hold | undefined => {
  if (ours === undefined || temporals === undefined) return ours ?? temporals;
  return temporals.until === undefined || temporals.until > (ours.until ?? '') ? temporals : ours;
};

/** Looks at the connection in Temporal, or shares the look of another caller. */
const lookAt = (context: Context, id: ConnectionId, lookedFor: LookedFor): Promise<ImportLook> =>
  context.looks.read(id, async () => {
    const seen = await lookAtTemporal(context, id, lookedFor);
    if (seen === undefined) return undefined;
    const begun = await workflowsWithRun(
      context.db,
      seen.imports.map(({ workflowId }) => workflowId),
    );
    return { ...seen, imports: seen.imports.map((each) => ({ ...each, begun: begun.has(each.workflowId) })) };
  });

const workflowGone = (id: ConnectionId): ProblemSummary => ({ code: 'workflow_gone', nextStep: restoreStep(id) });

/** Holds of imports that have no run yet, of any connection that reads the account. */
const holdsBeforeRuns = (seen: readonly SeenImport[], running: readonly RunSummary[]): readonly HoldSummary[] =>
  seen.flatMap(({ workflowId, accountId, hold, begun }) =>
    hold === undefined || begun || running.some((run) => run.workflowId === workflowId)
      ? []
      : { workflowId, ...(accountId === undefined ? {} : { accountId }), ...hold },
  );

/** Only some histories of a connection go on at once; an account that has none while others have theirs waits for its turn. */
const withTurns = (
  id: ConnectionId,
  grants: readonly GrantSummary[],
  running: readonly RunSummary[],
  seen: ReadonlyMap<string, SeenImport>,
): readonly GrantSummary[] => {
  const begun = new Set(running.flatMap(({ kind, accountId }) => (kind === 'history' ? accountId : [])));
  if (begun.size === 0) return grants;
  const hasBegun = (accountId: AccountId): boolean =>
    begun.has(accountId) || seen.has(backfillWorkflowId(id, accountId));
  return grants.map((grant) =>
    grant.status !== 'backfilling' || hasBegun(grant.accountId) ? grant : { ...grant, waitsForTurn: true },
  );
};

/** Where a connection and its imports are. Reads Postgres; what only Temporal knows is left out while it does not answer. */
export const readStatus = async (context: Context, id: ConnectionId): Promise<ConnectionStatus> => {
  const row = await requireConnection(context, id);
  const [grantRows, runRows] = await Promise.all([
    listVisibleGrants(context.db, context.viewer, id),
    runsOf(context.db, context.viewer, id),
  ]);
  const all = runRows.map(runSummary);
  const running = all.filter((run) => run.state === 'running');
  const ended = all.filter((run) => run.state !== 'running').slice(0, ENDED_RUNS);
  const grants = grantRows.map(grantSummary);
  // An import that waits before it knows its days has no row yet, so Temporal is asked wherever one may go on.
  const mayImport = running.length > 0 || row.phase === 'active';
  const known = running.map(({ workflowId }) => workflowId);
  const accountIds = grants.map(({ accountId }) => accountId);
  const hasWorkflow = row.phase !== 'authorizing' && row.phase !== 'disconnected';
  const look =
    hasWorkflow || mayImport ? await lookAt(context, id, mayImport ? { accountIds, known } : undefined) : undefined;
  const seen = new Map((look?.imports ?? []).map((each) => [each.workflowId, each]));
  const atGates = await holdsOf(
    context.db,
    context.viewer,
    running.map(({ runId }) => runId),
  );
  const leftOut = await leftOutOf(context.db, context.viewer, id);
  const holds: HoldSummary[] = [];
  const goingOn = running.map((run): RunSummary => {
    const { phase, hold: temporals, atX } = seen.get(run.workflowId) ?? {};
    const gate = atGates.find(({ runId }) => runId === run.runId);
    const inTheWay = laterHold(gate && { reason: gate.reason, until: gate.until }, temporals);
    if (inTheWay !== undefined)
      holds.push({ runId: run.runId, accountId: run.accountId, workflowId: run.workflowId, ...inTheWay });
    const hold = inTheWay ?? atX;
    return { ...run, ...(phase === undefined ? {} : { phase }), ...(hold === undefined ? {} : { hold }) };
  });
  const { summary, stance } = await describeStance(context, row, look?.gone === true ? workflowGone(id) : undefined);
  return {
    ...summary,
    accounts: row.phase === 'active' ? withTurns(id, grants, running, seen) : grants,
    runs: [...goingOn, ...ended],
    leftOut: leftOut.map(({ accountId, ...list }) => ({ ...(accountId === null ? {} : { accountId }), ...list })),
    holds: [...holds, ...holdsBeforeRuns([...seen.values()], running)],
    ...(mayImport && look === undefined ? { temporalAnswers: false } : {}),
    progress: overallProgress(grants, running),
    accountDays: stance.accounts(),
  };
};
