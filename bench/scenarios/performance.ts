import { join } from 'node:path';
import pLimit from 'p-limit';
import { addDays, type Day } from '../../domain/calendar.js';
import { type Dimension, DIMENSION_IDS, levelsOf } from '../../domain/performance.js';
import { dependsOnObjective, type MetricId, summedFor } from '../../domain/performance-metrics.js';
import { OPERATOR } from '../../domain/viewer.js';
import { startPostgres } from '../../local/postgres.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import { monthsToRollUp, noteChangedFacts, rollUp } from '../../store/facts/roll-up.js';
import type { Db } from '../../store/pool.js';
import { performanceRows, type PerformanceRowsQuery } from '../../store/reports/performance.js';
import { type Column, type Machine, machine, met, postgresVersion, round } from '../report.js';
import { prepareDatabases } from '../result-files/databases.js';

export interface PerformanceBenchOptions {
  /** Of all accounts and levels. */
  readonly rows: number;
  readonly accounts: number;
  readonly runs: number;
}

interface QuestionFigure {
  readonly question: string;
  readonly rows: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly barMs: number;
}

export interface PerformanceReport {
  readonly scenario: 'performance';
  readonly machine: Machine;
  readonly facts: number;
  /** Rows of the roll-up. */
  readonly rolledUp: number;
  readonly adsPerAccount: number;
  readonly questions: readonly QuestionFigure[];
  readonly barMet: boolean;
  readonly correct: boolean;
}

export const performanceColumns: readonly Column<QuestionFigure>[] = [
  ['question', ({ question }) => question],
  ['rows', ({ rows }) => rows],
  ['median ms', ({ medianMs }) => medianMs],
  ['p95 ms', ({ p95Ms }) => p95Ms],
  ['bar ms', ({ barMs }) => barMs],
  ['within the bar', ({ p95Ms, barMs }) => met(p95Ms <= barMs)],
];

const FIRST_DAY = '2025-11-01' as Day;
const DAYS = 365;
const LAST_DAY = addDays(FIRST_DAY, DAYS - 1);
const CHILDREN = 5;
const WARM_UP = 5;
/** Rows of a year of an ad, with its share of the levels above. */
const ROWS_OF_AN_AD = DAYS * (1 + 1 / CHILDREN + 1 / CHILDREN ** 2);

const KINDS: readonly { readonly days: number; readonly groupBy: Dimension; readonly barMs: number }[] = [
  ...DIMENSION_IDS.map((groupBy) => ({ days: 30, groupBy, barMs: 100 })),
  { days: DAYS, groupBy: 'day', barMs: 100 },
  { days: DAYS, groupBy: 'campaign', barMs: 100 },
  { days: DAYS, groupBy: 'ad', barMs: 400 },
  { days: DAYS, groupBy: 'utm_campaign', barMs: 400 },
];

/** Statements at once while nothing is measured. */
const AT_ONCE = 2;
/** The data are thrown away: nothing need reach the disk before they are there. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '16GB' };

/** An account whose ads are all active on each day; campaigns have a micro more than their ads. */
const addAccount = async (db: Db, account: string, ads: number): Promise<void> => {
  const groups = Math.ceil(ads / CHILDREN);
  const campaigns = Math.ceil(groups / CHILDREN);
  const entities = `insert into importer.entities
    (account_id, level, entity_id, name, currency, funding_instrument_id, campaign_id, line_item_id, tweet_id, objective, raw, observed_at)`;
  const facts = (level: string, letter: string, count: number, below: number, micro: number) =>
    `insert into importer.facts (account_id, level, entity_id, placement, day, receipt_id, observed_at,
       billed_charge_local_micro, impressions, clicks, url_clicks, engagements)
     select '${account}', '${level}', '${letter}' || id, 'ALL_ON_TWITTER', date '${FIRST_DAY}' + d, 1, now(),
       n * (1000 + d) + ${micro}, n * (100 + d % 7), n * (d % 5), n * (d % 3), n * (d % 9)
     from generate_series(0, ${count - 1}) id, generate_series(0, ${DAYS - 1}) d,
       lateral (select greatest(0, least(${ads} - id * ${below}, ${below})) as n) as children`;
  for (const sql of [
    `insert into importer.accounts (id, name, timezone, approval_status, currencies, raw, observed_at)
     values ('${account}', 'Bench', 'UTC', 'ACCEPTED', '{USD}', '{}', now())`,
    `${entities} values ('${account}', 'FUNDING_INSTRUMENT', 'f', 'Card', 'USD', null, null, null, null, null, '{}', now())`,
    `${entities} select '${account}', 'CAMPAIGN', 'c' || n, 'Campaign ' || n, 'USD', 'f', null, null, null, null, '{}', now()
     from generate_series(0, ${campaigns - 1}) n`,
    `${entities} select '${account}', 'LINE_ITEM', 'l' || n, 'Ad group ' || n, 'USD', null, 'c' || n / ${CHILDREN}, null, null,
       'WEBSITE_CLICKS', '{}', now() from generate_series(0, ${groups - 1}) n`,
    `${entities} select '${account}', 'PROMOTED_TWEET', 'a' || n, null, null, null, null, 'l' || n / ${CHILDREN}, 't' || n, null, '{}', now()
     from generate_series(0, ${ads - 1}) n`,
    `insert into importer.tweets (account_id, tweet_id, full_text, urls, raw, observed_at)
     select '${account}', 't' || n, 'Ad ' || n, jsonb_build_array(jsonb_build_object('url', 'https://t.co/a', 'expanded_url',
       'https://shop.example/?utm_campaign=u' || n % 50)), '{}', now() from generate_series(0, ${ads - 1}) n`,
    facts('PROMOTED_TWEET', 'a', ads, 1, 0),
    facts('LINE_ITEM', 'l', groups, CHILDREN, 0),
    facts('CAMPAIGN', 'c', campaigns, CHILDREN * CHILDREN, 1),
  ])
    await db.transaction(async (tx) => {
      await tx.query('set local statement_timeout = 0');
      await tx.query(sql);
    });
};

