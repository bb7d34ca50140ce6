import type { Instant, Zone } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';

/** One sync of one account. */
export interface Sync {
  readonly at: Instant;
  readonly nominal: Instant;
  readonly zone: Zone;
  /** `cut`: the token was revoked during the sync, which has read only a part of what it was to read. */
  readonly ended: 'complete' | 'cut' | 'parked';
}

export type Syncs = ReadonlyMap<AccountId, readonly Sync[]>;
