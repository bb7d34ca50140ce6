import { selectable, zoneUnknown } from './access.js';
import type { AccountPermission } from './access.js';
import type { Problem } from './connection.js';

/**
 * What stands in the way of an account as X tells it: deleted, not approved, the role lost, a currency that changed
 * under stored numbers. Each is told with the one step that cures it, and goes by itself when X changes back. None of
 * them stops the daily sync: whatever X still answers is imported, and what it refuses is blocked with this reason.
 */
export interface Standing {
  readonly deleted: boolean;
  /** X's `approval_status`. */
  readonly approvalStatus: string;
  /** Of entities that have stored numbers: what was another currency when they were stored. */
  readonly currencyChange?: { readonly was: string; readonly is: string } | undefined;
}

export const DELETED: Problem = {
  code: 'account_deleted',
  nextStep:
    'The ad account has been deleted at X; what was imported stays. If that was a mistake have X Ads Support restore it, else choose the accounts again without it.',
};

const APPROVALS: Readonly<Record<string, string>> = {
  UNDER_REVIEW: 'X is reviewing this ad account; numbers appear once it is accepted. Nothing to do but wait.',
  REJECTED: 'X has rejected this ad account: see the notice in X Ads (ads.x.com) and answer it there.',
};

/** The cure of an approval that is lacking; `undefined` for accepted accounts, and for statuses that X never named. */
export const approvalProblem = (approvalStatus: string): Problem | undefined => {
  const nextStep = APPROVALS[approvalStatus];
  return nextStep === undefined ? undefined : { code: 'account_not_approved', nextStep };
};

/** What the account itself says against it, whoever looks. */
export const accountProblem = ({ deleted, approvalStatus, currencyChange }: Standing): Problem | undefined => {
  if (deleted) return DELETED;
  const approval = approvalProblem(approvalStatus);
  if (approval || !currencyChange) return approval;
  const { was, is } = currencyChange;
  return {
    code: 'currency_changed',
    nextStep: `Amounts that were stored in ${was} now stand under ${is}: compare them with X Ads, read the days again with \`xads backfill --refetch\`, then choose the account again to say that it is right.`,
  };
};

/** What the user's permissions say against it; without any, X does not show the account at all. */
export const roleProblem = (permissions: readonly AccountPermission[] | undefined): Problem | undefined => {
  const access = selectable(permissions ?? []);
  if (access.selectable) return undefined;
  const reason = permissions === undefined ? 'X no longer shows this ad account to you.' : access.reason;
  return { code: 'role_lost', nextStep: `${reason} ${access.cure}` };
};

/** What stands in the way of an account whose days cannot be cut. */
export const zoneProblem = (timezone: string): Problem => {
  const { reason, cure } = zoneUnknown(timezone);
  return { code: 'zone_unknown', nextStep: `${reason} ${cure}` };
};

/** X's refusals of one account, whatever it calls them. */
const ROLE_REFUSALS: ReadonlySet<string> = new Set(['AccountNotVisible', 'Forbidden']);

/** Why an import was refused: X's own word, unless what is known of the account explains it better. */
export const refusalOf = (problem: Problem, standing: Standing | undefined): Problem => {
  if (!ROLE_REFUSALS.has(problem.code)) return problem;
  const known = standing && accountProblem(standing);
  return known && known.code !== 'currency_changed' ? known : { code: 'role_lost', nextStep: problem.nextStep };
};
