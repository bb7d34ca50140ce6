import type { WorkflowExecutionDescription } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { optionalTsToDate } from '@temporalio/common/lib/time.js';
import pLimit from 'p-limit';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { workflowTypes } from '../../domain/ids.js';
import { READ_BY_ANOTHER } from '../../domain/progress.js';
import { temporalNow } from '../../temporal/clock.js';
import { adAccountIdAttribute, phaseAttribute } from '../../temporal/search-attributes.js';
import type { Context } from '../context.js';
import { isWorkflowGone } from '../temporal.js';
import type { SeenImport } from '../import-looks.js';
import type { Hold } from '../shapes.js';

/*
 * What only Temporal knows of imports that go on: their phase, and activities that wait for their next attempt, with the
 * failure that made them wait. Postgres knows the rest, and answers while Temporal does not.
 */

/** An import as Temporal sees it; whether it has a run is known to Postgres. */
type Described = Omit<SeenImport, 'begun'>;

/** Enough for a person to look at; a connection of a hundred accounts must not cost a hundred calls a second. */
const MOST = 40;
const AT_ONCE = 10;
/** A status is worth having without this, when Temporal is slow. */
const TIMEOUT_MS = 3_000;
/** Work that no worker has taken for this long counts as held. */
const UNTAKEN_MS = 10_000;

/** Temporal's PENDING_ACTIVITY_STATE_SCHEDULED. */
const SCHEDULED = 1;

/** Temporal's own failures: of an attempt whose worker has died, or that took too long. */
export const CUT_OFF = 'an attempt was cut off, for instance because its worker ended; the next one begins by itself';
export const NO_WORKER = 'no worker takes the work; see that one runs';

type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

const detailsOf = (error: unknown): { readonly reason?: unknown; readonly until?: unknown } => {
  const detail: unknown = error instanceof ApplicationFailure ? error.details?.[0] : undefined;
  return typeof detail === 'object' && detail !== null ? detail : {};
};

/** The time by Temporal's clock, asked for once and only where something waits; undefined where it does not tell. */
type TemporalClock = () => Promise<Date | undefined>;

const clockOf = ({ temporal }: Context): TemporalClock => {
  let asked: Promise<Date | undefined> | undefined;
  return () => (asked ??= temporalNow(temporal.connection, temporal.options.namespace));
};

/** For how many milliseconds something could have been taken; 0 before that, and where Temporal does not tell the time. */
const dueFor = async (since: Date, clock: TemporalClock): Promise<number> => {
  const now = await clock();
  return now === undefined ? 0 : Math.max(0, now.getTime() - since.getTime());
};

/** An activity that failed and will be tried again, or that nobody takes; `undefined` while it is at work. */
const holdOf = async (context: Context, pending: Pending, clock: TemporalClock): Promise<Hold | undefined> => {
  const next = optionalTsToDate(pending.scheduledTime);
  // An attempt that runs does not wait, whatever the last one met.
  if (next === undefined || Number(pending.state) !== SCHEDULED) return undefined;
  const due = await dueFor(next, clock);
  if (due > UNTAKEN_MS) return { reason: NO_WORKER };
  // What is due is about to be taken.
  if (due > 0 || !pending.lastFailure) return undefined;
  const error = await decodeOptionalFailureToOptionalError(
    context.temporal.options.loadedDataConverter,
    pending.lastFailure,
  );
  const { reason, until } = detailsOf(error);
  return {
    reason: typeof reason === 'string' ? reason : error instanceof ApplicationFailure ? error.message : CUT_OFF,
    until: typeof until === 'string' ? until : next.toISOString(),
  };
};

/** Types of failures that say only that X still computes our jobs. */
const AT_X: ReadonlySet<string> = new Set(['JobsProcessing']);
const isAtX = ({ lastFailure }: Pending): boolean => AT_X.has(lastFailure?.applicationFailureInfo?.type ?? '');

/** After every instant. */
const NEVER = '9';

/** Of several holds the one that ends last decides. */
const lastOf = (holds: readonly Hold[]): Hold | undefined =>
  holds.toSorted((a, b) => (b.until ?? NEVER).localeCompare(a.until ?? NEVER))[0];

