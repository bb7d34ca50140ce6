import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSharedReads } from '../../client/context.js';
import type { UtmOptions } from '../../client/options.js';
import { readUtm } from '../../client/read/utm.js';
import { OPERATOR, type Viewer } from '../../domain/viewer.js';
import { saveTweets } from '../../store/account/creatives.js';
import { openPerformanceWorld, type PerformanceWorld, SEEN } from './performance-world.js';
import { link, tweet } from './rows.js';

let world: PerformanceWorld;
const ask = (options: UtmOptions = {}, viewer: Viewer = OPERATOR) =>
  readUtm(
    { db: world.db, viewer, now: () => new Date(SEEN), ...createSharedReads() } as unknown as Parameters<
      typeof readUtm
    >[0],
    { accounts: ['acc'], from: '2026-02-05', to: '2026-02-07', ...options },
  );

const to = (query: string) => ({ urls: [link(`https://shop.example/${query}`)] });

beforeAll(async () => {
  world = await openPerformanceWorld();
  await saveTweets(
    world.db,
    'acc',
    [
      tweet('1', { fullText: 'First', ...to('?UTM_Campaign=Autumn&utm_source=x&utm_source=y') }),
      tweet('2', { fullText: 'Second', ...to('') }),
      tweet('3', { fullText: 'Third', ...to('?utm_campaign=autumn&utm_source=x') }),
      tweet('4', { fullText: 'Fourth', ...to('?utm_campaign=two&utm_source=x') }),
    ],
    '2026-02-21T12:00:00Z',
  );
});
afterAll(() => world[Symbol.asyncDispose]());

test('how much spend carries UTM parameters, and its parts add up to the campaigns', async () => {
  const { totals } = await ask();
  expect(totals).toEqual([
    {
      currency: 'EUR',
      // 3.000001 of one campaign, 0.500007 of the other.
      spend: '3.500008',
      withUtm: '1.96',
      withoutUtm: '0.1',
      withoutLink: '0.100007',
      notAttributed: '1.340001',
    },
  ]);
});

test('the ads to mend, the largest spend first, each with what is wrong and where it leads', async () => {
  const { ads, adCount } = await ask();
  expect(ads).toMatchObject([
    {
      id: 'a1',
      name: 'First',
      spend: '1.4',
      currency: 'EUR',
      campaigns: [{ id: 'c1', name: 'Autumn' }],
      url: 'https://shop.example/?UTM_Campaign=Autumn&utm_source=x&utm_source=y',
      problems: [
        { kind: 'upper_case_name', parameter: 'UTM_Campaign' },
        { kind: 'duplicated', parameter: 'utm_source' },
      ],
    },
    { id: 'a2', spend: '0.1', problems: [{ kind: 'no_utm' }] },
  ]);
  expect(adCount).toBe(2);
  expect(await ask({ limit: 1, offset: 1 })).toMatchObject({ ads: [{ id: 'a2' }], adCount: 2 });
});

test('values in several spellings, one where case is folded, and a value of several campaigns by one post of both', async () => {
  expect((await ask()).values).toMatchObject([
    { parameter: 'utm_campaign', value: 'Autumn', spellings: ['Autumn', 'autumn'], ads: 1 },
    { parameter: 'utm_campaign', value: 'autumn', ads: 1 },
    { value: 'two', campaigns: [{ id: 'c1' }, { id: 'c2', name: 'Winter' }], spend: [{ spend: '0.25' }] },
  ]);
  const folded = (await ask({ foldCase: true })).values;
  expect(folded).toMatchObject([
    { value: 'autumn', spellings: ['Autumn', 'autumn'], ads: 2, spend: [{ currency: 'EUR', spend: '1.71' }] },
    { value: 'two' },
  ]);
});

test('an account that the viewer does not see is as one that does not exist', async () => {
  const stranger: Viewer = {
    workspaceId: '00000000-0000-4000-8000-000000000000',
    personId: 'p',
    teamIds: [],
    role: 'owner',
  } as never;
  await expect(ask({}, stranger)).rejects.toThrow('No connection that you see reads the account acc.');
});
