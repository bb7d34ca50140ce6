import { Modal, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import type { AnswerTo } from '../api.js';
import { SearchIcon } from '../icons.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/search.module.css';
import { words } from '../words.js';
import { FormProblem } from './form-problem.js';

const w = words.search;

interface Goal {
  readonly key: string;
  readonly kind: keyof typeof w.kinds;
  readonly name: string;
  readonly within?: string | null;
  readonly to: string;
}

const addressOf = ({ connectionId, accountId }: AnswerTo<'getSearch'>['found'][number]): string =>
  `/connections/${connectionId}${accountId === null ? '' : `?account=${encodeURIComponent(accountId)}`}`;

/** Pages and actions are known here; what has a name of its own is asked for. */
const useGoals = (
  text: string,
  mayConnect: boolean,
): { readonly goals: readonly Goal[]; readonly error: Error | null } => {
  const [asked] = useDebouncedValue(text.trim(), 150);
  const { data, error } = useAnswer('getSearch', { query: { q: asked } }, { enabled: asked !== '' });
  const fits = (name: string): boolean => name.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase());
  const actions = mayConnect ? w.actions : [];
  const known = [
    ...w.pages.map(([name, to]) => ({ key: to, kind: 'page' as const, name, to })),
    ...actions.map(([name, to]) => ({ key: `do ${to}`, kind: 'action' as const, name, to })),
  ].filter(({ name }) => fits(name));
  const found = asked === '' || data === undefined ? [] : data.found;
  const named = found.map((each) => ({ ...each, key: `${each.kind} ${each.id}`, to: addressOf(each) }));
  return { goals: [...named, ...known], error };
};

/** ⌘K: everything by its name, with the keyboard alone. */
export const SearchDialog = ({ mayConnect, close }: { mayConnect: boolean; close: () => void }) => {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const { history } = useRouter();
  const { goals, error } = useGoals(text, mayConnect);
  const chosen = Math.min(at, goals.length - 1);
  const go = (goal: Goal | undefined): void => {
    if (goal === undefined) return;
    close();
    history.push(goal.to);
  };
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && goals.length > 0) setAt((chosen + step + goals.length) % goals.length);
    else if (event.key === 'Enter') go(goals[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal opened onClose={close} title={w.title} closeButtonProps={{ 'aria-label': words.settings.close }}>
      <TextInput
        data-autofocus
        role="combobox"
        aria-label={w.label}
        aria-expanded={goals.length > 0}
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant={goals.length === 0 ? undefined : `found-${chosen}`}
        placeholder={w.placeholder}
        leftSection={<SearchIcon size={15} />}
        value={text}
        maxLength={200}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <FormProblem error={error} />
      <div id="found" role="listbox" aria-label={w.found} className={styles['found']}>
        {goals.map((goal, index) => (
          <div
            key={goal.key}
            id={`found-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={styles['goal']}
            onClick={() => go(goal)}
            onPointerMove={() => setAt(index)}
          >
            <span className="name">{goal.name}</span>
            <Text span size="xs" c="dimmed" className="name">
              {w.kinds[goal.kind]}
              {goal.within === undefined || goal.within === null ? '' : ` · ${goal.within}`}
            </Text>
          </div>
        ))}
      </div>
      <Text size="sm" c="dimmed" role="status" mt="sm">
        {goals.length === 0 ? w.nothing : ''}
      </Text>
      <Text size="xs" c="dimmed" mt="xs" aria-hidden>
        {w.keys}
      </Text>
    </Modal>
  );
};
