import type { DayRange } from '../../domain/calendar.js';
import type { Account } from '../../store/account/accounts.js';
import type { RunKind } from '../../domain/run.js';
import { runningRunsIn } from '../../store/import/runs.js';
import type { Context } from '../context.js';

const KINDS: Readonly<Record<RunKind, string>> = {
  history: 'the import of its history',
  daily: 'a daily sync',
  manual: 'another manual backfill',
};

/** A sentence for each account on which imports of the same days go on: their entity-days are waited for, not fetched twice. */
export const overlapNotes = async (
  { db, viewer }: Pick<Context, 'db' | 'viewer'>,
  accounts: readonly Pick<Account, 'id' | 'name'>[],
  range: DayRange,
): Promise<readonly string[]> => {
  const running = await runningRunsIn(
    db,
    viewer,
    accounts.map(({ id }) => id),
    range,
  );
  return accounts.flatMap(({ id, name }) => {
    const kinds = [...new Set(running.filter(({ accountId }) => accountId === id).map(({ kind }) => KINDS[kind]))];
    if (kinds.length === 0) return [];
    return `${name} (${id}): ${kinds.join(' and ')} of some of these days goes on; what it has under way is joined and not fetched twice.`;
  });
};
