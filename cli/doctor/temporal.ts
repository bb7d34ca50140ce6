import proto from '@temporalio/proto';
import pLimit from 'p-limit';
import type { Opened } from '../../client/open.js';
import { ADD_PAYLOAD_KEY, missingPayloadKey } from '../../client/payload-keys.js';
import { OPERATOR } from '../../domain/viewer.js';
import { listConnections } from '../../store/connection/connections.js';
import { temporalNow } from '../../temporal/clock.js';
import { missingSearchAttributes } from '../../temporal/namespace.js';
import { liveConnections } from '../../store/connection/stored-connections.js';
import { isOpenWorkflow } from '../../temporal/restore.js';
import { connectionWorkflowId, IMPORTER_QUEUE, xAdsQueueOf } from '../../domain/ids.js';
import { EXIT } from '../exit-codes.js';
import { callTemporal } from '../../client/temporal.js';
import { type DoctorCheck, runCheck, failed, ok, step } from './check.js';

const { TASK_QUEUE_TYPE_WORKFLOW: WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY: ACTIVITY } =
  proto.temporal.api.enums.v1.TaskQueueType;
/** A poller that has polled within this time is alive: polls are renewed every minute. */
const ALIVE_MS = 90_000;
const TIMEOUT_MS = 8_000;

const livePollers = async (
  { connection, temporal }: Opened,
  queue: string,
  taskQueueType: proto.temporal.api.enums.v1.TaskQueueType,
  since: number,
): Promise<number> => {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace: temporal.options.namespace,
    taskQueue: { name: queue },
    taskQueueType,
  });
  return (pollers ?? []).filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > since).length;
};

const workers = async (opened: Opened): Promise<readonly DoctorCheck[]> => {
  const wanted = [
    { queue: IMPORTER_QUEUE, type: WORKFLOW, what: 'workflows' },
    { queue: IMPORTER_QUEUE, type: ACTIVITY, what: 'activities' },
    { queue: xAdsQueueOf(IMPORTER_QUEUE), type: ACTIVITY, what: 'activities' },
  ] as const;
  const { connection, temporal } = opened;
  // Where Temporal does not tell its time, a poller counts as long as Temporal remembers it.
  const now = await temporalNow(connection, temporal.options.namespace);
  const since = now === undefined ? 0 : now.getTime() - ALIVE_MS;
  return Promise.all(
    wanted.map(async ({ queue, type, what }) => {
      const name = `worker on ${queue} (${what})`;
      const pollers = await livePollers(opened, queue, type, since);
      return pollers > 0
        ? ok(name, `${pollers} polling`)
        : failed(name, 'nobody polls this task queue', EXIT.unreachable, step('start_worker', 'Start a worker.'));
    }),
  );
};

/** Connections looked at, and how many at once: they are sealed at different times, by different keys. */
const MOST = 200;
const AT_ONCE = 10;

const payloadKeys = async ({ db, temporal }: Opened): Promise<readonly DoctorCheck[]> => {
  const limit = pLimit(AT_ONCE);
  const connections = (await listConnections(db, OPERATOR)).slice(0, MOST);
  const missing = await Promise.all(connections.map(({ id }) => limit(() => missingPayloadKey(temporal, id))));
  const keys = new Map<string, number>();
  for (const key of missing) if (key !== undefined) keys.set(key, (keys.get(key) ?? 0) + 1);
  return [...keys].map(([key, count]) =>
    failed(
      'payload key',
      `${count} connection${count === 1 ? ' is' : 's are'} sealed with the key ${key}, which PAYLOAD_KEY does not hold`,
      EXIT.usage,
      ADD_PAYLOAD_KEY,
    ),
  );
};

/** Connections whose workflow Temporal has lost: nothing is imported for them. */
const connectionsOf = async ({ db, temporal }: Opened): Promise<readonly DoctorCheck[]> => {
  const limit = pLimit(AT_ONCE);
  const live = (await liveConnections(db)).filter(({ phase }) => phase !== 'authorizing');
  const open = await Promise.all(live.map(({ id }) => limit(() => isOpenWorkflow(temporal, connectionWorkflowId(id)))));
  const gone = open.filter((is) => !is).length;
  if (live.length === 0) return [];
  if (gone === 0) return [ok('connections', `${live.length} in Temporal`)];
  const text = 'Start their workflows anew; nobody has to sign in again, and nothing is fetched twice.';
  const detail = `of ${live.length}, the workflows of ${gone} are gone from Temporal; nothing is imported for them`;
  return [failed('connections', detail, EXIT.needsPerson, step('restore', text))];
};

/** Is Temporal there, does it know our search attributes and our connections, and does a worker listen? */
export const checkTemporal = async (opened: Opened): Promise<readonly DoctorCheck[]> => {
  const { connection, temporal } = opened;
  const { namespace } = temporal.options;
  const soon = <T>(call: () => Promise<T>): Promise<T> =>
    callTemporal({ temporal, workerTimeout: TIMEOUT_MS }, 'look at Temporal', call);
  const there = await runCheck('Temporal', async () => {
    await soon(() => connection.workflowService.describeNamespace({ namespace }));
    return ok('Temporal', `namespace ${namespace}`);
  });
  if (there.some(({ status }) => status === 'failed')) return there;
  const attributes = await runCheck('search attributes', async () => {
    const missing = await soon(() => missingSearchAttributes(connection, namespace));
    return missing.length === 0
      ? ok('search attributes', 'registered')
      : failed(
          'search attributes',
          `missing: ${missing.join(', ')}`,
          EXIT.usage,
          step('set_up', 'Make them; on Temporal Cloud, in its console (type Keyword).'),
        );
  });
  return [
    ...there,
    ...attributes,
    ...(await runCheck('payload key', () => soon(() => payloadKeys(opened)))),
    ...(await runCheck('connections', () => soon(() => connectionsOf(opened)))),
    ...(await runCheck('worker', () => soon(() => workers(opened)))),
  ];
};
