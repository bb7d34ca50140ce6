import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NAMED_METRICS } from '../../domain/metrics.js';
import { CHECKSUM_WEIGHTS } from '../../store/facts/checksum.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { addAccounts, addRun, openStore, type TestStore } from './database.js';
import { day, land, storedFacts, type File } from './landing.js';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'acc');
  await ensurePartitions(store.db, day('2026-01-01'), day('2026-02-28'));
});
afterAll(() => store[Symbol.asyncDispose]());

const IDS = ['ad1', 'ad2', 'ad3'];
const DAYS = ['2026-01-30', '2026-01-31', '2026-02-01', '2026-02-02'];

interface Plan {
  readonly rank: number;
  readonly ids: readonly string[];
  readonly from: number;
  readonly length: number;
  readonly values: readonly number[];
}

const toFile = ({ rank, ids, from, length, values }: Plan, index: number): File => {
  const to = Math.min(from + length, DAYS.length) - 1;
  const count = to - from + 1;
  return {
    job: `${index}`,
    observedAt: `2026-03-${String(rank).padStart(2, '0')}T00:00:00Z`,
    from: DAYS[from] ?? '',
    to: DAYS[to] ?? '',
    metrics: Object.fromEntries(
      ids.map((id, i) => [
        id,
        { impressions: Array.from({ length: count }, (_, d) => values[(i + d) % values.length] ?? 0) },
      ]),
    ),
  };
};

/** What must be stored: for each cell the value of the file that X computed last, whenever it landed. */
const truth = (files: readonly File[]): Readonly<Record<string, number>> => {
  const cells = new Map<string, { readonly at: string; readonly value: number }>();
  for (const { observedAt, from, metrics } of files) {
    for (const [id, { impressions }] of Object.entries(metrics)) {
      impressions?.forEach((value, d) => {
        const key = `${id} ${DAYS[DAYS.indexOf(from ?? '') + d]}`;
        const known = cells.get(key);
        if (known === undefined || known.at < observedAt) cells.set(key, { at: observedAt, value });
      });
    }
  }
  return Object.fromEntries([...cells].flatMap(([key, { value }]) => (value === 0 ? [] : [[key, value] as const])));
};

test('whatever lands in whatever order, stored is what X computed last, and every row read is accounted for', async () => {
  const plan = fc.record({
    rank: fc.constant(0),
    ids: fc.subarray(IDS, { minLength: 1 }),
    from: fc.integer({ min: 0, max: 3 }),
    length: fc.integer({ min: 1, max: 4 }),
    values: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 }),
  });
  const plans = fc.array(plan, { minLength: 1, maxLength: 8 }).chain((all) =>
    fc
      .shuffledSubarray(
        all.map((_, i) => i + 1),
        { minLength: all.length },
      )
      .map((ranks) => all.map((one, i) => ({ ...one, rank: ranks[i] ?? 1 }))),
  );
  await fc.assert(
    fc.asyncProperty(plans, async (all) => {
      await store.db.query('truncate importer.facts, importer.fact_versions');
      await store.db.query('delete from importer.ledger');
      await store.db.query('delete from importer.receipts');
      const runId = await addRun(store.db, 'acc');
      const files = all.map(toFile);
      for (const file of files) {
        const result = await land(store.db, 'acc', runId, file);
        expect(result.kind).toBe('landed');
      }
      const facts = (await storedFacts(store.db)).filter(({ impressions }) => impressions !== 0);
      expect(
        Object.fromEntries(facts.map(({ entity, day, impressions }) => [`${entity} ${day}`, impressions] as const)),
      ).toEqual(truth(files));
      // Validity never overlaps: each version ends where a later one, or the stored number, begins.
      const { rows } = await store.db.query(
        `select 1 from importer.fact_versions v join importer.facts f using (account_id, level, entity_id, placement, day)
         where v.superseded_at > f.observed_at or v.observed_at >= v.superseded_at`,
      );
      expect(rows).toEqual([]);
      const sum = NAMED_METRICS.map((name, i) => `${name} * ${CHECKSUM_WEIGHTS[i]}`).join(' + ');
      const { rows: wrong } = await store.db.query(
        `select 1 from importer.facts where checksum is distinct from ${sum}
         union all select 1 from importer.fact_versions where checksum is distinct from ${sum}`,
      );
      expect(wrong).toEqual([]);
      // A late twin changes nothing at all.
      const [last] = files;
      if (last !== undefined) expect((await land(store.db, 'acc', runId, last)).kind).toBe('already_landed');
    }),
    { numRuns: 40 },
  );
});
