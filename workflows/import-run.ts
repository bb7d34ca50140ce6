import type { DayRange, Instant } from '../domain/calendar.js';
import type { AccountId, ConnectionId, JobId, RunId } from '../domain/ids.js';
import type { RunKind } from '../domain/run.js';
import type { ImportPhase, ImportProgress } from '../domain/progress.js';

/** One import of a range of an account: the input of `runImport`, carried whole over continue-as-new. */
export interface ImportRun {
  readonly runId: RunId;
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly kind: RunKind;
  /** The days to import. (Default: what the grant chose, up to the last due day) */
  readonly range?: DayRange;
  readonly refetch?: boolean;
  /** The request of a manual backfill. */
  readonly requestId?: string;
  /** The time that a daily sync was due. */
  readonly nominal?: Instant;
  /** Set by continue-as-new: the run is open and planned, and imports these days. */
  readonly planned?: DayRange;
  /** The jobs of the run that X computes: Postgres knows them, unless it was restored to an earlier moment. */
  readonly jobs?: readonly JobId[];
  /** Continue as new after this many events. (Default: 3,000) */
  readonly continueAsNewEvents?: number;
}

export interface Imported {
  readonly range: DayRange | null;
  readonly landed: number;
  readonly failed: number;
  /** Why there was nothing to import. */
  readonly reason?: string;
}

/** What an import reports to the workflow that it runs in. */
export interface ImportContext {
  readonly show: (change: Partial<ImportProgress>) => void;
  readonly enter: (phase: ImportPhase) => void;
  /** X computes these jobs of the run now. */
  readonly atX: (jobs: readonly JobId[]) => void;
  /** Continues the workflow as new with this run. */
  readonly continueWith: (next: ImportRun) => Promise<never>;
}
