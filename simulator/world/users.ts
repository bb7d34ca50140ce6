/** A simulated person on X. `sentinel` provokes one refusal by hand (DIFFERENCES.md lists them). */
export interface User {
  readonly userId: string;
  readonly screenName: string;
  readonly name: string;
  readonly sentinel: Sentinel | null;
  /** The permissions on the account with this number, none when it is not visible (x-ads-api.md §5.2). */
  readonly permissions: (account: number) => readonly string[];
}

export const SENTINELS = [
  'app_not_approved',
  'old_token',
  'suspended',
  'locked_out',
  'read_only_app',
  'analytics_only_app',
  'action_not_allowed',
  'unauthorized',
  'revokes_access',
] as const;
export type Sentinel = (typeof SENTINELS)[number];

const ADMIN = ['ACCOUNT_ADMIN', 'TWEET_COMPOSER'];
const all =
  (...permissions: string[]) =>
  (): readonly string[] =>
    permissions;

const user = (number: number, screenName: string, name: string, permissions: User['permissions']): User => ({
  userId: String(2_417_045_700 + number),
  screenName,
  name,
  sentinel: SENTINELS.find((sentinel) => sentinel === screenName) ?? null,
  permissions,
});

const PEOPLE: readonly User[] = [
  user(1, 'all_accounts', 'Ada – sees every account', all(...ADMIN)),
  user(2, 'ad_manager', 'Ben – manages the first account', (account) =>
    account === 0 ? ['AD_MANAGER', 'TWEET_COMPOSER'] : [],
  ),
  user(3, 'campaign_analyst', 'Chiara – may only look', all('CAMPAIGN_ANALYST')),
  user(4, 'organic_analyst', 'Dev – organic analyst on the first account, campaign analyst on the second', (account) =>
    account === 0 ? ['ANALYST'] : account === 1 ? ['CAMPAIGN_ANALYST'] : [],
  ),
  user(5, 'creative_manager', 'Eva – creatives on every account', all('CREATIVE_MANAGER', 'TWEET_COMPOSER')),
  user(6, 'audience_partner', 'Finn – audiences only', all('PARTNER_AUDIENCE_MANAGER')),
  user(7, 'no_accounts', 'Gül – has no ads account', all()),
];

export const USERS: readonly User[] = [
  ...PEOPLE,
  ...SENTINELS.map((sentinel, index) =>
    user(50 + index, sentinel, `Sentinel – ${sentinel.replaceAll('_', ' ')}`, all(...ADMIN)),
  ),
];

export const userNamed = (screenName: string): User | undefined =>
  USERS.find((candidate) => candidate.screenName.toLowerCase() === screenName.toLowerCase().replace(/^@/, ''));

/** Who may read campaigns and stats. What an ANALYST gets is not documented; we say 403 (x-ads-api.md §5.2, I). */
const READERS = new Set(['ACCOUNT_ADMIN', 'AD_MANAGER', 'CREATIVE_MANAGER', 'CAMPAIGN_ANALYST']);
export const mayRead = (permissions: readonly string[]): boolean =>
  permissions.some((permission) => READERS.has(permission));
