/**
 * Tells people of a workspace what its connections need. The server does it and no worker, because a worker that is down is
 * one of the things to tell of. What was told stands in Postgres, so that several servers tell it once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchedConnection } from '../../client/read/watched.js';
import type { Importer } from '../../client/importer.js';
import { judgeAlarms } from '../../domain/alarm.js';
import { LOCKS, tryLockUntilCommit } from '../../store/locks.js';
import { openAlarms, saveJudgement } from '../../store/people/alarms.js';
import { queueMessage, queueRecovery, sendDue, withdrawAlarms } from '../../store/people/messages.js';
import { type WatchedWorkspace, watchedWorkspaces } from '../../store/people/notification-settings.js';
import { type SendOptions, sendThrough } from './channels.js';
import { type DigestOptions, tellDigests } from './digest.js';
import { alarmText, recoveryText } from './text.js';

export interface WatchOptions extends SendOptions {
  readonly publicUrl: string;
  /** The façade for the operator: a workspace is told of connections that its reader may not open. */
  readonly operator: Pick<Importer, 'watched'>;
  /** (Default: this machine's clock) */
  readonly now?: (() => Date) | undefined;
}

/** Judges one workspace, and queues what its people are to be told. */
const judgeWorkspace = async (
  { db, publicUrl, now = () => new Date() }: WatchOptions,
  { id: workspaceId, name, lateAfterHours, channels }: WatchedWorkspace,
  connections: readonly WatchedConnection[],
): Promise<void> => {
  const place = { publicUrl, workspace: { id: workspaceId, name } };
  await db.transaction(async (tx) => {
    if (!(await tryLockUntilCommit(tx, LOCKS.alarms(workspaceId)))) return;
    const judged = judgeAlarms(await openAlarms(tx, workspaceId), connections, {
      now: now().toISOString(),
      lateAfterHours,
    });
    const raisedIds = await saveJudgement(tx, workspaceId, judged);
    const { raised, recovered, dropped } = judged;
    if (raised.length > 0)
      await queueMessage(tx, {
        ...alarmText(raised, connections, place),
        kind: 'alarm',
        workspaceId,
        alarmIds: raisedIds,
        connectionIds: raised.flatMap(({ connectionIds }) => connectionIds),
        channels,
      });
    if (recovered.length > 0)
      await queueRecovery(tx, {
        ...recoveryText(recovered, connections, place),
        kind: 'recovery',
        workspaceId,
        alarmIds: recovered.map(({ id }) => id),
        connectionIds: recovered.flatMap(({ connectionIds }) => connectionIds),
        channels,
      });
    await withdrawAlarms(
      tx,
      [...recovered, ...dropped].map(({ id }) => id),
    );
  });
};

/** Looks at every workspace that wants to be told. */
export const judgeWorkspaces = async (options: WatchOptions): Promise<void> => {
  for (const workspace of await watchedWorkspaces(options.db))
    await judgeWorkspace(options, workspace, await options.operator.watched(workspace.id));
};

/** Sends what is due. Answers how many messages a channel took. */
export const sendMessages = (options: WatchOptions): Promise<number> =>
  sendDue(options.db, (message, channel) => sendThrough(options, message, channel));

const JUDGE_MS = 30_000;
const SEND_MS = 5_000;
const DIGEST_MS = 60_000;

/** Watches until the signal; a round that fails is reported, and the next one comes. */
export const watchWorkspaces = async (
  options: WatchOptions & DigestOptions,
  { signal, onFailure }: { readonly signal: AbortSignal; readonly onFailure: (error: unknown) => void },
): Promise<void> => {
  const repeat = async (ms: number, work: () => Promise<unknown>): Promise<void> => {
    while (!signal.aborted) {
      await work().catch(onFailure);
      await sleep(ms, undefined, { signal }).catch(() => undefined);
    }
  };
  await Promise.all([
    repeat(JUDGE_MS, () => judgeWorkspaces(options)),
    repeat(SEND_MS, () => sendMessages(options)),
    repeat(DIGEST_MS, () => tellDigests(options)),
  ]);
};