/** As a worker does after an import. */
const rollUpAll = async (db: Db): Promise<void> => {
  for (let due = await monthsToRollUp(db); due.length > 0; due = await monthsToRollUp(db))
    await pLimit(AT_ONCE).map(due, (month) => rollUp(db, month));
};

/** Autovacuum does so after a minute. */
const analyze = (db: Db): Promise<void> =>
  db.transaction(async (tx) => {
    // Longer than a statement may take.
    await tx.query('set local statement_timeout = 0');
    await tx.query('analyze');
  });

/** As the tiles of the page. */
const METRICS: readonly MetricId[] = ['spend', 'impressions', 'clicks', 'ctr', 'cpc'];

const queryOf = (account: string, groupBy: readonly Dimension[], days: number): PerformanceRowsQuery => ({
  viewer: OPERATOR,
  accounts: [account],
  range: { from: addDays(LAST_DAY, 1 - days), to: LAST_DAY },
  ...levelsOf({ groupBy, filters: {}, text: null }),
  groupBy,
  sums: summedFor(METRICS),
  byObjective: dependsOnObjective(METRICS),
  filters: {},
  text: null,
  at: { kind: 'now' },
  orderBy: '-spend',
});

const SPEND = 'billed_charge_local_micro';

/** Asks each kind of question of one account after another, as Ad Performance does: rows and totals at once. */
export const askPerformance = async (
  { rows: wanted, accounts, runs }: PerformanceBenchOptions,
  report: (text: string) => void = () => undefined,
): Promise<PerformanceReport> => {
  const ads = Math.max(1, Math.round(wanted / accounts / ROWS_OF_AN_AD));
  using folder = throwawayFolder();
  report('Starting Postgres …');
  const postgres = await startPostgres({ dataDir: join(folder.path, 'postgres'), settings: SETTINGS });
  try {
    const databases = await prepareDatabases(postgres.url, { from: FIRST_DAY, to: LAST_DAY });
    return await databases.withFresh(async (db) => {
      const names = Array.from({ length: accounts }, (_, i) => `acc${i}`);
      await pLimit(AT_ONCE).map(names, async (name) => {
        report(`Adding the year of ${name} …`);
        await addAccount(db, name, ads);
        await noteChangedFacts(db, name, { from: FIRST_DAY, to: LAST_DAY });
      });
      await analyze(db);
      report('Rolling up …');
      await rollUpAll(db);
      await analyze(db);
      const questions: QuestionFigure[] = [];
      let correct = true;
      for (const { days, groupBy, barMs } of KINDS) {
        report(`Asking for ${days} days by ${groupBy} …`);
        const taken: number[] = [];
        let found = 0;
        for (let run = 0; run < WARM_UP + runs; run += 1) {
          const account = names[run % names.length] ?? '';
          const query = queryOf(account, [groupBy], days);
          const started = performance.now();
          const [rows, totals] = await Promise.all([
            performanceRows(db, { ...query, limit: 100 }),
            performanceRows(db, { ...query, rows: query.totals, groupBy: [], orderBy: 'name' }),
          ]);
          if (run >= WARM_UP) taken.push(performance.now() - started);
          found = rows.rowCount;
          if (run > 0) continue;
          const all = await performanceRows(db, query);
          const sum = all.rows.reduce((whole, row) => whole + BigInt(row.sums[SPEND] ?? '0'), 0n);
          correct &&= totals.rows.length === 1 && String(sum) === totals.rows[0]?.sums[SPEND];
        }
        const sorted = taken.toSorted((a, b) => a - b);
        const at = (share: number): number => round(sorted[Math.ceil(sorted.length * share) - 1] ?? 0, 1);
        questions.push({
          question: `${days === DAYS ? 'a year' : `${days} days`} by ${groupBy}`,
          rows: found,
          medianMs: at(0.5),
          p95Ms: at(0.95),
          barMs,
        });
      }
      const { rows } = await db.query<{ facts: number; rolledUp: number }>(
        `select (select count(*) from importer.facts) as facts, (select count(*) from importer.rolled_up) as "rolledUp"`,
      );
      return {
        scenario: 'performance',
        machine: machine({ postgres: await postgresVersion(db) }),
        facts: rows[0]?.facts ?? 0,
        rolledUp: rows[0]?.rolledUp ?? 0,
        adsPerAccount: ads,
        questions,
        barMet: questions.every(({ p95Ms, barMs }) => p95Ms <= barMs),
        correct,
      };
    });
  } finally {
    await postgres.destroy();
  }
};
