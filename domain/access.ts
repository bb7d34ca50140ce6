/** What X calls the permissions of a person on an ad account (`authenticated_user_access`); an open set. */
export type AccountPermission = string;

/** Whether an account can be imported with some permissions; if not, why, and what solves it. */
export type Selectable =
  | { readonly selectable: true }
  | { readonly selectable: false; readonly reason: string; readonly cure: string };

/** The roles that may read campaigns and their statistics; Campaign Analyst is enough (docs/x-ads-api.md §5.2). */
const READS_CAMPAIGNS: ReadonlySet<AccountPermission> = new Set([
  'ACCOUNT_ADMIN',
  'AD_MANAGER',
  'CREATIVE_MANAGER',
  'CAMPAIGN_ANALYST',
]);

/** The names of the roles on X's own pages. */
const ROLE_NAMES: ReadonlyMap<AccountPermission, string> = new Map([
  ['ACCOUNT_ADMIN', 'Account Administrator'],
  ['AD_MANAGER', 'Ad Manager'],
  ['CREATIVE_MANAGER', 'Creative Manager'],
  ['CAMPAIGN_ANALYST', 'Campaign Analyst'],
  ['ANALYST', 'Organic Analyst'],
  ['PARTNER_AUDIENCE_MANAGER', 'Partner Audience Manager'],
  ['TWEET_COMPOSER', 'Tweet Composer'],
]);

export const roleName = (permission: AccountPermission): string => ROLE_NAMES.get(permission) ?? permission;

const CURE =
  'Ask the Business Administrator to give you Campaign Analyst or more: X Ads → Business Settings → Collaborators → People.';

/** Each has time zone data of its own: a zone counts as known when it is known to all three. */
export type ZoneReader = 'Node' | 'Postgres' | 'Temporal';

/**
 * Node cuts days in the account's zone, Postgres reports by it, Temporal schedules in it: in a zone unknown to one of them
 * nothing can be imported, whatever the role.
 */
export const zoneUnknown = (timezone: string, reader: ZoneReader) => ({
  selectable: false as const,
  reason: `This platform does not know the time zone ${timezone} of the account.`,
  cure: `Update ${reader === 'Postgres' ? "Postgres'" : `${reader}'s`} time zone data.`,
});

/** One permission that reads campaigns is enough; further ones, such as Tweet Composer, take nothing away. */
export const selectable = (permissions: readonly AccountPermission[]): Selectable => {
  if (permissions.some((permission) => READS_CAMPAIGNS.has(permission))) return { selectable: true };
  if (permissions.length === 0) {
    return { selectable: false, reason: 'X names no role of yours on this account.', cure: CURE };
  }
  const roles = permissions.map(roleName).join(', ');
  return {
    selectable: false,
    reason: `Your role here (${roles}) cannot read campaigns and their numbers.`,
    cure: CURE,
  };
};
