import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { visitPerformance } from '../../client/act/visit-performance.js';
import type { VisitOptions } from '../../client/options.js';
import { type PerformanceVisit, performanceVisitShape } from '../../client/performance-visit-shapes.js';
import type { Level } from '../../domain/levels.js';
import type { Viewer } from '../../domain/viewer.js';
import { DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import { saveGrants } from '../../store/connection/grants.js';
import { landFacts } from '../../store/facts/facts.js';
import { addConnection, addRun } from './database.js';
import { landingOf } from './landing.js';
import { openPerformanceWorld, type PerformanceWorld, SEEN, spent } from './performance-world.js';

let world: PerformanceWorld;
let viewer: Extract<Viewer, { kind: 'member' }>;
beforeAll(async () => {
  world = await openPerformanceWorld();
  for (const accountId of ['acc', 'vnd'])
    await saveGrants(world.db, await addConnection(world.db), [{ accountId, historyFrom: null, waitDays: 1 }]);
  const { rows } = await world.db.query<{ id: string }>(
    `insert into app.people (name, email) values ('Ana', 'ana@example.com') returning id`,
  );
  const [{ id: personId } = { id: '' }] = rows;
  viewer = { kind: 'member', workspaceId: DEFAULT_WORKSPACE, personId, teamIds: [], role: 'member' };
});
afterAll(() => world[Symbol.asyncDispose]());

/** Without a word from the person for so long. */
const silence = (minutes: number) =>
  world.db.query(
    `update app.performance_visits set seen_at = seen_at - $1::int * interval '1 minute',
       before_at = before_at - $1::int * interval '1 minute'`,
    [minutes],
  );
const complete = (days: string) =>
  world.db.query(
    `insert into importer.account_days (account_id, complete, stale, computed_at)
     select id, $1::datemultirange, false, now() from importer.accounts
     on conflict (account_id) do update set complete = excluded.complete`,
    [days],
  );
const visit = (options: VisitOptions = {}): Promise<PerformanceVisit> =>
  visitPerformance(
    { db: world.db, viewer, now: () => new Date(SEEN) } as unknown as Parameters<typeof visitPerformance>[0],
    { from: '2026-02-05', to: '2026-02-07', metrics: ['spend', 'impressions'], ...options },
  );

let minute = 0;
/** X's clock, later each time. */
const later = (): string => new Date(Date.parse('2026-02-21T00:00:00Z') + ++minute * 60_000).toISOString();
const says = (level: Level, metrics: Parameters<PerformanceWorld['says']>[1], account = 'acc') =>
  world.says(level, metrics, { account, observedAt: later() });

beforeEach(async () => {
  await complete('{[2026-02-05,2026-02-08)}');
  await world.db.query('delete from app.performance_visits');
  await visit();
});

/** `key: metric was→is …` */
const lines = (rows: readonly Pick<PerformanceVisit['rows'][number], 'was' | 'is' | 'currency'>[]) =>
  rows.map((row) => {
    const { key = {}, kind, currency, was, is } = row as Partial<PerformanceVisit['rows'][number]>;
    const cells = Object.entries(is ?? {}).map(([id, value]) => `${id} ${was?.[id]}→${value}`);
    return `${[...Object.values(key), currency, ...(kind === 'not_attributed' ? ['rest'] : [])].join(' ')}: ${cells.join(' ')}`;
  });

test('what X has restated since the visit before is told with the old value and the new, and nothing else', async () => {
  await says('CAMPAIGN', { c1: spent([1_000_000, 2_000_001, 0], { impressions: [100, 200, 0], clicks: [10, 20, 0] }) });
  await silence(31);
  expect(await visit({ groupBy: ['campaign'] })).toEqual({ since: null, rows: [], totals: [], days: [], dayCount: 0 });
  await says('CAMPAIGN', { c1: spent([1_100_000, 2_000_001, 0], { impressions: [100, 190, 0], clicks: [10, 20, 0] }) });
  const answer = await visit({ groupBy: ['campaign'] });
  expect(performanceVisitShape.parse(answer)).toEqual(answer);
  expect(answer.since).toMatch(/^\d{4}-/);
  expect(answer.dayCount).toBe(2);
  expect(lines(answer.rows)).toEqual(['c1 EUR: spend 3.000001→3.100001 impressions 300→290']);
  expect(lines(answer.totals)).toEqual(['EUR: spend 3.500008→3.600008 impressions 351→341']);
  expect(lines(answer.days)).toEqual(['2026-02-06 c1 EUR: impressions 200→190', '2026-02-05 c1 EUR: spend 1→1.1']);
  // Another question, and a filter: what they do not have is not told.
  expect(lines((await visit({ groupBy: ['day'], campaign: ['c2'] })).rows)).toEqual([]);
  expect(lines((await visit({ groupBy: ['day'], from: '2026-02-06' })).rows)).toEqual([
    '2026-02-06 EUR: impressions 200→190',
  ]);
});

test('a visit goes on through reloads until thirty minutes of silence; what it told is told no more in the next one', async () => {
  await says('CAMPAIGN', { c2: spent([600_000, 0, 7], { impressions: [50, 0, 1] }) });
  const told = async (options: VisitOptions = {}) => (await visit({ groupBy: ['campaign'], ...options })).rows.length;
  expect([await told(), await told()]).toEqual([1, 1]);
  await silence(29);
  expect(await told()).toBe(1);
  await silence(31);
  expect(await told()).toBe(0);
  await says('CAMPAIGN', { c2: spent([700_000, 0, 7], { impressions: [50, 0, 1] }) });
  expect(await told()).toBe(1);
  // What was shown is seen; what has come since is not.
  await says('CAMPAIGN', { c1: spent([2_000_000, 0, 0]) });
  expect(await told({ seen: true })).toBe(1);
  expect(lines((await visit({ groupBy: ['campaign'] })).rows)[0]).toMatch(/^c1 /);
  expect(await told({ seen: true })).toBe(0);
});

test('the mark is kept by account: a look at one says nothing of the others', async () => {
  await says('CAMPAIGN', { v1: spent([1, 1, 1]) }, 'vnd');
  await silence(31);
  await visit({ accounts: ['acc'] });
  expect((await visit({ accounts: ['vnd'] })).totals).toHaveLength(1);
});

test('a landing that was not over at the visit counts as new', async () => {
  const runId = await addRun(world.db, 'acc');
  const landing = (job: string, micros: number) => ({
    ...landingOf('acc', runId, {
      job,
      observedAt: later(),
      from: '2026-02-05',
      to: '2026-02-05',
      metrics: { [job]: spent([micros]) },
    }),
    level: 'CAMPAIGN' as const,
  });
  for (const id of ['slow', 'quick']) await world.db.transaction((tx) => landFacts(tx, landing(id, 1_000_000)));
  await visit({ seen: true });
  await visit({ seen: true });
  await world.db.transaction(async (tx) => {
    await landFacts(tx, {
      ...landing('slow', 2_000_000),
      source: { ...landing('slow', 0).source, xJobId: 'slow again' },
    });
    const quick = landing('quick', 3_000_000);
    await world.db.transaction((other) =>
      landFacts(other, { ...quick, source: { ...quick.source, xJobId: 'quick again' } }),
    );
    expect(lines((await visit({ groupBy: ['campaign'] })).rows)).toEqual(['quick : spend 1→3']);
    await visit({ seen: true });
  });
  expect(lines((await visit({ groupBy: ['campaign'] })).rows)).toEqual(['slow : spend 1→2']);
});

test('a day that is imported since is no restatement; a number where a complete day had none is one', async () => {
  await complete('{[2026-02-05,2026-02-07)}');
  await visit({ seen: true });
  await visit({ seen: true });
  await says('CAMPAIGN', { late: spent([0, 5_000_000, 9_000_000]) });
  expect(lines((await visit({ groupBy: ['day', 'campaign'] })).rows)).toEqual(['2026-02-06 late : spend 0→5']);
});

/** Numbers that repeat: what fails fails again. */
const random = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

const keyOf = ({ key, kind, currency }: { key: object; kind: string; currency: string | null }) =>
  JSON.stringify([key, kind, currency]);

const GROUPINGS = [
  [],
  ['day'],
  ['campaign'],
  ['ad'],
  ['day', 'ad'],
  ['utm_campaign'],
  ['campaign', 'ad'],
  ['ad_group'],
];
const FILTERS: readonly VisitOptions[] = [{}, {}, { campaign: ['c1'] }, { utmCampaign: ['one'] }, { text: 'first' }];

test('over any restatements, the cells are those in which two answers to one question differ', async () => {
  const next = random(7);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
  const amount = (): number[] => [0, 1, 2].map(() => Math.floor(next() * 4) * 100_000);
  const levels = [
    ['CAMPAIGN', ['c1', 'c2']],
    ['LINE_ITEM', ['g1', 'g2']],
    ['PROMOTED_TWEET', ['a1', 'a2', 'same1', 'same2', 'x1', 'x2']],
    ['PROMOTED_ACCOUNT', ['f1']],
  ] as const;
  let cells = 0;
  for (let round = 0; round < 6; round += 1) {
    await visit({ seen: true });
    await visit({ seen: true });
    const questions = GROUPINGS.map((groupBy) => ({
      groupBy,
      metrics: ['spend', 'impressions', 'cpm'],
      ...pick(FILTERS),
    }));
    const before = await Promise.all(questions.map((question) => world.ask(question, viewer)));
    for (let change = 0; change < 3; change += 1) {
      const [level, ids] = pick(levels);
      await says(level, { [pick(ids)]: spent(amount(), { impressions: amount().map((each) => each / 1000) }) });
    }
    for (const [i, question] of questions.entries()) {
      const after = await world.ask(question, viewer);
      const old = new Map(before[i]?.rows.map((row) => [keyOf(row), row.values]));
      const nothing = { spend: '0', impressions: '0', cpm: null };
      const expected = after.rows.flatMap((row) => {
        const was = old.get(keyOf(row)) ?? nothing;
        return Object.keys(row.values)
          .filter((id) => row.values[id] !== (was as typeof row.values)[id])
          .map((id) => `${keyOf(row)} ${id} ${(was as typeof row.values)[id]} ${row.values[id]}`);
      });
      const { rows } = await visit(question);
      const told = rows.flatMap((row) =>
        Object.keys(row.is).map((id) => `${keyOf(row)} ${id} ${row.was[id]} ${row.is[id]}`),
      );
      expect([question, told.toSorted()]).toEqual([question, expected.toSorted()]);
      cells += told.length;
    }
  }
  expect(cells).toBeGreaterThan(60);
});
