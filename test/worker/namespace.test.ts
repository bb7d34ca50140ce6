import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { expect, it } from 'vitest';
import { missingSearchAttributes, prepareNamespace } from '../../temporal/namespace.js';
import { temporalAddress } from '../support/temporal.js';

const retentionOf = async (connection: Connection, namespace: string): Promise<number> => {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
};

it('prepares a namespace once, and again without changing anything', async () => {
  const connection = await Connection.connect({ address: temporalAddress() });
  const namespace = `test-${randomUUID()}`;
  await prepareNamespace(connection, namespace, 7);
  await expect.poll(async () => await missingSearchAttributes(connection, namespace)).toEqual([]);
  await prepareNamespace(connection, namespace, 7);
  expect(await retentionOf(connection, namespace)).toBe(7);
  await connection.close();
});

it('never shortens a retention that somebody chose', async () => {
  const connection = await Connection.connect({ address: temporalAddress() });
  const namespace = `test-${randomUUID()}`;
  await prepareNamespace(connection, namespace, 20);
  await prepareNamespace(connection, namespace, 3);
  expect(await retentionOf(connection, namespace)).toBe(20);
  await connection.close();
});
