import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, messageOf, startX, type Fields, type Parameters, type Reply, type X } from './support/x.js';

let x: X;
let account: string;
let ads: readonly string[];
beforeAll(async () => {
  x = await startX({ ads: 40, accounts: 5 });
  account = await x.firstAccount();
  ads = await x.ids(account, 'promoted_tweets');
});
afterAll(() => x.running.close());

// The first account is in Los Angeles, seven hours behind UTC in August.
const base = (): Parameters => ({
  entity: 'PROMOTED_TWEET',
  entity_ids: ads.slice(0, 2).join(','),
  start_time: '2026-08-10T07:00:00Z',
  end_time: '2026-08-12T07:00:00Z',
  granularity: 'DAY',
  placement: 'ALL_ON_TWITTER',
  metric_groups: 'ENGAGEMENT,BILLING',
});
const stats = (parameters: Parameters = {}, of = account): Promise<Reply> =>
  x.get(`/12/stats/accounts/${of}`, { ...base(), ...parameters });
const feed = (parameters: Parameters, of = account): Promise<Reply> =>
  x.get(`/12/stats/accounts/${of}/active_entities`, { entity: 'CAMPAIGN', ...parameters });
const metricsOf = (entity: Fields | undefined): Readonly<Record<string, readonly number[] | null>> =>
  (entity as { id_data: { metrics: Record<string, number[] | null> }[] } | undefined)?.id_data[0]?.metrics ?? {};

const syncUntil = (end_time: string): Promise<Reply> =>
  stats({ start_time: '2026-08-10T07:00:00Z', end_time, granularity: 'HOUR' });
const feedUntil = (end_time: string): Promise<Reply> => feed({ start_time: '2026-05-01T00:00:00Z', end_time });
const sum = (numbers: readonly number[] | null | undefined): number => (numbers ?? []).reduce((a, b) => a + b, 0);
const metricsBy = async (granularity: string): Promise<Readonly<Record<string, readonly number[] | null>>> =>
  metricsOf((await stats({ granularity })).json.data[0]);

