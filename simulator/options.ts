import type { WorldOptions } from './world/options.js';

/** What a simulator can be started with. The values of `DEFAULTS` apply where nothing else is said. */
export interface SimulatorOptions extends WorldOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /**
   * The address to listen on; a container needs 0.0.0.0. Control calls are answered on the loopback only. (Default:
   * 127.0.0.1)
   */
  readonly host?: string | undefined;
  /** The address clients use, if it differs: result files have URLs with it. (Default: the address listened on) */
  readonly url?: string | undefined;
  /** Seconds of wire time that a job stays in PROCESSING; may be 0 or a fraction. */
  readonly jobSeconds: number;
  /** Callbacks registered in the simulated app, matched exactly, at most 10 (docs/x-ads-api.md §17.8). */
  readonly callbacks: readonly string[];
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** The instant at which data time begins, ISO 8601. (Default: now) */
  readonly now?: string | undefined;
  /** The error code of an unknown account (docs/x-ads-api.md §17.14). (Default: ACCOUNT_NOT_FOUND) */
  readonly unknownAccountCode: 'ACCOUNT_NOT_FOUND' | 'NOT_FOUND';
  /** Accept the placement PUBLISHER_NETWORK and answer it with nulls (docs/x-ads-api.md §17.30). (Default: false) */
  readonly publisherNetwork: boolean;
  /** Accept the retired metric group MEDIA and answer it with nulls (docs/x-ads-api.md §17.31). (Default: false) */
  readonly mediaGroup: boolean;
  /**
   * Allow GET accounts 5 times in 15 minutes, as X's chart of limits says (docs/x-ads-api.md §17.46). (Default: false)
   */
  readonly strictAccountsLimit: boolean;
  /** The share of jobs that fail (docs/x-ads-api.md §17.39). (Default: 0) */
  readonly randomJobFailures: number;
  /** The share of calls answered 503 (docs/x-ads-api.md §17.49). (Default: 0) */
  readonly random503: number;
  /**
   * The share of entity-days whose corrections after the day the change feed never names, contrary to
   * docs/x-ads-api.md §17.51: for tests of importers that must not rely on the feed alone. (Default: 0)
   */
  readonly feedMisses: number;
  /** Seconds after SUCCESS during which the file answers 404 (docs/x-ads-api.md §17.41). (Default: 0) */
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
  corrections: 1,
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
