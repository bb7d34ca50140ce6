import { startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { permits } from '../domain/connection.js';
import type { GrantState } from '../domain/connection.js';
import { manualBackfillWorkflowId } from '../domain/ids.js';
import type { AccountId } from '../domain/ids.js';
import { backfill } from './backfill.js';
import {
  activate,
  backfillOptions,
  repairImports,
  rerunHistory,
  startHistory,
  startRecordedHistory,
  stopHistory,
} from './history.js';
import type { Steps } from './intent.js';
import { isCancelled, isCredentialProblem, problemOf } from './problems.js';
import { store } from './proxies.js';
import { requireReauthorization, signalRejected } from './shared-credential.js';

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
      await Promise.all(
        Object.keys(before)
          .filter((id) => !saved.accounts.includes(id))
          .map((id) => stopHistory(connectionId, id)),
      );
      const grants = Object.fromEntries(
        saved.accounts.map((id): [AccountId, GrantState] => [
          id,
          { status: saved.unfinished.includes(id) ? 'backfilling' : 'up_to_date' },
        ]),
      );
      if (state.phase === 'paused' || state.phase === 'needs_reauthorization') return { ...state, choice, grants };
      return await activate(connectionId, choice, grants, startRecordedHistory);
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
    for (const accountId of accounts) {
      try {
        await startChild(backfill, {
          workflowId: manualBackfillWorkflowId(connectionId, accountId, requestId),
          args: [
            { connectionId, accountId, kind: 'manual', requestId, range, ...(refetch === true ? { refetch } : {}) },
          ],
          ...backfillOptions(connectionId, accountId, 'manual'),
        });
      } catch (error) {
        // The same request was sent twice.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    }
    answer();
    return state;
  },

  /** The main loop cancels them, because pausing and disconnecting do so, too. */
  cancel_backfills: (state) => Promise.resolve(state),

  /** Records how an import ended; a refused credential makes every connection on it wait for a new sign-in. */
  backfill_ended: async (state, { end: { accountId, kind, outcome, problem } }) => {
    if (!('grants' in state)) return state;
    const grant = state.grants[accountId];
    if (!grant) return state;
    // Whoever cancelled it knows; but the days may have been chosen again before it had ended.
    if (outcome === 'cancelled')
      return kind === 'history' && grant.rerun === true ? rerunHistory(state, accountId) : state;
    const { connectionId } = state;
    if (problem && isCredentialProblem(problem)) {
      const { valid, siblings } = await store.credentialOf({ connectionId });
      // X refused the old token pair after the person had signed in again: what the refusal cut off is imported again.
      if (valid) return kind === 'history' ? rerunHistory(state, accountId) : state;
      await signalRejected(siblings, problem);
      return requireReauthorization(state, problem);
    }
    // A manual backfill says nothing about the history, and a daily sync only when it is blocked or no longer blocked.
    if (kind === 'manual' || (kind === 'daily' && outcome === 'completed' && grant.status !== 'blocked')) return state;
    if (state.phase === 'active' && kind === 'history' && grant.rerun === true) return rerunHistory(state, accountId);
    const next = await store.recordGrant(
      outcome === 'completed' || !problem
        ? { connectionId, accountId, status: 'up_to_date' }
        : { connectionId, accountId, status: 'blocked', problem },
    );
    return { ...state, grants: { ...state.grants, [accountId]: next } };
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
    for (const { accountId, problem } of granted) {
      const grant = grants[accountId];
      if (!grant) continue;
      if (problem) {
        if (grant.problem?.code === problem.code) continue;
        const { rerun = false } = grant;
        const blocked = await store.recordGrant({ connectionId, accountId, status: 'blocked', problem });
        grants[accountId] = rerun ? { ...blocked, rerun } : blocked;
      } else if (grant.status === 'blocked') {
        grants[accountId] = await startHistory(connectionId, accountId);
      }
    }
    const added = choice.accounts === 'all' ? appeared.filter((id) => grants[id] === undefined) : [];
    if (added.length > 0) {
      const summary = `${added.length} accounts have appeared`;
      const { adopted } = await store.adoptAccounts.executeWithOptions({ summary }, [
        { connectionId, accounts: added, choice },
      ]);
      for (const accountId of adopted) grants[accountId] = await startHistory(connectionId, accountId);
    }
    return { ...state, grants };
  },
};
