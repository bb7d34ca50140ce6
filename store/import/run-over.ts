import type { RunId } from '../../domain/ids.js';

/** What a run must not do any more was refused: it has ended, or Postgres does not know it. No retry helps. */
export class RunOver extends Error {
  override readonly name = 'RunOver' as const;
  readonly code: 'run_over' | 'run_unknown';

  constructor(code: RunOver['code'], runId: RunId) {
    super(
      code === 'run_over'
        ? `The import run ${runId} has ended; the next import of its days takes in what it has left.`
        : `Postgres does not know the import run ${runId}, probably because it was restored; the next import of its days takes them in.`,
    );
    this.code = code;
  }
}

/** The foreign keys that let nothing open belong to a run that has ended. */
const GUARDS: ReadonlySet<unknown> = new Set([
  'claims_end_with_their_run',
  'open_slices_end_with_their_run',
  'open_jobs_end_with_their_run',
]);

/** Did Postgres refuse to store something open of a run that has ended? */
export const isRefusedForEndedRun = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && GUARDS.has(error.constraint);
