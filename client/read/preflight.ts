import { approvalProblem } from '../../domain/account-problem.js';
import { roleName } from '../../domain/access.js';
import { estimateSeconds } from '../../domain/estimate.js';
import type { ConnectionId } from '../../domain/ids.js';
import { type ListedAccount, listVisibleAccounts } from '../../store/account/accounts.js';
import { type EntityCount, entityCounts } from '../../store/reports/entity-counts.js';
import type { Preflight } from '../console-shapes.js';
import { type Context, requireConnection } from '../context.js';
import { UnknownAccount } from '../errors.js';
import type { PreflightOptions } from '../options.js';
import { problemSummary } from './problem.js';

type Line = Preflight['lines'][number];

const USUAL_DAYS = 365;
/** X's limits of one job. */
const IDS = 20;
const DAYS = 90;

const roleLine = (account: ListedAccount, id: ConnectionId): Omit<Line, 'accountId' | 'accountName'> => {
  const roles = account.permissions.map(roleName).join(', ');
  if (account.selectable) return { check: 'role', ok: true, sentence: `Your role: ${roles}.` };
  const problem = problemSummary({ code: 'role_lost', nextStep: account.cure }, { id, otherwise: 'ask_administrator' });
  return {
    check: account.zoneUnknownTo === null ? 'role' : 'time_zone',
    ok: false,
    sentence: account.reason,
    ...(problem === undefined ? {} : { nextStep: problem.nextStep }),
  };
};

const approvalLine = (account: ListedAccount, id: ConnectionId): Omit<Line, 'accountId' | 'accountName'> => {
  const problem = approvalProblem(account.approvalStatus);
  if (problem === undefined) return { check: 'approval', ok: true, sentence: 'X has accepted the ad account.' };
  const summary = problemSummary(problem, { id, otherwise: 'see_x' });
  return {
    check: 'approval',
    ok: false,
    sentence: problem.nextStep,
    ...(summary === undefined ? {} : { nextStep: summary.nextStep }),
  };
};

const linesOf = (account: ListedAccount, id: ConnectionId): readonly Line[] =>
  [roleLine(account, id), approvalLine(account, id)].map((line) => ({
    accountId: account.id,
    accountName: account.name,
    ...line,
  }));

/** Days on which an entity is not active cost nothing, so this is the most that it can be. */
const jobsOf = (counts: readonly EntityCount[], days: number): number =>
  counts.reduce(
    (jobs, { entities, mobile }) => jobs + Math.ceil(entities / IDS) * Math.ceil(days / DAYS) * (mobile ? 2 : 1),
    0,
  );

/**
 * What is known of the accounts before they are chosen, from X's last answer about them. While none are chosen, X is asked
 * anew: the next look has what it says now.
 */
export const readPreflight = async (
  context: Context,
  id: ConnectionId,
  { accounts, days = USUAL_DAYS }: PreflightOptions = {},
): Promise<Preflight> => {
  const { phase } = await requireConnection(context, id);
  const listed = await listVisibleAccounts(context.db, context.viewer, id);
  // Whoever looks waits for something to be cured at X.
  if (phase === 'choosing') context.listings.ask(context.temporal, id, listed.length);
  const unknown = accounts?.filter((accountId) => listed.every((account) => account.id !== accountId)) ?? [];
  if (unknown.length > 0) {
    throw new UnknownAccount(`This X user cannot see the account ${unknown.join(', ')}.`, {
      nextStep: { action: 'list_accounts', connectionId: id, text: 'List its accounts.' },
    });
  }
  const wanted = listed.filter((account) => accounts?.includes(account.id) ?? account.selectable);
  const counts = await entityCounts(
    context.db,
    context.viewer,
    wanted.map((account) => account.id),
  );
  const asOf = wanted.map(({ observedAt }) => observedAt).toSorted()[0];
  const perAccount = wanted.map((account) =>
    jobsOf(
      counts.filter((each) => each.accountId === account.id),
      days,
    ),
  );
  const jobs = perAccount.reduce((sum, each) => sum + each, 0);
  return {
    lines: wanted.flatMap((account) => linesOf(account, id)),
    ...(asOf === undefined ? {} : { asOf }),
    // Accounts are imported beside each other.
    ...(perAccount.includes(0)
      ? {}
      : { jobs, seconds: Math.max(0, ...perAccount.map((each) => estimateSeconds(each))) }),
  };
};
