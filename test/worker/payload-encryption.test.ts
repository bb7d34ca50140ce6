import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, type DataConverter, rootCause } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { createDataConverter } from '../../temporal/converter.js';
import { newTaskQueues, temporalAddress } from '../support/temporal.js';
import { exportHistory } from '../workflows/history-text.js';

const workflowsPath = fileURLToPath(new URL('../support/fixtures/echo-workflow.ts', import.meta.url));

/** Runs a workflow that succeeds and one that fails, and returns their answers and the text of their histories. */
const runBoth = async (dataConverter: DataConverter) => {
  const address = temporalAddress();
  const [connection, native] = await Promise.all([
    Connection.connect({ address }),
    NativeConnection.connect({ address }),
  ]);
  const client = new Client({ connection, dataConverter });
  const taskQueue = newTaskQueues().importer;
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowsPath,
    dataConverter,
    activities: {
      tell: async (text: string): Promise<string> => {
        if (text === 'told-badly') throw ApplicationFailure.nonRetryable(`refused: ${text}`, 'Refused');
        return `heard: ${text}`;
      },
    },
  });
  const run = async (text: string): Promise<{ answer: string; history: string }> => {
    const handle = await client.workflow.start('echo', { taskQueue, workflowId: randomUUID(), args: [text] });
    const answer = await handle.result().catch((error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return rootCause(error.cause) ?? '';
    });
    return { answer: String(answer), history: (await exportHistory(handle, 'echo')).text };
  };
  const [well, badly] = await worker.runUntil(async () => await Promise.all([run('told-well'), run('told-badly')]));
  await Promise.all([connection.close(), native.close()]);
  return { well, badly };
};

it('leaves nothing readable in a history under PAYLOAD_KEY but the type of a failure', async () => {
  const { well, badly } = await runBoth(createDataConverter([randomBytes(32)]));
  expect(well.answer).toBe('heard: told-well');
  expect(well.history).not.toContain('told-well');
  expect(badly.answer).toBe('refused: told-badly');
  expect(badly.history).not.toContain('told-badly');
  expect(badly.history).toContain('Refused');
});

it('can be read without PAYLOAD_KEY: the search above would find it', async () => {
  const { well, badly } = await runBoth(createDataConverter([]));
  expect(well.history).toContain('told-well');
  expect(badly.history).toContain('told-badly');
});
