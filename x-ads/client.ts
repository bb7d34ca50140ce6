/**
 * The X Ads API client. It knows HTTP and X: how to sign, what may be sent, what an answer looks like and what a
 * refusal means. It knows nothing of Temporal, Postgres or our own limits: a caller that wants to hold calls back, or
 * to remember what the headers said, passes hooks. It never retries and never sleeps.
 */
import { X_ADS_API_URL, X_API_URL } from '../domain/addresses.js';
import type { XUserId } from '../domain/ids.js';
import { type Authorize, createAuthorize } from './authorize.js';
import type { CallOptions, Hooks } from './call.js';
import { createDownload, type ResultFile } from './download.js';
import { type AccountCalls, accountCalls } from './resources/account.js';
import { type ActiveEntityCalls, activeEntityCalls } from './resources/active-entity.js';
import { type CampaignCalls, campaignCalls } from './resources/campaign.js';
import { type CardCalls, cardCalls } from './resources/card.js';
import { type FundingInstrumentCalls, fundingInstrumentCalls } from './resources/funding-instrument.js';
import { type LineItemCalls, lineItemCalls } from './resources/line-item.js';
import { type PromotedAccountCalls, promotedAccountCalls } from './resources/promoted-account.js';
import { type PromotedTweetCalls, promotedTweetCalls } from './resources/promoted-tweet.js';
import { type StatsJobCalls, statsJobCalls } from './resources/stats-job.js';
import { type StatsCalls, statsCalls } from './resources/stats.js';
import { type TweetCalls, tweetCalls } from './resources/tweet.js';
import { createSend } from './send.js';
import { defaultCaps, defaultTimeouts, type SizeCaps, type Timeouts } from './settings.js';
import type { Consumer, UserCredentials } from './sign.js';
import { createTransport } from './transport.js';

export interface XAdsOptions {
  /** Of the Ads API. (Default: X's host) */
  readonly baseUrl?: string | undefined;
  /** Where OAuth lives. (Default: X's host) */
  readonly oauthUrl?: string | undefined;
  readonly consumer: Consumer;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly caps?: Partial<SizeCaps> | undefined;
}

export interface UserOptions {
  /** (Default: none) */
  readonly hooks?: Hooks | undefined;
  /** For each call that is not given a signal of its own. (Default: none) */
  readonly signal?: AbortSignal | undefined;
}

/** The Ads API as one X user may use it. */
export interface UserApi {
  readonly userId: XUserId;
  readonly accounts: AccountCalls;
  readonly fundingInstruments: FundingInstrumentCalls;
  readonly campaigns: CampaignCalls;
  readonly lineItems: LineItemCalls;
  readonly promotedTweets: PromotedTweetCalls;
  readonly promotedAccounts: PromotedAccountCalls;
  readonly activeEntities: ActiveEntityCalls;
  readonly tweets: TweetCalls;
  readonly cards: CardCalls;
  readonly stats: StatsCalls;
  readonly statsJobs: StatsJobCalls;
}

/** Each call throws an `XAdsError`: a refusal of X, or a failure of the exchange. */
export interface XAds {
  readonly authorize: Authorize;
  forUser(credentials: UserCredentials, options?: UserOptions): UserApi;
  /** Fetches and unzips a job's result file; no credentials are sent. `parseStatsFile(file.bytes)` reads it. */
  download(url: string, options?: CallOptions): Promise<ResultFile>;
  /** Closes all sockets; calls under way end with `ConnectionFailed`. */
  close(): Promise<void>;
}

export const createXAds = (options: XAdsOptions): XAds => {
  const baseUrl = new URL(options.baseUrl ?? X_ADS_API_URL);
  const oauthUrl = new URL(options.oauthUrl ?? X_API_URL);
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const caps = { ...defaultCaps, ...options.caps };
  const transport = createTransport({ baseUrl, oauthUrl, consumer: options.consumer, timeouts, caps });
  return {
    authorize: createAuthorize(transport),
    forUser(credentials, { hooks = {}, signal } = {}) {
      const send = createSend(transport, credentials, hooks, signal);
      return {
        userId: credentials.userId,
        accounts: accountCalls(send),
        fundingInstruments: fundingInstrumentCalls(send),
        campaigns: campaignCalls(send),
        lineItems: lineItemCalls(send),
        promotedTweets: promotedTweetCalls(send),
        promotedAccounts: promotedAccountCalls(send),
        activeEntities: activeEntityCalls(send),
        tweets: tweetCalls(send),
        cards: cardCalls(send),
        stats: statsCalls(send),
        statsJobs: statsJobCalls(send),
      };
    },
    download: createDownload({ dispatcher: transport.dispatcher, baseUrl, timeouts, caps }),
    close: () => transport.close(),
  };
};
