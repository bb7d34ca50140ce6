import type { GrantRecord } from '../activities/connection/accounts.js';
import type { CredentialState } from '../activities/connection/schedules.js';
import { begunHistories, permits } from '../domain/connection.js';
import type { ConnectionState, GrantState, Problem } from '../domain/connection.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { activate, beginNext, repairImports, rerunHistory, stopHistories, takeTurns } from './history.js';
import type { Steps } from './intent.js';
import type { BackfillEnded } from './messages.js';
import { isCancelled, isCredentialProblem, problemOf } from './problems.js';
import { bounded } from './proxies.js';
import { credentialOf, requireReauthorization, signalRejected } from './shared-credential.js';
import { attempt, type Unsettled } from './unsettled.js';

/** What an import's end says of its account's grant. */
const recordOf = ({ accountId, outcome, problem }: BackfillEnded): GrantRecord =>
  outcome === 'completed' || !problem ? { accountId, status: 'up_to_date' } : { accountId, status: 'blocked', problem };

/** Says the end nothing of the account's grant? */
const saysNothing = ({ kind, outcome }: BackfillEnded, { status, waits }: GrantState): boolean =>
  // One that ended after its account had been chosen again: the account's turn is still to come.
  (kind === 'history' && waits === true) ||
  // A manual backfill says nothing about the history, and a daily sync only when it is blocked or no longer blocked.
  kind === 'manual' ||
  (kind === 'daily' && outcome === 'completed' && status !== 'blocked');

/** Does the end only change the status of its account? */
const isPlain = (state: ConnectionState, end: BackfillEnded): boolean => {
  const grant = 'grants' in state ? state.grants[end.accountId] : undefined;
  const { outcome, problem } = end;
  if (!grant || outcome === 'cancelled' || (problem && isCredentialProblem(problem))) return false;
  return !saysNothing(end, grant) && !(end.kind === 'history' && grant.rerun === true);
};

/** Writes how accounts stand to Postgres; where that fails, the state has it all the same. */
export const recordGrants = (
  summary: string,
  { connectionId, grants }: { readonly connectionId: ConnectionId; readonly grants: readonly GrantRecord[] },
  unsettled: Unsettled,
): Promise<Readonly<Record<AccountId, GrantState>>> => {
  const later = (): Readonly<Record<AccountId, GrantState>> => {
    for (const { accountId } of grants) unsettled.grants.add(accountId);
    return Object.fromEntries(grants.map(({ accountId, ...grant }) => [accountId, grant]));
  };
  // Where one could not be written, the others need not each wait for the same.
  if (unsettled.grants.size > 0) return Promise.resolve(later());
  return attempt(summary, bounded.recordGrants.executeWithOptions({ summary }, [{ connectionId, grants }]), later);
};

/** Writes what the state says by now of the accounts whose status is not in Postgres; a history that has been started writes its own. */
export const settleGrants = async (state: ConnectionState, unsettled: Unsettled): Promise<ConnectionState> => {
  const known = 'grants' in state ? state.grants : {};
  const grants = [...unsettled.grants].flatMap((accountId): GrantRecord[] => {
    const { status, problem } = known[accountId] ?? {};
    return status === undefined || status === 'backfilling'
      ? []
      : [{ accountId, status, ...(problem === undefined ? {} : { problem }) }];
  });
  unsettled.grants.clear();
  if (grants.length === 0 || !('grants' in state)) return state;
  const { connectionId } = state;
  const recorded = await recordGrants('Record how accounts stand', { connectionId, grants }, unsettled);
  return { ...state, grants: { ...state.grants, ...recorded } };
};

/** An end that does more; a refused credential makes every connection on it wait for a new sign-in. */
const takeEnd = async (
  state: ConnectionState,
  end: BackfillEnded,
  { unsettled, credential }: { readonly unsettled: Unsettled; readonly credential: () => Promise<CredentialState> },
): Promise<ConnectionState> => {
  const { accountId, kind, outcome, problem } = end;
  if (!('grants' in state)) return state;
  const grant = state.grants[accountId];
  if (!grant) return state;
  // Whoever cancelled it knows; but the days may have been chosen again before it had ended.
  if (outcome === 'cancelled')
    return kind === 'history' && grant.rerun === true ? rerunHistory(state, accountId, unsettled) : state;
  const { connectionId } = state;
  if (problem && isCredentialProblem(problem)) {
    const { valid, siblings } = await credential();
    // X refused the old token pair after the person had signed in again: what the refusal cut off is imported again.
    if (valid) return kind === 'history' ? rerunHistory(state, accountId, unsettled) : state;
    await signalRejected(siblings, problem);
    return requireReauthorization(state, problem);
  }
  if (saysNothing(end, grant)) return state;
  if (state.phase === 'active') return rerunHistory(state, accountId, unsettled);
  const recorded = await recordGrants(
    'The import of an account has ended',
    { connectionId, grants: [recordOf(end)] },
    unsettled,
  );
  return { ...state, grants: { ...state.grants, ...recorded } };
};