describe('requests', () => {
  test('§17.21: from 1 to 20 entity ids', async () => {
    const none = await stats({ entity_ids: '' });
    expect([none.status, codeOf(none), messageOf(none), none.json.errors?.[0]?.parameter]).toEqual([
      400,
      'INVALID_PARAMETER',
      'A minimum of 1 items must be provided for entity_ids',
      'entity_ids',
    ]);
    expect((await stats({ entity_ids: ads.slice(0, 20).join(',') })).json.data).toHaveLength(20);
    expect(codeOf(await stats({ entity_ids: ads.slice(0, 21).join(',') }))).toBe('INVALID_PARAMETER');
  });

  test('§17.22: a sync window has at most 7 days and an hour', async () => {
    expect((await syncUntil('2026-08-17T08:00:00Z')).json.time_series_length).toBe(169);
    const long = await syncUntil('2026-08-17T09:00:00Z');
    expect([long.status, codeOf(long), messageOf(long)]).toEqual([
      400,
      'INVALID_TIME_WINDOW',
      'The end_time can be a maximum of 7.days+1.hours after the start_time',
    ]);
  });

  test('§17.24: an active_entities window has at most 90 days and an hour', async () => {
    expect((await feedUntil('2026-07-30T01:00:00Z')).status).toBe(200);
    expect(codeOf(await feedUntil('2026-07-30T02:00:00Z'))).toBe('INVALID_TIME_WINDOW');
  });

  test('§17.25: bounds are whole hours', async () => {
    for (const start_time of ['2026-08-10T07:30:00Z', '2026-08-10T07:00:30Z']) {
      expect(codeOf(await stats({ start_time, granularity: 'HOUR' }))).toBe('INVALID_PARAMETER');
      expect(codeOf(await feed({ start_time, end_time: '2026-08-11T07:00:00Z' }))).toBe('INVALID_PARAMETER');
    }
  });

  test('§17.25: the local midnight of a half-hour zone is accepted for DAY alone', async () => {
    const kolkata = (await x.accountIds())[4] ?? '';
    const [id = ''] = await x.ids(kolkata, 'promoted_tweets');
    const bounds = { start_time: '2026-08-09T18:30:00Z', end_time: '2026-08-11T18:30:00Z', entity_ids: id };
    const reply = await stats(bounds, kolkata);
    expect([reply.status, reply.json.time_series_length]).toEqual([200, 2]);
    expect(codeOf(await stats({ ...bounds, granularity: 'HOUR' }, kolkata))).toBe('INVALID_PARAMETER');
    expect(codeOf(await feed({ start_time: bounds.start_time, end_time: bounds.end_time }, kolkata))).toBe(
      'INVALID_PARAMETER',
    );
  });

  test('§17.26: milliseconds and nonsense are refused', async () => {
    const start_time = '2026-08-10T07:00:00.000Z';
    const reply = await stats({ start_time });
    expect([reply.status, codeOf(reply), messageOf(reply)]).toEqual([
      400,
      'INVALID_PARAMETER',
      `Expected Time, got "${start_time}" for start_time`,
    ]);
    for (const bad of ['', '2026-13-01', '2026-02-30', 'yesterday', '2026-08-10T99:00:00Z']) {
      expect(codeOf(await stats({ start_time: bad }))).toBe('INVALID_PARAMETER');
    }
    expect(codeOf(await stats({ end_time: '2026-08-10T07:00:00Z' }))).toBe('INVALID_TIME_WINDOW');
  });

  test('§17.27: DAY bounds are local midnights of their own dates, one error for each bad bound', async () => {
    const reply = await stats({ start_time: '2026-08-10T00:00:00Z', end_time: '2026-08-12T00:00:00Z' });
    const error = {
      code: 'INVALID_TIME_WINDOW',
      message: "Expect time to be midnight in the account's local timezone for day granularity",
      parameter: '',
    };
    expect([reply.status, reply.json.errors]).toEqual([400, [error, error]]);
    expect((await stats({ start_time: '2026-08-11T00:00:00Z' })).json.errors).toHaveLength(1);
    // When DST ends in between, each bound has its own offset (docs/x-ads-api.md §8.2).
    const autumn = { start_time: '2025-10-30T07:00:00Z', end_time: '2025-11-04T08:00:00Z' };
    expect((await stats(autumn)).json.time_series_length).toBe(5);
  });

  test('§17.28: end_time is exclusive', async () => {
    const two = metricsOf((await stats()).json.data[0]);
    const one = metricsOf((await stats({ end_time: '2026-08-11T07:00:00Z' })).json.data[0]);
    expect(one['impressions']).toEqual(two['impressions']?.slice(0, 1));
  });

  test('§17.29: a bare date is midnight in the account zone, echoed in UTC; offsets are understood', async () => {
    const dates = await stats({ start_time: '2026-08-10', end_time: '2026-08-12' });
    expect(dates.json.request.params).toMatchObject({
      start_time: '2026-08-10T07:00:00Z',
      end_time: '2026-08-12T07:00:00Z',
    });
    for (const start_time of ['2026-08-10T00:00:00-0700', '2026-08-10T00:00:00-07:00', '2026-08-10T00:00-07']) {
      const reply = await stats({ start_time });
      expect(reply.json.request.params['start_time']).toBe('2026-08-10T07:00:00Z');
    }
  });

  test('§17.30: exactly one of three placements; a switch accepts PUBLISHER_NETWORK with nulls', async () => {
    for (const placement of ['PUBLISHER_NETWORK', 'ALL_ON_TWITTER,TREND', 'NOWHERE']) {
      expect(codeOf(await stats({ placement }))).toBe('INVALID_PARAMETER');
    }
    for (const placement of ['SPOTLIGHT', 'TREND']) expect((await stats({ placement })).status).toBe(200);
  });

  test('§17.30 and §17.31: options answer the retired placement and the retired group with nulls', async () => {
    const other = await startX({ ads: 2, accounts: 1, publisherNetwork: true, mediaGroup: true });
    const [id = ''] = await other.ids(await other.firstAccount(), 'promoted_tweets');
    const reply = await other.get(`/12/stats/accounts/${await other.firstAccount()}`, {
      ...base(),
      entity_ids: id,
      placement: 'PUBLISHER_NETWORK',
      metric_groups: 'BILLING,MEDIA',
    });
    expect(metricsOf(reply.json.data[0])).toEqual({
      billed_engagements: null,
      billed_charge_local_micro: null,
      media_views: null,
      media_engagements: null,
    });
    await other.running.close();
  });

  test('§17.31: six metric groups, MEDIA is refused', async () => {
    expect(codeOf(await stats({ metric_groups: 'MEDIA' }))).toBe('INVALID_PARAMETER');
    expect(codeOf(await stats({ metric_groups: 'ENGAGEMENT,NONSENSE' }))).toBe('INVALID_PARAMETER');
    const groups = ['ENGAGEMENT', 'BILLING', 'VIDEO', 'WEB_CONVERSION', 'MOBILE_CONVERSION'];
    expect((await stats({ metric_groups: groups.join(',') })).json.request.params['metric_groups']).toEqual(groups);
    expect((await stats({ metric_groups: 'LIFE_TIME_VALUE_MOBILE_CONVERSION' })).status).toBe(200);
  });

  test('§17.32: the sync endpoint ignores segmentation', async () => {
    const reply = await stats({ segmentation_type: 'AGE' });
    expect([reply.status, reply.json.request.params['segmentation_type']]).toEqual([200, null]);
  });
});

