import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';
import { workflowsPath } from '../../worker/create.js';
import '../support/quiet-runtime.js';
import { readRecordings } from './recordings.js';

/*
 * Workflows that are running when a new version comes must replay under it. A failure here means that they would not:
 * see the procedure in `test/fingerprints.test.ts`.
 */

/** Fails on a module that must not be part of a workflow. */
let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}, 60_000);

const replay = async (history: unknown): Promise<void> => {
  await Worker.runReplayHistory({ workflowBundle }, historyFromJSON(history));
};

const recordings = readRecordings();

test('every shape that a workflow has had is recorded', () => {
  const shapes = recordings.map(({ shape }) => shape);
  for (const shape of [
    'backfill',
    'backfill-cancelled',
    'backfill-continuation',
    'backfill-continued',
    'connection',
    'connection-continuation',
    'connection-continued',
    'connection-denied',
    'connection-paused',
    'daily-sync',
    'deletion',
  ])
    expect(shapes).toContain(shape);
});

test.each(recordings)('the recorded "$shape" replays under the present code', async ({ history }) => {
  await replay(history);
});

interface Event {
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { name: string } };
}

const changed = (shape: string, change: (events: Event[]) => Event[]): unknown => {
  const found = recordings.find((recording) => recording.shape === shape);
  const history = structuredClone(found?.history) as { events: Event[] };
  return { ...history, events: change(history.events) };
};

describe('a history that the code would not have written is refused:', () => {
  test.each(['connection', 'backfill', 'daily-sync', 'deletion'])('another order of commands in %s', async (shape) => {
    const history = changed(shape, (events) => {
      const scheduled = events.find((event) => event.activityTaskScheduledEventAttributes);
      if (!scheduled?.activityTaskScheduledEventAttributes) throw new Error(`${shape} has no activity`);
      scheduled.activityTaskScheduledEventAttributes.activityType.name = 'anotherActivity';
      return events;
    });
    await expect(replay(history)).rejects.toThrow(/[Nn]ondeterminism|\[TMPRL1100\]/);
  });
});
