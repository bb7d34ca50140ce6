import { selectable, zoneUnknown } from './access.js';
import type { AccountPermission, ZoneReader } from './access.js';
import type { Problem } from './connection.js';

/**
 * Problems of an account at X: deleted, not approved, the role lost, a currency that changed under stored numbers. Each
 * has the step that solves it, and ends by itself when X changes back. None of them stops the daily sync: what X still
 * answers is imported, and what it refuses is blocked with this reason.
 */
export interface AccountStatus {
  readonly deleted: boolean;
  /** X's `approval_status`. */
  readonly approvalStatus: string;
  /** Stored numbers were stored under another currency than the account has now (ISO 4217). */
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

/** `undefined` for accepted accounts, and for statuses that X does not document. */
export const approvalProblem = (approvalStatus: string): Problem | undefined => {
  const nextStep = APPROVALS[approvalStatus];
  return nextStep === undefined ? undefined : { code: 'account_not_approved', nextStep };
};

/** The account's own problem, the same for every user. */
export const accountProblem = ({ deleted, approvalStatus, currencyChange }: AccountStatus): Problem | undefined => {
  if (deleted) return DELETED;
  const approval = approvalProblem(approvalStatus);
  if (approval || !currencyChange) return approval;
  const { was, is } = currencyChange;
  return {
    code: 'currency_changed',
    nextStep: `Amounts that were stored in ${was} now stand under ${is}: compare them with X Ads, backfill the days again with the option *refetch*, then choose the account again to confirm that it is right.`,
  };
};

/** The problem of a user's permissions on an account; `undefined` permissions: X does not show the account. */
export const roleProblem = (permissions: readonly AccountPermission[] | undefined): Problem | undefined => {
  const access = selectable(permissions ?? []);
  if (access.selectable) return undefined;
  const reason = permissions === undefined ? 'X no longer shows this ad account to you.' : access.reason;
  return { code: 'role_lost', nextStep: `${reason} ${access.cure}` };
};

/** The problem of an account whose time zone this platform does not know. */
export const zoneProblem = (timezone: string, reader: ZoneReader): Problem => {
  const { reason, cure } = zoneUnknown(timezone, reader);
  return { code: 'zone_unknown', nextStep: `${reason} ${cure}` };
};

/** The codes under which X refuses one account. */
const ROLE_REFUSALS: ReadonlySet<string> = new Set(['AccountNotVisible', 'Forbidden']);

/** Why X refused an import: X's own words, unless the account's status explains it better. */
export const refusalOf = (problem: Problem, status: AccountStatus | undefined): Problem => {
  if (!ROLE_REFUSALS.has(problem.code)) return problem;
  const known = status && accountProblem(status);
  return known && known.code !== 'currency_changed' ? known : { code: 'role_lost', nextStep: problem.nextStep };
};
