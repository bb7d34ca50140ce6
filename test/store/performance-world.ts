import { createSharedReads } from '../../client/context.js';
import type { PerformanceOptions } from '../../client/options.js';
import type { Performance } from '../../client/performance-shapes.js';
import { readPerformance } from '../../client/read/performance.js';
import type { RunId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import { OPERATOR, type Viewer } from '../../domain/viewer.js';
import { saveTweets } from '../../store/account/creatives.js';
import { saveEntities } from '../../store/account/entities.js';
import { landFacts } from '../../store/facts/facts.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day, landingOf } from './landing.js';
import { entity, link, tweet } from './rows.js';

/* Two campaigns of two objectives, an ad whose tweet two campaigns promote, another account in another currency. */

export const SEEN = '2026-02-20T12:00:00Z';

export interface PerformanceWorld extends TestStore {
  readonly ask: (options: PerformanceOptions, viewer?: Viewer) => Promise<Performance>;
  /** What X says of entities from the fifth to the seventh of February. */
  readonly says: (
    level: Level,
    metrics: Readonly<Record<string, Numbers>>,
    from?: { readonly account?: string; readonly observedAt?: string },
  ) => Promise<void>;
}

type Numbers = Readonly<Record<string, readonly number[]>>;

export const spent = (micros: readonly number[], more: Numbers = {}): Numbers => ({
  billed_charge_local_micro: micros,
  ...more,
});

const utm = (campaign: string) => [link(`https://Shop.example/autumn?utm_campaign=${campaign}&utm_source=x`)];

/** Makes the accounts and lands their numbers. */
export const openPerformanceWorld = async (): Promise<PerformanceWorld> => {
  const store = await openStore();
  const runs = new Map<string, RunId>();
  let job = 0;
  const says: PerformanceWorld['says'] = async (level, metrics, { account = 'acc', observedAt = SEEN } = {}) => {
    const runId = runs.get(account) ?? '';
    const file = { job: `${++job}`, observedAt, from: '2026-02-05', to: '2026-02-07', metrics };
    await store.db.transaction((tx) => landFacts(tx, { ...landingOf(account, runId, file), level }));
  };
  await addAccounts(store.db, 'acc', 'vnd');
  for (const id of ['acc', 'vnd']) runs.set(id, await addRun(store.db, id));
  await ensurePartitions(store.db, day('2026-01-01'), day('2026-02-28'));
  await saveEntities(store.db, {
    accountId: 'acc',
    observedAt: '2026-01-01T00:00:00Z',
    entities: [
      entity('FUNDING_INSTRUMENT', 'card', { name: 'Card', currency: 'EUR' }),
      entity('CAMPAIGN', 'c1', { name: 'Autumn', currency: 'EUR', fundingInstrumentId: 'card' }),
      entity('CAMPAIGN', 'c2', { name: 'Winter', currency: 'EUR', fundingInstrumentId: 'card', status: 'PAUSED' }),
      entity('LINE_ITEM', 'g1', { name: 'Wide', campaignId: 'c1', objective: 'WEBSITE_CLICKS' }),
      entity('LINE_ITEM', 'g2', { campaignId: 'c2', objective: 'VIDEO_VIEWS' }),
      entity('PROMOTED_TWEET', 'a1', { lineItemId: 'g1', tweetId: '1' }),
      entity('PROMOTED_TWEET', 'a2', { lineItemId: 'g1', tweetId: '2' }),
      // One tweet twice in one ad group, and one in both campaigns.
      entity('PROMOTED_TWEET', 'same1', { lineItemId: 'g1', tweetId: '3' }),
      entity('PROMOTED_TWEET', 'same2', { lineItemId: 'g1', tweetId: '3' }),
      entity('PROMOTED_TWEET', 'x1', { lineItemId: 'g1', tweetId: '4' }),
      entity('PROMOTED_TWEET', 'x2', { lineItemId: 'g2', tweetId: '4' }),
      entity('PROMOTED_ACCOUNT', 'f1', { lineItemId: 'g2', userId: '9' }),
    ],
  });
  await saveEntities(store.db, {
    accountId: 'vnd',
    observedAt: '2026-01-01T00:00:00Z',
    entities: [entity('CAMPAIGN', 'v1', { name: 'Spring', currency: 'VND' })],
  });
  await saveTweets(
    store.db,
    'acc',
    [
      tweet('1', { fullText: 'First', urls: utm('one') }),
      tweet('2', { fullText: 'Second 100%', urls: [link('https://shop.example')] }),
      tweet('3', { fullText: 'Third', urls: utm('one') }),
      tweet('4', { fullText: 'Fourth', urls: utm('two') }),
    ],
    SEEN,
  );
  await says('CAMPAIGN', {
    c1: spent([1_000_000, 2_000_001, 0], { impressions: [100, 200, 0], clicks: [10, 20, 0] }),
    c2: spent([500_000, 0, 7], { impressions: [50, 0, 1], video_total_views: [5, 0, 0] }),
  });
  await says('LINE_ITEM', {
    g1: spent([1_000_000, 2_000_000, 0], { impressions: [100, 200, 0], clicks: [10, 20, 0] }),
    g2: spent([500_000, 0, 7], { impressions: [50, 0, 1] }),
  });
  await says('PROMOTED_TWEET', {
    a1: spent([400_000, 1_000_000, 0], { impressions: [40, 100, 0] }),
    a2: spent([100_000, 0, 0], { impressions: [10, 0, 0] }),
    same1: spent([300_000, 0, 0], { impressions: [30, 0, 0] }),
    x1: spent([250_000, 0, 0], { impressions: [25, 0, 0] }),
  });
  // Read later: of the ads of one tweet its numbers are the newest.
  await says(
    'PROMOTED_TWEET',
    {
      same2: spent([310_000, 0, 0], { impressions: [31, 0, 0] }),
      x2: spent([250_000, 0, 0], { impressions: [25, 0, 0] }),
    },
    { observedAt: '2026-02-20T13:00:00Z' },
  );
  await says('PROMOTED_ACCOUNT', { f1: spent([100_000, 0, 7], { impressions: [10, 0, 1] }) });
  await says('CAMPAIGN', { v1: spent([9_000_000_000_000_000, 9_000_000_000_000_000, 1]) }, { account: 'vnd' });
  return {
    ...store,
    says,
    ask: (options, viewer = OPERATOR) =>
      readPerformance(
        { db: store.db, viewer, now: () => new Date(SEEN), ...createSharedReads() } as unknown as Parameters<
          typeof readPerformance
        >[0],
        { from: '2026-02-05', to: '2026-02-07', ...options },
      ),
  };
};