const NOT_STARTED = 'backfill_not_started';
const notStarted = (why: string): Problem => ({
  code: NOT_STARTED,
  nextStep: `A backfill could not be started; ask for it again. ${why}`,
});
/** The problem of an earlier backfill is over once one has been started. */
const withoutNotStarted = (state: ConnectionState): ConnectionState => {
  if (state.phase !== 'active' || state.problem?.code !== NOT_STARTED) return state;
  const { problem: _over, ...rest } = state;
  return rest;
};

export const accountSteps: Steps<
  'choose' | 'backfill' | 'cancel_backfills' | 'backfill_ended' | 'self_check' | 'accounts_checked'
> = {
  choose: async (state, { choice }, unsettled) => {
    const { connectionId } = state;
    try {
      const saved = await bounded.saveChoice.executeWithOptions({ summary: 'Save the choice' }, [
        { connectionId, choice },
      ]);
      const before = 'grants' in state ? state.grants : {};
      await stopHistories(
        connectionId,
        Object.keys(before).filter((id) => !saved.accounts.includes(id)),
        unsettled,
      );
      const begun = new Set(state.phase === 'active' ? begunHistories(before) : []);
      const grants = Object.fromEntries(
        saved.accounts.map((id): [AccountId, GrantState] => [
          id,
          saved.unfinished.includes(id)
            ? { status: 'backfilling', ...(begun.has(id) ? {} : { waits: true }) }
            : { status: 'up_to_date' },
        ]),
      );
      if (state.phase === 'paused' || state.phase === 'needs_reauthorization') return { ...state, choice, grants };
      return await activate(connectionId, choice, grants, unsettled);
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
    return attempt(
      summary,
      bounded.startBackfills.executeWithOptions({ summary }, [{ connectionId, accounts, manual }]).then(() => {
        answer();
        return withoutNotStarted(state);
      }),
      ({ nextStep }) => {
        answer(nextStep);
        return state.phase === 'active' ? { ...state, problem: notStarted(nextStep) } : state;
      },
    );
  },

  /** The main loop cancels them, because pausing and disconnecting do so, too. */
  cancel_backfills: (state) => Promise.resolve(state),

  /** Records how imports ended: those that only change their account's status in one activity, each other by itself. */
  backfill_ended: async (state, { ends }, unsettled) => {
    const plain = ends.filter((end) => isPlain(state, end));
    let next = state;
    let known: Promise<CredentialState> | undefined;
    const credential = (): Promise<CredentialState> => (known ??= credentialOf(state.connectionId));
    for (const end of ends) if (!plain.includes(end)) next = await takeEnd(next, end, { unsettled, credential });
    if (!('grants' in next) || plain.length === 0) return next;
    const summary = `The imports of ${plain.length} accounts have ended`;
    const ended = { connectionId: next.connectionId, grants: plain.map(recordOf) };
    const places = ended.grants.map(({ accountId, ...grant }): [AccountId, GrantState] => [accountId, grant]);
    // At the same time: their places are free whether or not it is recorded at once.
    const [grants, after] = await Promise.all([
      recordGrants(summary, ended, unsettled),
      beginNext({ ...next, grants: { ...next.grants, ...Object.fromEntries(places) } }, unsettled),
    ]);
    return 'grants' in after ? { ...after, grants: { ...after.grants, ...grants } } : after;
  },

  /** Entering the same phase again restores the schedules that somebody deleted by hand. */
  self_check: (state, _intent, unsettled) => repairImports(state, unsettled),

  /**
   * Takes in accounts that appeared at X, when all were chosen; blocks an account with the problem that X reports, and
   * imports it again when the problem is gone.
   */
  accounts_checked: async (state, { check: { appeared, granted } }, unsettled) => {
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
        await recordGrants('Roles and approvals have changed', { connectionId, grants: found }, unsettled),
      ))
        grants[accountId] = grants[accountId]?.rerun === true ? { ...blocked, rerun: true } : blocked;
    Object.assign(grants, await takeTurns(connectionId, grants, healed, unsettled));
    const added = choice.accounts === 'all' ? appeared.filter((id) => grants[id] === undefined) : [];
    if (added.length > 0) {
      const summary = `${added.length} accounts have appeared`;
      // The next check finds them again.
      const { adopted } = await attempt(
        summary,
        bounded.adoptAccounts.executeWithOptions({ summary }, [{ connectionId, accounts: added, choice }]),
        () => ({ adopted: [] }),
      );
      Object.assign(grants, await takeTurns(connectionId, grants, adopted, unsettled));
    }
    return { ...state, grants };
  },
};
