import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, TransportError } from '@temporalio/worker';
import type { Logger } from 'pino';
import { storedWork } from '../store/connection/stored-connections.js';
import type { Db } from '../store/pool.js';
import { restoreWorkflows } from '../temporal/restore.js';

export interface RestoreAtStart {
  readonly db: Db;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
  readonly taskQueue: string;
  readonly log: Logger;
  /** The command that tells what is gone. */
  readonly doctor: string;
}

/**
 * Starts the workflows anew that Temporal has lost, before the worker takes work. Several workers may do it at once. What
 * fails keeps no worker from working: `xads doctor` tells what is gone.
 */
export const restoreAtStart = async (given: RestoreAtStart): Promise<void> => {
  const { db, connection, namespace, dataConverter, taskQueue, log, doctor } = given;
  const client = new Client({ connection, namespace, dataConverter });
  try {
    const started = await restoreWorkflows(client, storedWork(db), { taskQueue });
    if (started.connections.length + started.runs + started.deletions > 0)
      log.warn(started, 'Temporal had lost workflows; they are started anew from Postgres');
  } catch (error) {
    if (error instanceof TransportError) throw error;
    log.error({ reason: String(error) }, `lost workflows could not be started anew; see ${doctor}`);
  }
};
