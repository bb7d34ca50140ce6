import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { describeConnection } from '../domain/connection-details.js';
import type { ConnectionState } from '../domain/connection.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { phaseAttribute } from '../temporal/search-attributes.js';
import { settleGrants } from './account-steps.js';
import { recordDisconnect } from './connection-steps.js';
import { settleHistories } from './history.js';
import { bounded } from './proxies.js';
import { attempt, type Unsettled } from './unsettled.js';

/** Brings what Postgres and Temporal have of a connection in line with its state, in bounded time; what fails stays unsettled. */
export const keepRecorded = (
  connectionId: ConnectionId,
  unsettled: Unsettled,
  state: () => ConnectionState,
  setState: (next: ConnectionState) => void,
) => {
  const recordPhase = async (): Promise<void> => {
    const now = state();
    if (now.phase === 'disconnected') {
      if (unsettled.phase) await recordDisconnect(connectionId, unsettled);
      return;
    }
    const problem = 'problem' in now ? now.problem : undefined;
    const input = {
      connectionId,
      phase: now.phase,
      ...(problem ? { problem } : {}),
      ...(now.phase === 'paused' ? { note: now.note } : {}),
    };
    unsettled.phase = false;
    const summary = `Record the phase: ${now.phase}`;
    await attempt(summary, bounded.recordPhase.executeWithOptions({ summary }, [input]), () => {
      unsettled.phase = true;
    });
  };

  const enter = async (next: ConnectionState, isRecorded = false): Promise<void> => {
    setState(next);
    upsertSearchAttributes([{ key: phaseAttribute, value: next.phase }]);
    setCurrentDetails(describeConnection(next));
    if (next.phase !== 'disconnected' && !isRecorded) await recordPhase();
  };

  const syncSchedules = async (
    selfCheck = false,
    accounts: readonly AccountId[] = [],
    from?: AccountId,
  ): Promise<void> => {
    const summary = `Bring the daily schedules up to date${from === undefined ? '' : `, from ${from} on`}`;
    const input = {
      connectionId,
      ...(selfCheck ? { selfCheck } : {}),
      ...(accounts.length > 0 ? { accounts } : {}),
      ...(from === undefined ? {} : { from }),
    };
    // Schedules follow the phase that Postgres knows.
    unsettled.schedules = unsettled.phase;
    const { next } = await attempt<{ readonly next?: AccountId }>(
      summary,
      bounded.syncSchedules.executeWithOptions({ summary }, [input]),
      () => {
        unsettled.schedules = true;
        return {};
      },
    );
    unsettled.schedulesLeft = next === undefined ? undefined : { from: next, selfCheck, accounts };
  };

  /** The next portion of the schedules, where one is left. */
  const syncLeft = async (): Promise<void> => {
    const { selfCheck, accounts, from } = unsettled.schedulesLeft ?? {};
    if (from !== undefined) await syncSchedules(selfCheck, accounts, from);
  };

  /** Tries again what is unsettled, until something else is to be done. */
  const settle = async (isAwake: () => boolean): Promise<void> => {
    if (unsettled.phase) await recordPhase();
    if (unsettled.grants.size > 0 && !isAwake()) setState(await settleGrants(state(), unsettled));
    if (unsettled.histories.size > 0 && !isAwake()) setState(await settleHistories(state(), unsettled));
    if (unsettled.schedules && !unsettled.phase && !isAwake()) await syncSchedules();
  };

  return { enter, settle, syncSchedules, syncLeft };
};
