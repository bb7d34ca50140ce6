export { backfill } from './backfill.js';
export { connection } from './connection.js';
export { importRange } from './import-range.js';
