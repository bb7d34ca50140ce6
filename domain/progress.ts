import type { DayRange, Instant } from './calendar.js';
import type { SliceCounts } from './run.js';

/** What an import says while another holds all days that it has left to read. */
export const READ_BY_ANOTHER = 'another import has these days under way; they are joined when it ends';

export type ImportPhase = 'asking' | 'importing' | 'waiting_for_another_run' | 'naming' | 'done';

/** The progress of one import, as the Temporal UI shows it. */
export interface ImportProgress extends SliceCounts {
  readonly phase: ImportPhase;
  /** Absent until the account is read and the due days are known. */
  readonly range?: DayRange;
  /** Why the import stands still, and until when where that is known. */
  readonly hold?: { readonly reason: string; readonly until?: Instant };
}

export const noProgress: ImportProgress = {
  phase: 'asking',
  planned: 0,
  inFlight: 0,
  ready: 0,
  landed: 0,
  failed: 0,
};

/** The part that is done, 0 to 1; 0 before the slices are planned. */
export const fractionDone = ({ phase, planned, inFlight, ready, landed, failed }: ImportProgress): number => {
  if (phase === 'done') return 1;
  const all = planned + inFlight + ready + landed + failed;
  return all === 0 ? 0 : (landed + failed) / all;
};

/** One paragraph for people, in Markdown: "212 of 365 jobs landed (58 %), 100 at X, …". */
export const describeProgress = (progress: ImportProgress): string => {
  const { phase, range, planned, inFlight, ready, landed, failed, hold } = progress;
  const all = planned + inFlight + ready + landed + failed;
  const parts = [
    `**${phase.replaceAll('_', ' ')}**${range ? ` · ${range.from} to ${range.to}` : ''}`,
    `${landed} of ${all} jobs landed (${Math.floor(fractionDone(progress) * 100)} %), ${inFlight} at X, ${ready} to land, ${planned} to submit`,
  ];
  if (failed > 0) parts.push(`${failed} failed: see coverage`);
  if (hold) parts.push(`waiting: ${hold.reason}${hold.until === undefined ? '' : ` until ${hold.until}`}`);
  return parts.join('\n\n');
};
