import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { OPERATOR } from '../../domain/viewer.js';
import { leftOutOf } from '../../store/account/left-out.js';
import {
  isRecord,
  type Item,
  meantBy,
  type Edit,
  edited,
  edits,
  SEED,
  spoilt,
  STORED,
  STORED_BATCHES,
  textOf,
  wellFormed,
} from '../x-ads/support/mutations.js';
import { attemptOf, untilNothingOpen, type HostileSite, openHostileSite, storedOf } from './hostile-x.js';
import { rowsOf } from './site.js';

/* X's lists, changed at random, through client, activities and store: each is stored right, or refused with its reason. */

const range = { from: '2026-11-16' as Day, to: '2026-11-18' as Day };

let site: HostileSite;
let connectionId = '';
let [victim, other] = ['', ''];
/** Nothing is told twice at the same moment. */
const later = () => site.control('PUT', 'clock', { advance_seconds: 1 });

interface List {
  /** The end of its path. */
  readonly path: string;
  readonly level: string;
  readonly key: string;
  /** Texts that must be there, and those that may be null, each with its column. */
  readonly needs: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
}

const STATUS = { entity_status: 'status' };
const LISTS: readonly List[] = [
  {
    path: 'campaigns',
    level: 'CAMPAIGN',
    key: 'id',
    needs: {},
    texts: {
      ...STATUS,
      name: 'name',
      currency: 'currency',
      funding_instrument_id: 'funding_instrument_id',
      effective_status: 'effective_status',
    },
  },
  {
    path: 'line_items',
    level: 'LINE_ITEM',
    key: 'id',
    needs: { campaign_id: 'campaign_id' },
    texts: {
      ...STATUS,
      name: 'name',
      currency: 'currency',
      funding_instrument_id: 'funding_instrument_id',
      objective: 'objective',
      android_app_store_identifier: '',
      ios_app_store_identifier: '',
    },
  },
  {
    path: 'funding_instruments',
    level: 'FUNDING_INSTRUMENT',
    key: 'id',
    needs: {},
    texts: { ...STATUS, description: 'name', currency: 'currency' },
  },
  {
    path: 'promoted_tweets',
    level: 'PROMOTED_TWEET',
    key: 'id',
    needs: { line_item_id: 'line_item_id', tweet_id: 'tweet_id' },
    texts: STATUS,
  },
];

/** Changes `data` of the answers of one path, once each; what it makes of them is what X has told. */
const changing = (path: RegExp, all: readonly Edit[], spoil: (text: string) => string) => {
  const told = { data: [] as unknown[], isSpoilt: false };
  site.change((asked, text, method) => {
    if (method !== 'GET' || !path.test(asked)) return undefined;
    const json = JSON.parse(text) as { data: unknown[] };
    const data = edited(json.data, all);
    told.data.push(...data);
    const whole = textOf({ ...json, data });
    const sent = spoil(whole);
    told.isSpoilt ||= sent !== whole;
    return sent;
  });
  return told;
};
const unchanged = () => site.change(() => undefined);

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isReadable = ({ key, needs, texts }: List, item: unknown): item is Item =>
  isRecord(item) &&
  [key, ...Object.keys(needs)].every((name) => isText(meantBy(item[name]))) &&
  Object.keys(texts).every((name) => ['string', 'undefined'].includes(typeof (meantBy(item[name]) ?? undefined))) &&
  ['boolean', 'undefined'].includes(typeof (item['deleted'] ?? undefined));

const columnsOf = ({ needs, texts }: List, item: Item): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries({ ...needs, ...texts })
      .filter(([, column]) => column !== '')
      .map(([name, column]) => {
        const value = meantBy(item[name]) ?? null;
        return [column, value === null ? null : wellFormed(value)];
      }),
  );

