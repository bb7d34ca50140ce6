/**
 * The X Ads API client. It knows HTTP and X: how to sign, what may be sent, what an answer looks like and what a
 * refusal means. It knows nothing of Temporal, Postgres or our own limits: a caller who wants to hold calls back, or
 * remember what the headers said, hangs hooks on it. It never retries and never sleeps.
 */
import type { XUserId } from '../domain/ids.js';
import { type Authorize, createAuthorize } from './authorize.js';
import type { CallOptions, Hooks } from './call.js';
import { createDownload, type ResultFile } from './download.js';
import { type AccountsApi, createAccounts } from './endpoints/accounts.js';
import { type ActiveEntitiesApi, createActiveEntities } from './endpoints/active-entities.js';
import { type CampaignsApi, createCampaigns } from './endpoints/campaigns.js';
import { type CardsApi, createCards } from './endpoints/cards.js';
import { createFundingInstruments, type FundingInstrumentsApi } from './endpoints/funding-instruments.js';
import { createLineItems, type LineItemsApi } from './endpoints/line-items.js';
import { createPromotedAccounts, type PromotedAccountsApi } from './endpoints/promoted-accounts.js';
import { createPromotedTweets, type PromotedTweetsApi } from './endpoints/promoted-tweets.js';
import { createStatsJobs, type StatsJobsApi } from './endpoints/stats-jobs.js';
import { createStats, type StatsApi } from './endpoints/stats.js';
import { createTweets, type TweetsApi } from './endpoints/tweets.js';
import { createSend } from './send.js';
import { defaultCaps, defaultTimeouts, type SizeCaps, type Timeouts } from './settings.js';
import type { Consumer, TokenPair } from './sign.js';
import { createTransport } from './transport.js';

export const X_ADS_API_URL = 'https://ads-api.x.com';
export const X_API_URL = 'https://api.x.com';

export interface XAdsOptions {
  /** `X_ADS_API_URL`. (Default: X's host) */
  readonly baseUrl?: string | undefined;
  /** `X_API_URL`, where OAuth lives. (Default: X's host) */
  readonly oauthUrl?: string | undefined;
  readonly consumer: Consumer;
  readonly hooks?: Hooks | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly caps?: Partial<SizeCaps> | undefined;
  /** Sockets to each host. (Default: 64) */
  readonly connections?: number | undefined;
  /** Milliseconds since 1970, for OAuth timestamps. (Default: this machine's clock) */
  readonly clock?: (() => number) | undefined;
}

export interface UserCredentials extends TokenPair {
  readonly userId: XUserId;
}

export interface Binding {
  /** Instead of the client's own: so that a gate can know who is asking. */
  readonly hooks?: Hooks | undefined;
  /** For each call that is not given a signal of its own. (Default: none) */
  readonly signal?: AbortSignal | undefined;
}

/** The Ads API as one X user may use it. */
export interface UserApi {
  readonly userId: XUserId;
  readonly accounts: AccountsApi;
  readonly fundingInstruments: FundingInstrumentsApi;
  readonly campaigns: CampaignsApi;
  readonly lineItems: LineItemsApi;
  readonly promotedTweets: PromotedTweetsApi;
  readonly promotedAccounts: PromotedAccountsApi;
  readonly activeEntities: ActiveEntitiesApi;
  readonly tweets: TweetsApi;
  readonly cards: CardsApi;
  readonly stats: StatsApi;
  readonly statsJobs: StatsJobsApi;
}

export interface XAds {
  readonly authorize: Authorize;
  forUser(credentials: UserCredentials, binding?: Binding): UserApi;
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
  const transport = createTransport({
    baseUrl,
    oauthUrl,
    consumer: options.consumer,
    timeouts,
    caps,
    connections: options.connections ?? 64,
    clock: options.clock ?? Date.now,
  });
  return {
    authorize: createAuthorize(transport, oauthUrl),
    forUser(credentials, binding = {}) {
      const send = createSend(transport, credentials, binding.hooks ?? options.hooks ?? {}, binding.signal);
      return {
        userId: credentials.userId,
        accounts: createAccounts(send),
        fundingInstruments: createFundingInstruments(send),
        campaigns: createCampaigns(send),
        lineItems: createLineItems(send),
        promotedTweets: createPromotedTweets(send),
        promotedAccounts: createPromotedAccounts(send),
        activeEntities: createActiveEntities(send),
        tweets: createTweets(send),
        cards: createCards(send),
        stats: createStats(send),
        statsJobs: createStatsJobs(send),
      };
    },
    download: createDownload({ dispatcher: transport.dispatcher, baseUrl, timeouts, caps }),
    close: () => transport.close(),
  };
};
