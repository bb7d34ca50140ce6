import type { GrantRecord } from '../activities/connection/accounts.js';
import { permits } from '../domain/connection.js';
import type { ConnectionState, GrantState } from '../domain/connection.js';
import type { AccountId } from '../domain/ids.js';
import { activate, repairImports, rerunHistory, startHistories, stopHistories } from './history.js';
import type { Steps } from './intent.js';
import type { BackfillEnded } from './messages.js';
import { isCancelled, isCredentialProblem, problemOf } from './problems.js';
import { store } from './proxies.js';
import { requireReauthorization, signalRejected } from './shared-credential.js';

/** What an import's end says of its account's grant. */
const recordOf = ({ accountId, outcome, problem }: BackfillEnded): GrantRecord =>
  outcome === 'completed' || !problem ? { accountId, status: 'up_to_date' } : { accountId, status: 'blocked', problem };

/** Says the end nothing of the account's grant? */
const saysNothing = ({ kind, outcome }: BackfillEnded, { status }: GrantState): boolean =>
  // A manual backfill says nothing about the history, and a daily sync only when it is blocked or no longer blocked.
  kind === 'manual' || (kind === 'daily' && outcome === 'completed' && status !== 'blocked');

/** Does the end only change the status of its account? */
const isPlain = (state: ConnectionState, end: BackfillEnded): boolean => {
  const grant = 'grants' in state ? state.grants[end.accountId] : undefined;
  const { outcome, problem } = end;
  if (!grant || outcome === 'cancelled' || (problem && isCredentialProblem(problem))) return false;
  return !saysNothing(end, grant) && !(end.kind === 'history' && grant.rerun === true);
};

/** An end that does more; a refused credential makes every connection on it wait for a new sign-in. */
const takeEnd = async (state: ConnectionState, end: BackfillEnded): Promise<ConnectionState> => {
  const { accountId, kind, outcome, problem } = end;
  if (!('grants' in state)) return state;
  const grant = state.grants[accountId];
  if (!grant) return state;
  // Whoever cancelled it knows; but the days may have been chosen again before it had ended.
  if (outcome === 'cancelled')
    return kind === 'history' && grant.rerun === true ? rerunHistory(state, accountId) : state;
  const { connectionId } = state;
  if (problem && isCredentialProblem(problem)) {
    const { valid, siblings } = await store.credentialOf.executeWithOptions(
      { summary: 'Are the credentials accepted?' },
      [{ connectionId }],
    );
    // X refused the old token pair after the person had signed in again: what the refusal cut off is imported again.
    if (valid) return kind === 'history' ? rerunHistory(state, accountId) : state;
    await signalRejected(siblings, problem);
    return requireReauthorization(state, problem);
  }
  if (saysNothing(end, grant)) return state;
  if (state.phase === 'active') return rerunHistory(state, accountId);
  const recorded = await store.recordGrants.executeWithOptions({ summary: 'The import of an account has ended' }, [
    { connectionId, grants: [recordOf(end)] },
  ]);
  return { ...state, grants: { ...state.grants, ...recorded } };
};

export const accountSteps: Steps<
  'choose' | 'backfill' | 'cancel_backfills' | 'backfill_ended' | 'self_check' | 'accounts_checked'
> = {
  choose: async (state, { choice }) => {
    const { connectionId } = state;
    try {
      const saved = await store.saveChoice.executeWithOptions({ summary: 'Save the choice' }, [
        { connectionId, choice },
      ]);
      const before = 'grants' in state ? state.grants : {};
      await stopHistories(
        connectionId,
        Object.keys(before).filter((id) => !saved.accounts.includes(id)),
      );
      const grants = Object.fromEntries(
        saved.accounts.map((id): [AccountId, GrantState] => [
          id,
          { status: saved.unfinished.includes(id) ? 'backfilling' : 'up_to_date' },
        ]),
      );
      if (state.phase === 'paused' || state.phase === 'needs_reauthorization') return { ...state, choice, grants };
      return await activate(connectionId, choice, grants);
    } catch (error) {
      if (isCancelled(error)) throw error;
      // The choice before stays in force; a refusal must not end the connection.
      return state.phase === 'choosing' || state.phase === 'active' ? { ...state, problem: problemOf(error) } : state;
    }
  },

  backfill: async (state, { request: { requestId, accounts, range, refetch }, answer }) => {
    const { connectionId } = state;
    // The phase may have changed since the update was validated: a pause was before it in the inbox.
    const permission = permits(state.phase, 'backfill');
    if (!permission.allowed) {
      answer(permission.reason);
      return state;
    }
    const manual = { requestId, range, ...(refetch === true ? { refetch } : {}) };
    const summary = `Start a manual backfill of ${accounts.length} accounts`;
    await store.startBackfills.executeWithOptions({ summary }, [{ connectionId, accounts, manual }]);
    answer();
    return state;
  },

  /** The main loop cancels them, because pausing and disconnecting do so, too. */
  cancel_backfills: (state) => Promise.resolve(state),

  /** Records how imports ended: those that only change their account's status in one activity, each other by itself. */
  backfill_ended: async (state, { ends }) => {
    const plain = ends.filter((end) => isPlain(state, end));
    let next = state;
    for (const end of ends) if (!plain.includes(end)) next = await takeEnd(next, end);
    if (!('grants' in next) || plain.length === 0) return next;
    const grants = await store.recordGrants.executeWithOptions(
      { summary: `The imports of ${plain.length} accounts have ended` },
      [{ connectionId: next.connectionId, grants: plain.map(recordOf) }],
    );
    return { ...next, grants: { ...next.grants, ...grants } };
  },

  /** Entering the same phase again restores the schedules that somebody deleted by hand. */
  self_check: (state) => repairImports(state),

  /**
   * Takes in accounts that appeared at X, when all were chosen; blocks an account with the problem that X reports, and
   * imports it again when the problem is gone.
   */
  accounts_checked: async (state, { check: { appeared, granted } }) => {
    if (state.phase !== 'active') return state;
    const { connectionId, choice } = state;
    const grants: Record<AccountId, GrantState> = { ...state.grants };
    const found: GrantRecord[] = [];
    const healed: AccountId[] = [];
    for (const { accountId, problem } of granted) {
      const grant = grants[accountId];
      if (!grant) continue;
      if (problem) {
        if (grant.problem?.code === problem.code) continue;
        found.push({ accountId, status: 'blocked', problem });
      } else if (grant.status === 'blocked') {
        healed.push(accountId);
      }
    }
    if (found.length > 0)
      for (const [accountId, blocked] of Object.entries(
        await store.recordGrants.executeWithOptions({ summary: 'Roles and approvals have changed' }, [
          { connectionId, grants: found },
        ]),
      ))
        grants[accountId] = grants[accountId]?.rerun === true ? { ...blocked, rerun: true } : blocked;
    Object.assign(grants, await startHistories(connectionId, healed));
    const added = choice.accounts === 'all' ? appeared.filter((id) => grants[id] === undefined) : [];
    if (added.length > 0) {
      const summary = `${added.length} accounts have appeared`;
      const { adopted } = await store.adoptAccounts.executeWithOptions({ summary }, [
        { connectionId, accounts: added, choice },
      ]);
      Object.assign(grants, await startHistories(connectionId, adopted));
    }
    return { ...state, grants };
  },
};
