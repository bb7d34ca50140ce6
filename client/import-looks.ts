import type { AccountId, ConnectionId } from '../domain/ids.js';
import type { Hold } from './shapes.js';

/** An import as Temporal sees it. */
export interface SeenImport {
  readonly workflowId: string;
  readonly accountId?: AccountId;
  readonly phase?: string;
  /** Why it stands still. */
  readonly hold?: Hold;
  /** Nothing is in the way: X is computing. */
  readonly atX?: Hold;
  /** It has opened its run, so Postgres knows it. */
  readonly begun: boolean;
}

/** What Temporal knows of a connection and its imports; `undefined` while it does not answer. */
export type ImportLook =
  | { readonly imports: readonly SeenImport[]; /** It has lost the connection's workflow. */ readonly gone: boolean }
  | undefined;

export interface ImportLooks {
  /** The last look at the connection, if it is recent or still under way, else a new one. */
  read(id: ConnectionId, look: () => Promise<ImportLook>): Promise<ImportLook>;
  /** The next read looks anew: the connection has been asked for something. */
  forget(id: ConnectionId): void;
}

/** A look costs up to forty calls to Temporal, so all who ask for the status of a connection share one for this long. */
const SHARED_MS = 5_000;

/** Looks at Temporal that are shared by all callers of an importer, one per connection. */
export const createImportLooks = (now: () => number = () => performance.now()): ImportLooks => {
  const looks = new Map<ConnectionId, { readonly at: number; readonly look: Promise<ImportLook> }>();
  return {
    read: (id, look) => {
      const last = looks.get(id);
      if (last !== undefined && now() - last.at < SHARED_MS) return last.look;
      for (const [other, { at }] of looks) if (now() - at >= SHARED_MS) looks.delete(other);
      const next = { at: now(), look: look() };
      looks.set(id, next);
      // A look that failed is nobody else's answer.
      next.look.catch(() => {
        if (looks.get(id) === next) looks.delete(id);
      });
      return next.look;
    },
    forget: (id) => {
      looks.delete(id);
    },
  };
};
