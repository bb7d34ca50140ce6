import { rmSync } from 'node:fs';
import { sealedCredentials } from '../store/connection/credentials.js';
import { createPool } from '../store/pool.js';
import type { Disposals } from './disposals.js';

/** A start that fails before the key was checked leaves none behind. Returns what keeps it. */
export const removeUnlessKept = (newKey: string | undefined, disposals: Disposals): (() => void) => {
  let isKept = newKey === undefined;
  disposals.add(async () => {
    if (!isKept && newKey !== undefined) rmSync(newKey, { force: true });
  });
  return () => void (isKept = true);
};

/**
 * A key that was made at this start opens nothing that an earlier one has sealed.
 * @throws {Error} where credentials are sealed already
 */
export const refuseLostKey = async (databaseUrl: string, newKey: string): Promise<void> => {
  await using db = createPool(databaseUrl, { max: 1 });
  const sealed = await sealedCredentials(db);
  if (sealed === 0) return;
  throw new Error(
    `${newKey} is gone, and ${sealed} sealed credential${sealed === 1 ? '' : 's'} cannot be opened without it.
Put it back from a backup. If it is lost, make a new one, start again, and sign every X user in again with xads connect:
  (umask 077; openssl rand -base64 32 > ${newKey})`,
  );
};
