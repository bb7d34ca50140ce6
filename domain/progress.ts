import type { DayRange, Instant } from './calendar.js';

export type ImportPhase = 'asking' | 'importing' | 'waiting_for_another_run' | 'naming' | 'done';

/** Where one import stands, as the Temporal UI, the command line and the console show it. */
export interface Progress {
  readonly phase: ImportPhase;
  /** Known once the account told which days are due. */
  readonly range?: DayRange;
  /** Slices of this run by what became of them. */
  readonly planned: number;
  readonly inFlight: number;
  readonly ready: number;
  readonly landed: number;
  readonly failed: number;
  /** Why it waits, and until when, if it waits. */
  readonly wait?: { readonly reason: string; readonly until?: Instant };
}

export const noProgress: Progress = {
  phase: 'asking',
  planned: 0,
  inFlight: 0,
  ready: 0,
  landed: 0,
  failed: 0,
};

/** How much is done, 0 to 1; before planning nothing is known, so 0. */
export const fraction = ({ phase, planned, inFlight, ready, landed, failed }: Progress): number => {
  if (phase === 'done') return 1;
  const all = planned + inFlight + ready + landed + failed;
  return all === 0 ? 0 : (landed + failed) / all;
};

/** One paragraph for people: "212 of 365 slices landed, 100 jobs at X · waiting for …". */
export const describe = (p: Progress): string => {
  const all = p.planned + p.inFlight + p.ready + p.landed + p.failed;
  const parts = [
    `**${p.phase.replaceAll('_', ' ')}**${p.range ? ` · ${p.range.from} to ${p.range.to}` : ''}`,
    `${p.landed} of ${all} slices landed (${Math.floor(fraction(p) * 100)} %), ${p.inFlight} at X, ${p.ready} to land, ${p.planned} to submit`,
  ];
  if (p.failed > 0) parts.push(`${p.failed} failed: see coverage`);
  if (p.wait) parts.push(`waiting: ${p.wait.reason}${p.wait.until === undefined ? '' : ` until ${p.wait.until}`}`);
  return parts.join('\n\n');
};
