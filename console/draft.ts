import { useState } from 'react';
import { call, type AnswerTo, type InputTo } from './api.js';
import { useAnswer } from './queries.js';

/*
 * What somebody has chosen for a connection and not saved yet. The server keeps it while the connection is being set up, so
 * that back, reload, a closed tab and another browser lose nothing. Nothing rests on it: *Save* sends it, and the server
 * checks it.
 */

type Choice = NonNullable<InputTo<'putChoice'>['body']>;

export type ChoiceDraft = AnswerTo<'getDraft'>;

/** Sends one draft after the other; of those that come meanwhile only the last. */
const keeper = (id: string) => {
  let next: ChoiceDraft | undefined;
  let isBusy = false;
  return async (draft: ChoiceDraft): Promise<void> => {
    next = draft;
    if (isBusy) return;
    isBusy = true;
    while (next !== undefined) {
      const body = next;
      next = undefined;
      // What cannot be kept lives as long as the page.
      await call('putDraft', { params: { id }, body, keepalive: true }).catch(() => undefined);
    }
    isBusy = false;
  };
};

/**
 * @param isKept whether the server keeps each change; else it lives as long as the page
 * @returns undefined until the server has answered
 */
export const useChoiceDraft = (
  id: string,
  { isKept }: { readonly isKept: boolean },
): [ChoiceDraft | undefined, (change: Partial<ChoiceDraft>) => void, Error | null] => {
  const { data, error } = useAnswer('getDraft', { params: { id } });
  const [changes, setChanges] = useState<Partial<ChoiceDraft>>({});
  const [keep] = useState(() => keeper(id));
  const draft = data === undefined ? undefined : { ...data, ...changes };
  return [
    draft,
    (change) => {
      setChanges((before) => ({ ...before, ...change }));
      if (isKept && draft !== undefined) void keep({ ...draft, ...change });
    },
    error,
  ];
};

export const choiceOf = ({ accounts, history, wait }: ChoiceDraft): Choice => ({
  accounts,
  ...(history === undefined ? {} : { history: history === 0 ? { kind: 'none' } : { kind: 'days', days: history } }),
  wait,
});