const describeImport = async (
  context: Context,
  workflowId: string,
  clock = clockOf(context),
): Promise<Described | undefined> => {
  const seen = await context.temporal.workflow.getHandle(workflowId).describe();
  if (seen.status.name !== 'RUNNING') return undefined;
  const { pendingActivities, pendingWorkflowTask } = seen.raw;
  const holdsOf = async (some: readonly Pending[]): Promise<Hold | undefined> => {
    const found = await Promise.all(some.map((pending) => holdOf(context, pending, clock)));
    return lastOf(found.filter((each) => each !== undefined));
  };
  const pending = pendingActivities ?? [];
  const atX = await holdsOf(pending.filter(isAtX));
  const phase = seen.typedSearchAttributes.get(phaseAttribute);
  const accountId = seen.typedSearchAttributes.get(adAccountIdAttribute);
  const asked = optionalTsToDate(pendingWorkflowTask?.scheduledTime);
  const untaken = asked !== undefined && (await dueFor(asked, clock)) > UNTAKEN_MS;
  const hold =
    (await holdsOf(pending.filter((each) => !isAtX(each)))) ??
    (untaken ? { reason: NO_WORKER } : undefined) ??
    (phase === 'waiting_for_another_run' ? { reason: READ_BY_ANOTHER } : undefined);
  return {
    workflowId,
    ...(accountId === undefined ? {} : { accountId }),
    ...(phase === undefined ? {} : { phase }),
    ...(hold === undefined ? {} : { hold }),
    ...(atX === undefined ? {} : { atX }),
  };
};

/** Why a workflow waits, and until when; `undefined` when it does not, or when Temporal does not answer. */
export const holdIn = async (context: Context, workflowId: string): Promise<Hold | undefined> => {
  const seen = await context.temporal
    .withDeadline(Date.now() + TIMEOUT_MS, () => describeImport(context, workflowId))
    .catch(() => undefined);
  return seen?.hold;
};

/** Imports that Temporal runs for the connection: those that have not opened their run yet are nowhere else. */
const listed = async (
  { temporal }: Context,
  id: ConnectionId,
  accountIds: readonly AccountId[],
): Promise<readonly string[]> => {
  const daily = accountIds.map((accountId) => `'${accountId}'`).join(', ');
  const query = [
    `(WorkflowType = '${workflowTypes.backfill}' AND ConnectionId = '${id}')`,
    ...(daily === '' ? [] : [`(WorkflowType = '${workflowTypes.dailySync}' AND AdAccountId IN (${daily}))`]),
  ].join(' OR ');
  const found: string[] = [];
  for await (const { workflowId } of temporal.workflow.list({
    query: `ExecutionStatus = 'Running' AND (${query})`,
    pageSize: MOST,
  })) {
    found.push(workflowId);
    if (found.length === MOST) break;
  }
  return found;
};

/** What is looked for: the imports of these accounts and these that Postgres knows, or none. */
export type LookedFor = { readonly accountIds: readonly AccountId[]; readonly known: readonly string[] } | undefined;

/** Looks at a connection in Temporal, and at its imports; `undefined` when Temporal does not answer. */
export const lookAtTemporal = async (
  context: Context,
  id: ConnectionId,
  lookedFor: LookedFor,
): Promise<{ readonly imports: readonly Described[]; readonly gone: boolean } | undefined> => {
  const limit = pLimit(AT_ONCE);
  const clock = clockOf(context);
  const lookAtImports = async (): Promise<readonly Described[]> => {
    if (lookedFor === undefined) return [];
    const { accountIds, known } = lookedFor;
    const ids = new Set([...known, ...(await listed(context, id, accountIds))]);
    const seen = await Promise.all(
      // A search is a little behind: what has ended meanwhile is not there any more.
      [...ids]
        .slice(0, MOST)
        .map((workflowId) => limit(() => describeImport(context, workflowId, clock).catch(() => undefined))),
    );
    return seen.filter((each) => each !== undefined);
  };
  try {
    return await context.temporal.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      // One after the other: while Temporal is away, no call is left behind that is still repeated.
      const gone = await isWorkflowGone(context, id);
      return { gone, imports: await lookAtImports() };
    });
  } catch {
    return undefined;
  }
};
