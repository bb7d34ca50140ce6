import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { inject } from 'vitest';
import { xAdsQueueOf } from '../../domain/ids.js';
import { prepareNamespace } from '../../temporal/namespace.js';
import { WAIT_MS } from './until.js';

/** `127.0.0.1:<port>` of the run's Temporal server; its namespace `default` knows our search attributes. */
export const temporalAddress = (): string => inject('temporalAddress');

/** The workflows, bundled once for the run. */
export const workflowBundle = (): { readonly codePath: string } => ({ codePath: inject('workflowBundle') });

/** A pair of task queues that no other test's worker serves. */
export const newTaskQueues = (): { readonly importer: string; readonly xAds: string } => {
  const id = randomUUID().slice(0, 8);
  const importer = `importer-${id}`;
  return { importer, xAds: xAdsQueueOf(importer) };
};

/** A namespace as a server of one's own has it: without our search attributes. */
export const bareNamespace = async (): Promise<string> => {
  const connection = await Connection.connect({ address: temporalAddress() });
  const namespace = `test-${randomUUID()}`;
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
  } finally {
    await connection.close();
  }
  return namespace;
};

/** A namespace of one's own, for tests that list workflows or use fixed workflow ids. */
export const newNamespace = async (): Promise<string> => {
  const connection = await Connection.connect({ address: temporalAddress() });
  const namespace = `test-${randomUUID()}`;
  try {
    await prepareNamespace(connection, namespace, 1);
    await untilUsable(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
  return namespace;
};

/** The server's caches learn of a new namespace a moment later. */
const untilUsable = async (client: Client): Promise<void> => {
  const giveUp = Date.now() + WAIT_MS;
  for (;;) {
    try {
      await client.workflow.count(`ConnectionId = 'none'`);
      return;
    } catch (error) {
      if (Date.now() > giveUp) throw error;
      await sleep(100);
    }
  }
};

/** A client of the run's server; close its connection when the test ends. */
export const connectTemporal = async (namespace = 'default'): Promise<Client> => {
  const connection = await Connection.connect({ address: temporalAddress() });
  return new Client({ connection, namespace });
};
