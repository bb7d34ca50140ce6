import { join } from 'node:path';
import { addDays, type Day } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import { NAMED_METRICS } from '../../domain/metrics.js';
import { OPERATOR } from '../../domain/viewer.js';
import { startPostgres } from '../../local/postgres.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import { CHECKSUM_WEIGHTS } from '../../store/facts/checksum.js';
import type { Db } from '../../store/pool.js';
import { comparisons } from '../../store/reports/reconciliation.js';
import { RECONCILE_BAR_SECONDS } from '../figures.js';
import { type Column, type Machine, machine, met, postgresVersion, round } from '../report.js';
import { prepareDatabases } from '../result-files/databases.js';

export interface ReconcileOptions {
  readonly ads: number;
  readonly days: number;
}

export interface ReconcileReport {
  readonly scenario: 'reconcile';
  readonly machine: Machine;
  readonly ads: number;
  /** Of all levels. */
  readonly facts: number;
  readonly remainders: number;
  readonly seconds: number;
  readonly barMet: boolean;
  readonly correct: boolean;
}

export const reconcileColumns: readonly Column<ReconcileReport>[] = [
  ['ads', ({ ads }) => ads],
  ['facts', ({ facts }) => facts],
  ['remainders', ({ remainders }) => remainders],
  ['seconds', ({ seconds }) => seconds],
  ['within the bar', ({ barMet }) => met(barMet)],
];

const ACCOUNT: AccountId = 'acc';
const FIRST_DAY = '2025-11-01' as Day;
/** Ads of a line item, and line items of a campaign. */
const CHILDREN = 5;
/** Micros by which X credits one campaign on each day. */
const CREDIT = 1_000;

/** Entities from the funding instrument down, each ad active on each day; parents have exactly what their children have. */
const addYear = async (db: Db, { ads, days }: ReconcileOptions): Promise<void> => {
  const metrics = NAMED_METRICS.join(', ');
  const checksum = NAMED_METRICS.map((name, index) => `f.${name} * ${CHECKSUM_WEIGHTS[index]}`).join(' + ');
  // Every third metric is zero, as most of X's are.
  const values = NAMED_METRICS.map((_, index) => (index % 3 === 2 ? '0' : `n * (1 + day_number % ${index + 5})`));
  const lineItems = Math.ceil(ads / CHILDREN);
  const campaigns = Math.ceil(lineItems / CHILDREN);
  const entities = `insert into importer.entities
    (account_id, level, entity_id, currency, funding_instrument_id, campaign_id, line_item_id, tweet_id, raw, observed_at)`;
  for (const sql of [
    `insert into importer.accounts (id, name, timezone, approval_status, currencies, raw, observed_at)
     values ('${ACCOUNT}', 'Bench', 'UTC', 'ACCEPTED', '{USD}', '{}', now())`,
    `${entities} values ('${ACCOUNT}', 'FUNDING_INSTRUMENT', 'f', 'USD', null, null, null, null, '{}', now())`,
    `${entities} select '${ACCOUNT}', 'CAMPAIGN', 'c' || n, 'USD', 'f', null, null, null, '{}', now()
     from generate_series(0, ${campaigns - 1}) n`,
    `${entities} select '${ACCOUNT}', 'LINE_ITEM', 'l' || n, 'USD', null, 'c' || n / ${CHILDREN}, null, null, '{}', now()
     from generate_series(0, ${lineItems - 1}) n`,
    `${entities} select '${ACCOUNT}', 'PROMOTED_TWEET', 'a' || n, null, null, null, 'l' || n / ${CHILDREN}, 't' || n, '{}', now()
     from generate_series(0, ${ads - 1}) n`,
    ...[
      ['PROMOTED_TWEET', 'a', ads, ads],
      ['LINE_ITEM', 'l', lineItems, CHILDREN],
      ['CAMPAIGN', 'c', campaigns, CHILDREN * CHILDREN],
      ['FUNDING_INSTRUMENT', 'f', 1, ads],
    ].map(
      ([level, letter, count, below]) =>
        `insert into importer.facts (account_id, level, entity_id, placement, day, receipt_id, observed_at, ${metrics}, checksum)
         select f.*, ${checksum} from (select '${ACCOUNT}', '${level}'::importer.level, '${letter}' || case '${level}' when 'FUNDING_INSTRUMENT' then '' else id::text end,
           'ALL_ON_TWITTER', date '${FIRST_DAY}' + day_number, 1, now(), ${values.join(', ')}
         from generate_series(0, ${Number(count) - 1}) id, generate_series(0, ${days - 1}) day_number,
           lateral (select case '${level}' when 'PROMOTED_TWEET' then 1
             else greatest(0, least(${ads} - id * ${below}, ${below})) end as n) as children) as f (account_id, level, entity_id,
           placement, day, receipt_id, observed_at, ${metrics})`,
    ),
    `update importer.facts set billed_charge_local_micro = billed_charge_local_micro - ${CREDIT},
       checksum = checksum - ${CREDIT} * ${CHECKSUM_WEIGHTS[NAMED_METRICS.indexOf('billed_charge_local_micro')]}
     where level = 'CAMPAIGN' and entity_id = 'c0'`,
  ])
    await db.transaction(async (tx) => {
      // A year in one statement takes longer than a statement of the importer may.
      await tx.query('set local statement_timeout = 0');
      await tx.query(sql);
    });
  await db.query('analyze');
};

/** Compares the levels of a year of one account, as `xads reconcile` does. */
export const reconcileYear = async (
  options: ReconcileOptions,
  report: (text: string) => void = () => undefined,
): Promise<ReconcileReport> => {
  const range = { from: FIRST_DAY, to: addDays(FIRST_DAY, options.days - 1) };
  using folder = throwawayFolder();
  report('Starting Postgres …');
  const postgres = await startPostgres({ dataDir: join(folder.path, 'postgres') });
  try {
    const databases = await prepareDatabases(postgres.url, range);
    return await databases.withFresh(async (db) => {
      report('Adding the year …');
      await addYear(db, options);
      report('Reconciling …');
      const started = performance.now();
      const found = await comparisons(db, OPERATOR, { accountId: ACCOUNT, range });
      const seconds = round((performance.now() - started) / 1_000, 2);
      const { rows } = await db.query<{ facts: number }>('select count(*) as facts from importer.facts');
      // The credit is seen from both sides: by the line items below, and by the funding instrument above.
      const credited = found.filter(({ metric }) => metric === 'billed_charge_local_micro');
      return {
        scenario: 'reconcile',
        machine: machine({ postgres: await postgresVersion(db) }),
        ads: options.ads,
        facts: rows[0]?.facts ?? 0,
        remainders: found.length,
        seconds,
        barMet: seconds <= RECONCILE_BAR_SECONDS,
        correct: found.length === 2 * options.days && credited.length === found.length,
      };
    });
  } finally {
    await postgres.destroy();
  }
};
