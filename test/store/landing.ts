import { countDays } from '../../domain/day-ranges.js';
import { addDays, type Day } from '../../domain/calendar.js';
import type { AccountId, EntityId, RunId } from '../../domain/ids.js';
import type { MetricSet } from '../../domain/levels.js';
import { factSeries } from '../../domain/metrics.js';
import { landFacts, type Landing, type LandResult } from '../../store/facts/facts.js';
import type { Db } from '../../store/pool.js';

export const day = (text: string): Day => text as Day;

export interface File {
  readonly job: string;
  readonly observedAt: string;
  readonly from?: string;
  readonly to?: string;
  readonly metricSet?: MetricSet;
  readonly metrics: Readonly<Record<EntityId, Readonly<Record<string, readonly number[] | null>>>>;
}

export const landingOf = (accountId: AccountId, runId: RunId, file: File): Landing => {
  const firstDay = day(file.from ?? '2026-01-30');
  const lastDay = day(file.to ?? '2026-02-02');
  const days = Array.from({ length: countDays({ from: firstDay, to: lastDay }) }, (_, i) => addDays(firstDay, i));
  return {
    accountId,
    level: 'PROMOTED_TWEET',
    placement: 'ALL_ON_TWITTER',
    metricSet: file.metricSet ?? 'standard',
    firstDay,
    lastDay,
    series: factSeries(
      Object.entries(file.metrics).map(([id, metrics]) => ({ id, metrics })),
      days,
    ),
    source: {
      runId,
      workflowId: `import/${runId}`,
      sliceId: null,
      xJobId: file.job,
      request: { entity: 'PROMOTED_TWEET' },
      responseSha256: 'abc',
      responseBytes: 1,
      observedAt: file.observedAt,
    },
  };
};

/** Lands a file and records it in the ledger, as one transaction, the way the activity does. */
export const land = (db: Db, accountId: AccountId, runId: RunId, file: File): Promise<LandResult> =>
  db.transaction(async (client) => {
    const landing = landingOf(accountId, runId, file);
    const result = await landFacts(client, landing);
    if (result.kind === 'landed') {
      await client.query(
        `insert into importer.ledger (account_id, level, entity_id, placement, metric_set, days, state, run_id,
           receipt_id, observed_at)
         select $1, 'PROMOTED_TWEET', id, 'ALL_ON_TWITTER', $2, daterange($3, $4, '[]'), 'landed', $5, $6, $7
         from unnest($8::text[]) as id`,
        [
          accountId,
          landing.metricSet,
          landing.firstDay,
          landing.lastDay,
          runId,
          result.receiptId,
          file.observedAt,
          Object.keys(file.metrics),
        ],
      );
    }
    return result;
  });

export interface StoredFact {
  readonly entity: EntityId;
  readonly day: Day;
  readonly impressions: number;
  readonly cost: number;
  readonly more: Readonly<Record<string, number>> | null;
}

export const storedFacts = async (db: Db, table = 'facts'): Promise<readonly StoredFact[]> => {
  const { rows } = await db.query<StoredFact>(
    `select entity_id as entity, day, impressions, billed_charge_local_micro as cost, more
     from importer.${table} order by entity_id, day`,
  );
  return rows;
};
