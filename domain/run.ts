/** Why a run imports: the history that a grant chose, the account's daily sync, or a backfill that a person asked for. */
export const RUN_KINDS = ['history', 'daily', 'manual'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** `abandoned` is a run whose workflow ended without closing it. */
export const RUN_STATES = ['running', 'completed', 'cancelled', 'failed', 'abandoned'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Slices of a run by state. */
export interface SliceCounts {
  readonly planned: number;
  /** X is computing their jobs. */
  readonly inFlight: number;
  /** X has computed their jobs; the files have not landed yet. */
  readonly ready: number;
  readonly landed: number;
  readonly failed: number;
}
