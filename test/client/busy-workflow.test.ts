import { randomUUID } from 'node:crypto';
import { ServiceError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openImporter } from '../../client/index.js';
import { callTemporal } from '../../client/temporal.js';
import { connectionWorkflowId, IMPORTER_QUEUE, workflowTypes } from '../../domain/ids.js';
import { createConnection } from '../../store/connection/connections.js';
import { type Installation, startInstallation } from './support/installation.js';

let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation({ accounts: 1 });
});
afterAll(async () => {
  await installation?.[Symbol.asyncDispose]();
});

test('a choice at a workflow whose step fails is refused in our words, when the timeout is over', async () => {
  const { db, temporal } = installation.opened;
  const id = randomUUID();
  await createConnection(db, { id, displayName: 'Failing', createdBy: 'test' });
  // Without its input the workflow cannot begin: Temporal repeats its first task for ever.
  const taskQueue = IMPORTER_QUEUE;
  await temporal.workflow.start(workflowTypes.connection, {
    workflowId: connectionWorkflowId(id),
    taskQueue,
    args: [],
  });
  await using importer = await openImporter(installation.config, { workerTimeout: 3_000 });
  const refused = importer.choose(id).catch((error: unknown) => error);
  expect(await refused).toMatchObject({
    code: 'worker_not_answering',
    message: expect.stringContaining('request to look at the connection') as string,
  });
  expect(String(await refused)).not.toContain('Failed to query');
  await temporal.workflow.getHandle(connectionWorkflowId(id)).terminate('a test');
});

test.each([
  ['the server', 1, 'CANCELLED'],
  ['the client', 4, 'DEADLINE_EXCEEDED'],
])('a call that %s ends at the timeout is no server that is away', async (_, code, word) => {
  const { temporal } = installation.opened;
  const cause = Object.assign(new Error(`${code} ${word}`), { code, details: '', metadata: {} });
  const refused = callTemporal({ temporal, workerTimeout: 20_000 }, 'look at the connection', () =>
    Promise.reject(new ServiceError('Failed to query Workflow', { cause })),
  );
  await expect(refused).rejects.toMatchObject({ code: 'worker_not_answering' });
});

test('a workflow that cannot answer yet is called again within the timeout', async () => {
  const { temporal } = installation.opened;
  const busy = Object.assign(new Error('9 FAILED_PRECONDITION: workflow task in failed state'), {
    code: 9,
    details: '',
    metadata: {},
  });
  let calls = 0;
  const answer = callTemporal({ temporal, workerTimeout: 20_000 }, 'look at the connection', () => {
    calls += 1;
    return calls < 3
      ? Promise.reject(new ServiceError('Failed to query Workflow', { cause: busy }))
      : Promise.resolve('there');
  });
  expect(await answer).toBe('there');
  expect(calls).toBe(3);
});
