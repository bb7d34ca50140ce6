import type { CallDecision, Gate } from '../store/import/rate-limit-windows.js';

/** Takes calls from a window: as many as are wanted, or fewer, or none and until when to wait. */
type Take = (gate: Gate, want: number) => Promise<CallDecision>;

interface Queue {
  readonly gate: Gate;
  /** Each stands for one call. */
  readonly callers: { readonly resolve: (decision: CallDecision) => void; readonly reject: (error: unknown) => void }[];
}

/**
 * Takes calls one by one for whoever asks, and from the window together: what is asked while a transaction on the same
 * window is under way shares the next one. The calls of one list, or of one survey, would otherwise queue for the lock of
 * one row, each with a commit of its own. For one caller only: all that go together rank alike.
 */
export const takeTogether = (take: Take): ((gate: Gate) => Promise<CallDecision>) => {
  const queues = new Map<string, Queue>();

  const serve = async (key: string, { gate, callers }: Queue): Promise<void> => {
    // What is asked in the same turn of the event loop shares the first transaction, too.
    await new Promise(setImmediate);
    while (callers.length > 0) {
      const asking = callers.splice(0);
      try {
        const decision = await take(gate, asking.length);
        const granted = decision.kind === 'go' ? decision.granted : asking.length;
        for (const { resolve } of asking.splice(0, granted)) resolve(decision);
        // For these the window says something else now, or at least until when to wait.
        callers.unshift(...asking);
      } catch (error) {
        for (const { reject } of asking) reject(error);
      }
    }
    queues.delete(key);
  };

  return (gate) =>
    new Promise((resolve, reject) => {
      const key = `${gate.scope} ${gate.family}`;
      const queue = queues.get(key) ?? { gate, callers: [] };
      queue.callers.push({ resolve, reject });
      if (queues.has(key)) return;
      queues.set(key, queue);
      void serve(key, queue);
    });
};
