import type { Readable, Writable } from 'node:stream';
import { readBackup } from '../../store/backup/read.js';
import { BackupRefused } from '../../store/backup/refused.js';
import { writeBackup } from '../../store/backup/write.js';
import type { BackedUp, DatabaseRestored } from '../answers.js';
import { type Context, requireOperator } from '../context.js';
import { InvalidChoice, NotPermitted } from '../errors.js';

const WHAT = 'back up or restore the database';

/** Writes the database as it is at one moment; imports go on meanwhile. */
export const backUpDatabase = async (context: Context, out: Writable): Promise<BackedUp> => {
  requireOperator(context, WHAT);
  return writeBackup(context.db, out);
};

/** Restores a backup into an empty database, whole or not at all. */
export const restoreDatabase = async (context: Context, source: Readable): Promise<DatabaseRestored> => {
  requireOperator(context, WHAT);
  try {
    return await readBackup(context.db, source);
  } catch (error) {
    if (!(error instanceof BackupRefused)) throw error;
    const isDatabase = error.why === 'not_empty' || error.why === 'in_use';
    const Refusal = isDatabase ? NotPermitted : InvalidChoice;
    throw new Refusal(error.message, { cause: error });
  }
};