describe('answers', () => {
  test('§17.34: unknown ids, and ids of another kind, are dropped without an error', async () => {
    const [campaign = ''] = await x.ids(account, 'campaigns');
    const reply = await stats({ entity_ids: ['nobody', campaign, ads[0] ?? ''].join(',') });
    expect([reply.status, reply.json.data.map(({ id }) => id)]).toEqual([200, [ads[0]]]);
  });

  test('§17.35: an entity without data has null metrics', async () => {
    const reply = await stats({ placement: 'TREND' });
    expect(reply.json.data).toHaveLength(2);
    expect(new Set(Object.values(metricsOf(reply.json.data[0])))).toEqual(new Set([null]));
  });

  test('§17.36: every array has time_series_length values: days, hours, or one', async () => {
    for (const [granularity, length] of [
      ['DAY', 2],
      ['HOUR', 48],
      ['TOTAL', 1],
    ] as const) {
      const { json } = await stats({ granularity });
      expect([json.data_type, json.time_series_length]).toEqual(['stats', length]);
      for (const series of Object.values(metricsOf(json.data[0])))
        if (series !== null) expect(series).toHaveLength(length);
    }
  });

  test('hours add up to days, and days to the total', async () => {
    const [hours, days, total] = [await metricsBy('HOUR'), await metricsBy('DAY'), await metricsBy('TOTAL')];
    for (const name of ['impressions', 'billed_charge_local_micro', 'clicks']) {
      expect(sum(hours[name])).toBe(sum(days[name]));
      expect(total[name]).toEqual([sum(days[name])]);
    }
  });

  test('funding instruments have six engagement metrics and billing, and nulls for the other groups', async () => {
    const [funding = ''] = await x.ids(account, 'funding_instruments');
    const parameters = { entity: 'FUNDING_INSTRUMENT', entity_ids: funding, metric_groups: 'ENGAGEMENT,BILLING,VIDEO' };
    const metrics = metricsOf((await stats(parameters)).json.data[0]);
    expect(Object.keys(metrics).slice(0, 8)).toEqual(
      'impressions follows retweets likes engagements replies billed_engagements billed_charge_local_micro'.split(' '),
    );
    expect(metrics['video_total_views']).toBeNull();
    expect(metrics['impressions']?.[0]).toBeGreaterThan(0);
  });

  test('conversion metrics are objects of arrays, null when empty', async () => {
    const entity_ids = ads.slice(0, 20).join(',');
    const { json } = await stats({ metric_groups: 'WEB_CONVERSION', entity_ids });
    const visits = json.data
      .map((entity) => metricsOf(entity)['conversion_site_visits'])
      .find((value) => value !== null);
    expect(Object.keys(visits ?? {})).toEqual(
      'post_view post_engagement assisted order_quantity sale_amount metric order_quantity_view order_quantity_engagement sale_amount_view sale_amount_engagement'.split(
        ' ',
      ),
    );
    expect(json.data.map((entity) => metricsOf(entity)['conversion_searches'])).toEqual(json.data.map(() => null));
  });

  test('reach has a shape of its own', async () => {
    const [campaign = ''] = await x.ids(account, 'campaigns');
    const window = { start_time: '2026-08-10T07:00:00Z', end_time: '2026-08-12T07:00:00Z', campaign_ids: campaign };
    const { json } = await x.get(`/12/stats/accounts/${account}/reach/campaigns`, window);
    expect([json.data_type, Object.keys(json.data[0] ?? {})]).toEqual([
      'reach',
      ['id', 'total_audience_reach', 'average_frequency'],
    ]);
  });
});