describe.each(STORED_BATCHES)('batch %d', (batch) => {
  beforeAll(async () => {
    site = await openHostileSite({ accounts: 2, ads: 4, days: 60, now: '2026-11-23T12:00:00Z', profile: 'messy' });
    ({ connectionId, accountId: victim } = await site.choose());
    other =
      (await rowsOf<{ id: string }>(site.db, `select id from importer.accounts where id <> '${victim}'`))[0]?.id ?? '';
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test.each(LISTS)(
    'a mutated answer of $path is stored item by item or left out by name, or the survey is refused whole',
    async (list) => {
      const path = new RegExp(`/${victim}/${list.path}$`);
      const before = await storedOf(site, other);
      await fc.assert(
        fc.asyncProperty(edits, spoilt, async (all, spoil) => {
          unchanged();
          await later();
          const runId = await site.open({ connectionId, accountId: victim }, { range });
          const told = changing(path, all, spoil);
          const outcome = await attemptOf(() => site.call('survey', { runId }));
          expect(outcome === 'refused').toBe(told.isSpoilt);
          const planned = await rowsOf(site.db, 'select from importer.slices where run_id = $1', [runId]);
          const asked = await rowsOf(site.db, 'select from importer.asks where run_id = $1', [runId]);
          if (outcome === 'refused') {
            expect([planned.length, asked.length]).toEqual([0, 0]);
          } else {
            const readable = told.data.filter((item) => isReadable(list, item));
            const rows = await rowsOf<Record<string, unknown>>(
              site.db,
              'select * from importer.entities where account_id = $1 and level = $2',
              [victim, list.level],
            );
            for (const item of readable) {
              const id = wellFormed(meantBy(item[list.key]));
              const same = readable.filter((each) => wellFormed(meantBy(each[list.key])) === id);
              const row = rows.find(({ entity_id: stored }) => stored === id);
              // Of two that say different things of one id either may be believed.
              expect(same.map((each) => columnsOf(list, each))).toContainEqual(
                Object.fromEntries(Object.keys(columnsOf(list, item)).map((column) => [column, row?.[column]])),
              );
            }
            const leftOut = (await leftOutOf(site.db, OPERATOR, connectionId)).find(
              (each) => each.accountId === victim && each.list === list.path,
            );
            expect(leftOut?.count ?? 0).toBe(told.data.length - readable.length);
            expect(asked.length).toBeGreaterThan(0);
          }
          await site.call('closeRun', { runId, state: 'cancelled', reason: 'a test' });
          expect(await storedOf(site, other)).toBe(before);
          await untilNothingOpen(site);
        }),
        { seed: SEED + batch, numRuns: Math.ceil((STORED * 0.4) / LISTS.length) },
      );
    },
  );

  test('mutated activity is planned as far as it can be read, or the survey is refused whole', async () => {
    const path = new RegExp(`/${victim}/active_entities$`);
    const before = await storedOf(site, other);
    await fc.assert(
      fc.asyncProperty(edits, spoilt, async (all, spoil) => {
        unchanged();
        await later();
        const runId = await site.open({ connectionId, accountId: victim }, { range });
        const told = changing(path, all, spoil);
        const outcome = await attemptOf(() => site.call('survey', { runId }));
        expect(outcome === 'refused').toBe(told.isSpoilt);
        const asked = await rowsOf<{ unread: string | null }>(
          site.db,
          'select unread from importer.asks where run_id = $1',
          [runId],
        );
        const slices = await rowsOf<{ ids: string[] }>(
          site.db,
          'select entity_ids as ids from importer.slices where run_id = $1',
          [runId],
        );
        if (outcome === 'refused') expect([asked.length, slices.length]).toEqual([0, 0]);
        else {
          const ids = new Set(
            told.data.flatMap((item) => (isRecord(item) ? [wellFormed(meantBy(item['entity_id']))] : [])),
          );
          // Nothing is read of which X has not said that it was active.
          for (const id of slices.flatMap((slice) => slice.ids)) expect(ids).toContain(id);
          const odd = told.data.filter((item) => !isRecord(item) || !isText(meantBy(item['entity_id'])));
          expect(asked.some(({ unread }) => unread !== null) || odd.length === 0).toBe(true);
        }
        await site.call('closeRun', { runId, state: 'cancelled', reason: 'a test' });
        const open = await rowsOf(
          site.db,
          `select from importer.slices where run_id = $1 and state in ('planned', 'in_flight', 'ready')`,
          [runId],
        );
        expect(open).toEqual([]);
        expect(await storedOf(site, other)).toBe(before);
        await untilNothingOpen(site);
      }),
      { seed: SEED + batch, numRuns: Math.ceil(STORED * 0.15) },
    );
  });

  test('a mutated list of accounts costs no other account, and the roles that are known stay', async () => {
    const before = await storedOf(site, other);
    const access = () =>
      rowsOf(site.db, 'select account_id, permissions, lost_at from importer.account_access where account_id = $1', [
        other,
      ]);
    const granted = await access();
    await fc.assert(
      fc.asyncProperty(edits, spoilt, fc.boolean(), async (all, spoil, isRole) => {
        await later();
        const path = isRole ? `/${victim}/authenticated_user_access$` : '/accounts$';
        site.change((asked, text, method) => {
          if (method !== 'GET' || !new RegExp(path).test(asked)) return undefined;
          const json = JSON.parse(text) as { data: unknown };
          if (isRole) return spoil(textOf({ ...json, data: edited([json.data], all)[0] }));
          // The other account is told as it is.
          const items = json.data as Item[];
          const odd = edited(
            items.filter(({ id }) => id === victim),
            all,
          );
          return spoil(textOf({ ...json, data: [...odd, ...items.filter(({ id }) => id !== victim)] }));
        });
        await attemptOf(() => site.call('listAccounts', { connectionId }));
        expect(await access()).toEqual(granted);
        await untilNothingOpen(site);
      }),
      { seed: SEED + batch, numRuns: Math.ceil(STORED * 0.06) },
    );
    unchanged();
    await later();
    await site.call('listAccounts', { connectionId });
    const stored = await storedOf(site, other);
    expect(stored.split(',').length).toBe(before.split(',').length);
    await site.finish(await site.plan({ connectionId, accountId: other }, { range }));
    await site.finish(await site.plan({ connectionId, accountId: victim }, { range }));
  });
});
