import type { CallDecision, Gate } from '../store/import/rate-limit-windows.js';

/** Takes up to `want` calls from a window; none when it must wait. */
type Take = (gate: Gate, want: number) => Promise<CallDecision>;

interface Queue {
  readonly gate: Gate;
  /** One for each call. */
  readonly callers: { readonly resolve: (decision: CallDecision) => void; readonly reject: (error: unknown) => void }[];
}

/**
 * Batches the calls of one caller: those that ask while a transaction on the same window is open share the next one. The
 * concurrent calls of a survey would otherwise queue for the lock of one row, each with a commit of its own. For one
 * caller only, because a batch has one call class.
 */
export const takeTogether = (take: Take): ((gate: Gate) => Promise<CallDecision>) => {
  const queues = new Map<string, Queue>();

  const serve = async (key: string, { gate, callers }: Queue): Promise<void> => {
    // Calls of the same turn of the event loop share the first transaction, too.
    await new Promise(setImmediate);
    while (callers.length > 0) {
      const batch = callers.splice(0);
      try {
        const decision = await take(gate, batch.length);
        const granted = decision.kind === 'go' ? decision.granted : batch.length;
        for (const { resolve } of batch.splice(0, granted)) resolve(decision);
        // The rest asks again: the window has fewer calls now, or returns until when to wait.
        callers.unshift(...batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
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
