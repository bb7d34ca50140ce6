import type { CallDecision } from '../store/import/rate-limit-windows.js';

/** Our own gate holds the call back until a window of X's limits opens: nothing was sent, and nothing failed. */
export class GateClosed extends Error {
  override readonly name = 'GateClosed' as const;
  /** From the decision on; a span, because the gate's clock is Postgres', not this machine's. */
  readonly waitMs: number;
  readonly reason: string;

  constructor({ reason, until, waitMs }: Omit<Extract<CallDecision, { kind: 'wait' }>, 'kind'>) {
    super(`waiting for X's limit: ${reason}, until ${until}`);
    this.reason = reason;
    this.waitMs = waitMs;
  }
}
