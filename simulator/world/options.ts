import type { TimezoneSwitch } from '../zone-switch.js';
import type { AccountChange } from './account-change.js';

export const PROFILES = ['always-on', 'flighted', 'messy'] as const;
export type Profile = (typeof PROFILES)[number];

/** What the world is made of; every default is documented in DIFFERENCES.md. */
export interface WorldOptions {
  readonly seed: number;
  readonly accounts: number;
  /** Promoted tweets per account. */
  readonly ads: number;
  readonly profile: Profile;
  /** Days of history before the first day of data time. */
  readonly days: number;
  /**
   * The first day of history, `YYYY-MM-DD`. A world with the same seed and first day is the same world on any later
   * day, which a stack that is stopped and started again needs. (Default: `days` before data time begins)
   */
  readonly since?: string | undefined;
  /** Line 52: promoted tweets sharing a tweet answer with identical numbers. (Default: true) */
  readonly reusedTweets: boolean;
  /** Accounts that change their time zone, each once at most. (Default: none) */
  readonly timezoneSwitches?: readonly TimezoneSwitch[] | undefined;
  /** Line 53: overspend credits above the line item. (Default: true) */
  readonly overspendCredits: boolean;
  /**
   * Of the ads, the share that ended four to six days before data time begins, the first campaigns whole: a day on which
   * little that was active is active still. (Default: 0)
   */
  readonly endedShare: number;
  /** What becomes of accounts while data time passes. (Default: nothing) */
  readonly accountChanges: readonly AccountChange[];
}
