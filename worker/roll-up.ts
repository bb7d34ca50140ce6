import type { Logger } from 'pino';
import { monthsToRollUp, rollUp } from '../store/facts/roll-up.js';
import type { Db } from '../store/pool.js';

/** Until a month is rolled up, questions about it take longer; nothing else waits for it. */
const EVERY_MS = 5_000;

/** Rolls up what has landed, a month of an account at a time, until it is disposed of. */
export const startRollUp = (db: Db, log: Logger): Disposable => {
  let isUnderWay = false;
  let failed = false;
  let isOver = false;
  const turn = async (): Promise<void> => {
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      for (const month of await monthsToRollUp(db)) {
        if (isOver) return;
        await rollUp(db, month);
      }
      failed = false;
    } catch (error) {
      if (!failed) log.warn({ reason: String(error) }, 'what has landed could not be rolled up; trying again');
      failed = true;
    } finally {
      isUnderWay = false;
    }
  };
  const timer = setInterval(() => void turn(), EVERY_MS);
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      clearInterval(timer);
    },
  };
};
