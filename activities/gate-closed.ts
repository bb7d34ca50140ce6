/** Our own gate holds the call back until a window of X's limits opens: nothing was sent, and nothing failed. */
export class GateClosed extends Error {
  override readonly name = 'GateClosed' as const;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly reason: string;

  constructor(reason: string, until: number) {
    super(`waiting for X's limit: ${reason}, until ${new Date(until).toISOString()}`);
    this.reason = reason;
    this.until = until;
  }
}
