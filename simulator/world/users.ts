/** A simulated person on X. A person with a `sentinel` always meets one kind of failure (listed in DIFFERENCES.md). */
export interface User {
  readonly userId: string;
  readonly screenName: string;
  readonly name: string;
  readonly sentinel: Sentinel | null;
  /** The permissions on the account with this index; none when it is not visible (docs/x-ads-api.md §5.2). */
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
  'failing_jobs',
  'slow_jobs',
  'often_busy',
  'often_limited',
  'bad_line',
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

/** `user_12` sees the twelfth account and no other. Measurements use one person for each account. */
const OWNERS_FROM = 3_000_000_000;
const owner = (number: number): User => ({
  userId: String(OWNERS_FROM + number),
  screenName: `user_${number}`,
  name: `Owner of account ${number} alone`,
  sentinel: null,
  permissions: (account) => (account === number - 1 ? ADMIN : []),
});

export const ownerOf = (account: number): User => owner(account + 1);

export const userNamed = (screenName: string): User | undefined => {
  const name = screenName.toLowerCase().replace(/^@/, '');
  const number = /^user_([1-9]\d{0,5})$/.exec(name)?.[1];
  return number === undefined ? USERS.find((candidate) => candidate.screenName === name) : owner(Number(number));
};

/** The user of an access token, which begins with the user's id (docs/x-ads-api.md §3.1, step 3). */
export const userOfToken = (token: string): User | undefined => {
  const id = token.split('-', 1)[0] ?? '';
  const number = Number(id) - OWNERS_FROM;
  return number > 0 && number < 1_000_000 ? owner(number) : USERS.find(({ userId }) => userId === id);
};

/** The roles that may read campaigns and stats. That ANALYST may not is inferred (docs/x-ads-api.md §5.2). */
const READERS = new Set(['ACCOUNT_ADMIN', 'AD_MANAGER', 'CREATIVE_MANAGER', 'CAMPAIGN_ANALYST']);
export const mayRead = (permissions: readonly string[]): boolean =>
  permissions.some((permission) => READERS.has(permission));
