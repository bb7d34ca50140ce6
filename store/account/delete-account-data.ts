import type { AccountId } from '../../domain/ids.js';
import type { Db } from '../pool.js';

/** Deletes everything that was imported of an account. Its connections, grants and runs stay. */
export const deleteAccountData = (db: Db, accountId: AccountId): Promise<void> =>
  db.transaction(async (tx) => {
    for (const table of [
      // First, so that the triggers on facts find no landed days to take out of it.
      'ledger',
      'facts',
      'fact_versions',
      'mobile_facts',
      'mobile_fact_versions',
      'jobs',
      'receipts',
      'slices',
      'asks',
      'blind_check_runs',
      'entities',
      'entity_versions',
      'entity_sightings',
      'tweets',
      'cards',
    ]) {
      await tx.query(`delete from importer.${table} where account_id = $1`, [accountId]);
    }
  });
