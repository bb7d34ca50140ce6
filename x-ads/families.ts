/**
 * Endpoint families: which requests share one of X's limits (docs/x-ads-api.md §11). The table is also the allow-list
 * of the Ads API: a request that matches no row is not sent.
 */
export type Method = 'GET' | 'POST' | 'DELETE';
export type LimitScope = 'user' | 'account';

export interface Family {
  readonly family: string;
  /** Whose window it is: that of the X user whose token signs, or that of the ad account in the path. */
  readonly scope: LimitScope;
  readonly documentedLimit: number;
  readonly windowSeconds: number;
}

const QUARTER_HOUR = 900;
const account = (family: string, documentedLimit: number): Family => ({
  family,
  scope: 'account',
  documentedLimit,
  windowSeconds: QUARTER_HOUR,
});

/** One limit for all POST and DELETE calls of a user. */
const writes: Family = { family: 'writes', scope: 'user', documentedLimit: 450, windowSeconds: 60 };

const routes: readonly (readonly [Method, RegExp, Family])[] = [
  // X's chart says 5, real headers say 2,000 (docs/x-ads-api.md §11); a header that says less wins.
  [
    'GET',
    /^\/12\/accounts$/,
    { family: 'accounts', scope: 'user', documentedLimit: 2_000, windowSeconds: QUARTER_HOUR },
  ],
  ['GET', /^\/12\/accounts\/[a-z0-9]+$/, account('account', 2_000)],
  ['GET', /^\/12\/accounts\/[a-z0-9]+\/authenticated_user_access$/, account('authenticated_user_access', 2_000)],
  ['GET', /^\/12\/accounts\/[a-z0-9]+\/campaigns$/, account('campaigns', 10_000)],
  ['GET', /^\/12\/accounts\/[a-z0-9]+\/line_items$/, account('line_items', 10_000)],
  ['GET', /^\/12\/accounts\/[a-z0-9]+\/promoted_tweets$/, account('promoted_tweets', 10_000)],
  ['GET', /^\/12\/accounts\/[a-z0-9]+\/funding_instruments$/, account('funding_instruments', 2_000)],
  ['GET', /^\/12\/accounts\/[a-z0-9]+\/promoted_accounts$/, account('promoted_accounts', 2_000)],
  ['GET', /^\/12\/accounts\/[a-z0-9]+\/tweets$/, account('tweets', 2_000)],
  ['GET', /^\/12\/accounts\/[a-z0-9]+\/cards\/all$/, account('cards', 2_000)],
  ['GET', /^\/12\/stats\/accounts\/[a-z0-9]+\/active_entities$/, account('active_entities', 2_000)],
  [
    'GET',
    /^\/12\/stats\/accounts\/[a-z0-9]+$/,
    { family: 'stats', scope: 'user', documentedLimit: 250, windowSeconds: QUARTER_HOUR },
  ],
  ['GET', /^\/12\/stats\/jobs\/accounts\/[a-z0-9]+$/, account('stats_jobs', 2_000)],
  ['POST', /^\/12\/stats\/jobs\/accounts\/[a-z0-9]+$/, writes],
  ['DELETE', /^\/12\/stats\/jobs\/accounts\/[a-z0-9]+\/\d+$/, writes],
];

/** The family of a request to the Ads API; `undefined` for a request that is not on the list. */
export const familyOf = (method: string, path: string): Family | undefined =>
  routes.find(([routeMethod, pattern]) => routeMethod === method && pattern.test(path))?.[2];
