import type { TimezoneSwitch } from '../zone-switch.js';
import type { AccountChange } from './account-change.js';

export const PROFILES = ['always-on', 'flighted', 'messy', 'hostile'] as const;
export type Profile = (typeof PROFILES)[number];

/** `hostile` is `messy` with what has broken importers: see hostile-rows.ts. */
export const isMessy = (profile: Profile): boolean => profile === 'messy' || profile === 'hostile';

/** What the world is made of. */
export interface WorldOptions {
  readonly seed: number;
  readonly accounts: number;
  /** Promoted tweets per account. */
  readonly ads: number;
  readonly profile: Profile;
  /** Days of history before the first day of data time. */
  readonly days: number;
  /**
   * The first day of history, `YYYY-MM-DD`. With the same seed and first day a simulator has the same world on any
   * later day, which a stack that is stopped and started again needs. (Default: `days` before data time begins)
   */
  readonly since?: string | undefined;
  /** Promoted tweets that share a tweet have identical numbers (docs/x-ads-api.md §17.52). (Default: true) */
  readonly reusedTweets: boolean;
  /** Accounts that change their time zone, each at most once. (Default: none) */
  readonly timezoneSwitches?: readonly TimezoneSwitch[] | undefined;
  /** Overspend credits reduce the spend of levels above the line item (docs/x-ads-api.md §17.53). (Default: true) */
  readonly overspendCredits: boolean;
  /**
   * The share of ads that ended four to six days before data time begins, counted from the first campaign on, so that
   * whole campaigns end. Little is live then, though much was live within the last 14 days. (Default: 0)
   */
  readonly endedShare: number;
  /**
   * The share of entity-days whose numbers X corrects later than a day after their end. X documents corrections of weeks;
   * the few recorded feeds reach back 23 hours, as with 0. (Default: 1)
   */
  readonly corrections: number;
  /** Changes of accounts while data time advances. (Default: none) */
  readonly accountChanges: readonly AccountChange[];
}
