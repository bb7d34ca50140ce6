import { type Deed, noteDeed } from '../store/people/audit.js';
import type { Queryable } from '../store/pool.js';
import type { Asker } from './asker.js';

const actorOf = (asker: Asker): { readonly actor: string; readonly actorName: string } => ({
  actor: asker.viewer.personId,
  actorName: asker.kind === 'person' ? asker.person.name : asker.apiKey.name,
});

/** Notes in the audit log what the asker has done. Within a transaction, so that no deed is without its note. */
export const note = (
  db: Queryable,
  { asker, ip }: { readonly asker: Asker; readonly ip: string },
  deed: Omit<Deed, 'workspaceId' | 'actor' | 'actorName' | 'address'>,
): Promise<void> => noteDeed(db, { ...deed, ...actorOf(asker), workspaceId: asker.workspaceId, address: ip });
