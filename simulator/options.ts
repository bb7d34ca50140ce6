import type { WorldOptions } from './world/options.js';

export interface SimulatorOptions extends WorldOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** The address to listen on; a container needs 0.0.0.0. Control calls answer the loopback only. (Default: 127.0.0.1) */
  readonly host?: string | undefined;
  /** Where clients reach it, when that is another address: signatures and result files name it. (Default: where it listens) */
  readonly url?: string | undefined;
  /** How long a job stays in PROCESSING, in wire time; decimals and 0 are fine. */
  readonly jobSeconds: number;
  /** Callbacks registered in the simulated app, matched exactly, at most 10 (line 8). */
  readonly callbacks: readonly string[];
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** Where data time begins. (Default: now) */
  readonly now?: string | undefined;
  /** Line 14: the code of an unknown account. (Default: ACCOUNT_NOT_FOUND) */
  readonly unknownAccountCode: 'ACCOUNT_NOT_FOUND' | 'NOT_FOUND';
  /** Line 30: PUBLISHER_NETWORK is answered, with nulls. (Default: false) */
  readonly publisherNetwork: boolean;
  /** Line 31: the dead MEDIA group is answered, with nulls. (Default: false) */
  readonly mediaGroup: boolean;
  /** Line 46: GET accounts 5 times in 15 minutes, as the chart says. (Default: false) */
  readonly strictAccountsLimit: boolean;
  /** Line 39: the share of jobs that fail. (Default: 0) */
  readonly randomJobFailures: number;
  /** Line 49: the share of calls answered 503. (Default: 0) */
  readonly random503: number;
  /**
   * The share of entity-days whose corrections, after the day, the change feed never names, against line 51: for checks
   * that must not believe it. (Default: 0)
   */
  readonly feedMisses: number;
  /** Line 41: seconds after SUCCESS during which the file answers 404. (Default: 0) */
  readonly fileDelaySeconds: number;
}

export const DEFAULT_CALLBACK = 'http://127.0.0.1:8788/oauth/callback';
export const MAX_CALLBACKS = 10;

export const DEFAULTS: SimulatorOptions = {
  port: 0,
  seed: 7,
  accounts: 3,
  ads: 200,
  profile: 'always-on',
  days: 365,
  reusedTweets: true,
  overspendCredits: true,
  endedShare: 0,
  accountChanges: [],
  jobSeconds: 8,
  callbacks: [DEFAULT_CALLBACK],
  consumerKey: 'simulated-consumer-key',
  consumerSecret: 'simulated-consumer-secret-not-a-secret',
  unknownAccountCode: 'ACCOUNT_NOT_FOUND',
  publisherNetwork: false,
  mediaGroup: false,
  strictAccountsLimit: false,
  randomJobFailures: 0,
  random503: 0,
  feedMisses: 0,
  fileDelaySeconds: 0,
};
