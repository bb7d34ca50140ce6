import type { Logger } from 'pino';
import type { Db } from '../store/pool.js';
import { beatOfWorker } from '../store/worker-beat.js';

/** People are told within five seconds that no worker runs. */
const EVERY_MS = 1_000;

/** Notes every second that this worker is there, until it is disposed of. */
export const startBeat = (db: Db, log: Logger): Disposable => {
  let isUnderWay = false;
  let failed = false;
  const beat = async (): Promise<void> => {
    // While Postgres is slow or away no queue of beats is made.
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      await beatOfWorker(db);
      failed = false;
    } catch (error) {
      if (!failed) log.warn({ reason: String(error) }, 'that this worker runs could not be noted');
      failed = true;
    } finally {
      isUnderWay = false;
    }
  };
  void beat();
  const timer = setInterval(() => void beat(), EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
};
