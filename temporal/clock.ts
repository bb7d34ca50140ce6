import { randomUUID } from 'node:crypto';
import type { ConnectionLike } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';

/** Nothing is ever put on it. */
const QUEUE = 'importer-clock';
const LOOKS = 20;
/** Temporal refuses to poll for less than two seconds. */
const POLL_MS = 3_000;

const { TASK_QUEUE_TYPE_ACTIVITY: taskQueueType } = proto.temporal.api.enums.v1.TaskQueueType;

/**
 * The moment by Temporal's clock, for whatever is compared with a time that Temporal tells: its clock may differ from this
 * machine's. No answer of Temporal has the time, but it notes when a poller came: so this polls a task queue without tasks
 * and looks itself up. Undefined where Temporal does not tell.
 */
export const temporalNow = async (connection: ConnectionLike, namespace: string): Promise<Date | undefined> => {
  const identity = `clock-${randomUUID()}`;
  const taskQueue = { name: QUEUE };
  const { workflowService: service } = connection;
  const over = new AbortController();
  // Not awaited at the end: the native connection heeds no signal.
  connection
    .withAbortSignal(over.signal, () =>
      connection.withDeadline(Date.now() + POLL_MS, () =>
        service.pollActivityTaskQueue({ namespace, taskQueue, identity }),
      ),
    )
    .then(
      () => undefined,
      () => undefined,
    );
  try {
    for (let look = 0; look < LOOKS; look += 1) {
      const { pollers } = await service.describeTaskQueue({ namespace, taskQueue, taskQueueType });
      const self = (pollers ?? []).find((each) => each.identity === identity);
      const now = optionalTsToDate(self?.lastAccessTime);
      if (now !== undefined) return now;
    }
    return undefined;
  } finally {
    over.abort();
  }
};
