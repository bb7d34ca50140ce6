import { useState } from 'react';
import type { InputTo } from './api.js';

/*
 * What somebody has chosen for a connection and not saved yet: kept in this browser, so that back, reload and a closed tab
 * lose nothing. Nothing rests on it: *Save* sends it, and the server checks it.
 */

type Choice = NonNullable<InputTo<'putChoice'>['body']>;

export interface ChoiceDraft {
  readonly accounts: 'all' | readonly string[];
  /** Days back; 0 is none. */
  readonly history: 0 | 30 | 90 | 180 | 365;
  readonly wait: 1 | 3;
  readonly privacy: 'workspace' | 'private' | 'team';
  readonly teamId?: string;
}

const START: ChoiceDraft = { accounts: 'all', history: 365, wait: 1, privacy: 'workspace' };

const read = (key: string): ChoiceDraft => {
  try {
    return { ...START, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<ChoiceDraft>) };
  } catch {
    return START;
  }
};

const write = (key: string, draft: ChoiceDraft | undefined): void => {
  try {
    if (draft === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Storage is closed to us: the choice lives as long as the page.
  }
};

const keyOf = (connectionId: string): string => `choice:${connectionId}`;

export const useChoiceDraft = (connectionId: string): [ChoiceDraft, (change: Partial<ChoiceDraft>) => void] => {
  const [draft, setDraft] = useState(() => read(keyOf(connectionId)));
  return [
    draft,
    (change) => {
      setDraft((before) => {
        const next = { ...before, ...change };
        write(keyOf(connectionId), next);
        return next;
      });
    },
  ];
};

export const forgetDraft = (connectionId: string): void => {
  write(keyOf(connectionId), undefined);
};

export const choiceOf = ({ accounts, history, wait }: ChoiceDraft): Choice => ({
  accounts,
  history: history === 0 ? { kind: 'none' } : { kind: 'days', days: history },
  wait,
});
