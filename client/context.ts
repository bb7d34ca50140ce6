import type { Client } from '@temporalio/client';
import { meant, type Phase } from '../domain/connection.js';
import type { ConnectionId } from '../domain/ids.js';
import type { NextStep } from '../domain/next-step.js';
import type { Viewer } from '../domain/viewer.js';
import type { ConnectionRow } from '../store/connection/connections.js';
import { getVisibleConnection, listConnections } from '../store/connection/connections.js';
import type { Db } from '../store/pool.js';
import type { Sealer } from '../store/secrets.js';
import { type AccountListings, createAccountListings } from './account-listings.js';
import { createDayCounts, type DayCounts } from './day-counts.js';
import { NotPermitted, UnknownConnection } from './errors.js';
import { createImportLooks, type ImportLooks } from './import-looks.js';
import { createPartLooks, type PartLooks } from './part-looks.js';

/** What importers of one process share, so that many who look at the same connection cost as much as one. */
export interface SharedReads {
  /** Looks at Temporal, shared by all who ask for a status. */
  readonly looks: ImportLooks;
  /** Counts of the days of accounts that are under way. */
  readonly dayCounts: DayCounts;
  /** Looks at Temporal and the workers. */
  readonly partLooks: PartLooks;
  /** Asks X anew for the accounts that somebody may choose. */
  readonly listings: AccountListings;
}

export const createSharedReads = (): SharedReads => ({
  looks: createImportLooks(),
  dayCounts: createDayCounts(),
  partLooks: createPartLooks(),
  listings: createAccountListings(),
});

export interface ImporterOptions {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly temporal: Client;
  /** `X_API_URL`: where the person allows the importer to read. (Default: X's host) */
  readonly xApiUrl?: string | undefined;
  /** Where X sends the person back to, unless a sign-in names another. (Default: the loopback callback on port 8788) */
  readonly callbackUrl?: string | undefined;
  /** Where people reach the console. (Default: this machine, port 8080) */
  readonly publicUrl?: string | undefined;
  /** Who is looking; what they may not see does not exist for them. (Default: the operator, who sees all) */
  readonly viewer?: Viewer | undefined;
  /** Who is acting: the owner of the connections that are made. (Default: the member who is looking; else `xads`) */
  readonly actor?: string | undefined;
  /** Of the connections that are made. (Default: the member's workspace; else the default workspace) */
  readonly workspaceId?: string | undefined;
  /** (Default: `importer`) */
  readonly taskQueue?: string | undefined;
  /** How long a worker may take to answer an update, in milliseconds. (Default: 20,000) */
  readonly workerTimeout?: number | undefined;
  /** (Default: its own) */
  readonly shared?: SharedReads | undefined;
  /** (Default: this machine's clock) */
  readonly now?: (() => Date) | undefined;
  /** Run by `close`. (Default: nothing) */
  readonly onClose?: (() => Promise<void>) | undefined;
}

/** What every part of the façade works with. */
export interface Context extends SharedReads {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly temporal: Client;
  readonly xApiUrl: string;
  readonly callbackUrl: string;
  readonly publicUrl: string;
  readonly viewer: Viewer;
  readonly actor: string;
  readonly workspaceId: string;
  readonly taskQueue: string;
  readonly workerTimeout: number;
  now(): Date;
}

/** @throws `NotPermitted` for a member; `what` completes "Only the operator may". */
export const requireOperator = ({ viewer }: Pick<Context, 'viewer'>, what: string): void => {
  if (viewer.kind !== 'operator') throw new NotPermitted(`Only the operator may ${what}.`);
};

const LIST: NextStep = { action: 'list_connections', text: 'List the connections.' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The connection with this id, if the viewer sees it: another one is answered like one that does not exist. */
export const requireConnection = async (
  { db, viewer }: Pick<Context, 'db' | 'viewer'>,
  id: string,
): Promise<ConnectionRow> => {
  const row = UUID.test(id) ? await getVisibleConnection(db, viewer, id) : undefined;
  if (row === undefined) {
    throw new UnknownConnection(`There is no connection ${id}.`, { nextStep: LIST });
  }
  return row;
};

/**
 * The one connection that a text names: its id, the beginning of one, or its name; without a text the only one there is. One
 * that is disconnected answers to its id only.
 */
export const pickConnection = <
  T extends { readonly id: ConnectionId; readonly displayName: string; readonly phase: Phase },
>(
  all: readonly T[],
  text: string | undefined,
): T => {
  if (text === undefined) {
    const some = meant(all);
    const [only, ...others] = some;
    if (only === undefined) {
      throw new UnknownConnection('There is no connection yet.', {
        nextStep: { action: 'connect', text: 'Make one.' },
      });
    }
    if (others.length === 0) return only;
    throw new UnknownConnection(`There are ${some.length} connections; say which one.`, {
      nextStep: {
        action: 'retry',
        text: `Give the beginning of its id: ${some.map((row) => `${row.id.slice(0, 8)} (${row.displayName})`).join(', ')}.`,
      },
    });
  }
  const wanted = text.toLowerCase();
  const exact = all.filter((row) => row.id === wanted);
  const live = all.filter(
    (row) => row.phase !== 'disconnected' && (row.id.startsWith(wanted) || row.displayName === text),
  );
  const ended = all.filter((row) => row.phase === 'disconnected' && row.id.startsWith(wanted));
  const matches = [exact, live].find((some) => some.length > 0) ?? ended;
  const [match, ...others] = matches;
  if (match === undefined) {
    throw new UnknownConnection(`There is no connection ${text}.`, { nextStep: LIST });
  }
  if (others.length > 0) {
    throw new UnknownConnection(`${matches.length} connections fit "${text}"; say which one.`, {
      nextStep: { action: 'retry', text: `Give more of its id: ${matches.map((row) => row.id).join(', ')}.` },
    });
  }
  return match;
};

export const findConnection = async (
  { db, viewer }: Pick<Context, 'db' | 'viewer'>,
  text: string | undefined,
): Promise<ConnectionRow> => pickConnection(await listConnections(db, viewer, { withDisconnected: true }), text);
