export { backfill } from './backfill.js';
export { connection } from './connection.js';
export { dailySync } from './daily-sync.js';
export { deletion } from './deletion.js';
