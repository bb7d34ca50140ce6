import { Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { AnswerTo } from '../api.js';
import { zoneName } from '../clock.js';
import { SearchIcon } from '../icons.js';
import styles from '../styles/set-up.module.css';
import { words } from '../words.js';
import { CopyTextButton } from './copy-button.js';

type Account = AnswerTo<'getConnectionAccounts'>['accounts'][number];

const w = words.setUp.choose;

/** X writes roles as `CAMPAIGN_ANALYST`. */
const roleName = (permission: string): string =>
  permission.charAt(0) + permission.slice(1).toLowerCase().replaceAll('_', ' ');

const factsOf = ({ permissions, timezone, currencies, id }: Account): string =>
  [
    permissions.map(roleName).join(', '),
    zoneName(timezone),
    currencies.length === 0 ? w.unknownCurrency : currencies.join(', '),
    id,
  ]
    .filter((fact) => fact !== '')
    .join(' · ');

/** Those that can be chosen first, by name. */
const inOrder = (accounts: readonly Account[]): readonly Account[] =>
  accounts.toSorted((a, b) => Number(b.selectable) - Number(a.selectable) || a.name.localeCompare(b.name));

interface AccountPickerProps {
  readonly accounts: readonly Account[];
  readonly chosen: ReadonlySet<string>;
  readonly setChosen: (chosen: ReadonlySet<string>) => void;
  /** Of X, for the message to the administrator. */
  readonly screenName: string;
  /** Whether all are chosen as such, so that single ones cannot be. */
  readonly isAll: boolean;
}

export const AccountPicker = ({ accounts, chosen, setChosen, screenName, isAll }: AccountPickerProps) => {
  const [search, setSearch] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const needle = search.trim().toLocaleLowerCase();
  const shown = inOrder(accounts).filter(({ id, name }) => `${name} ${id}`.toLocaleLowerCase().includes(needle));
  const usable = shown.filter(({ selectable }) => selectable);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => list.current,
    estimateSize: () => 62,
    overscan: 10,
    getItemKey: (index) => shown[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const toggle = (id: string, isOn: boolean): void => {
    // One that is taken out of all of them leaves the others, one by one.
    const next = new Set(isAll ? accounts.filter((each) => each.selectable).map((each) => each.id) : chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  return (
    <div>
      <Group mb="xs" gap="xs">
        <TextInput
          flex="1 1 200px"
          type="search"
          aria-label={w.search}
          placeholder={w.search}
          leftSection={<SearchIcon size={15} />}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        {isAll ? null : (
          <>
            <Button variant="default" onClick={() => setChosen(new Set([...chosen, ...usable.map(({ id }) => id)]))}>
              {w.selectAll}
            </Button>
            <Button variant="default" onClick={() => setChosen(new Set())}>
              {w.selectNone}
            </Button>
          </>
        )}
      </Group>
      <Text size="xs" c="dimmed" mb={6} role="status">
        {needle === '' ? '' : w.found(shown.length)}
      </Text>
      {shown.length === 0 ? (
        <Text c="dimmed">{accounts.length === 0 ? w.noAccounts : w.noneFound}</Text>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a list that scrolls is reached by keyboard
        <div ref={list} className={styles['accounts']} role="group" aria-label={w.accounts} tabIndex={0}>
          <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
            <div style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
              {items.map(({ index, key }) => {
                const account = shown[index];
                if (account === undefined) return null;
                const { id, name, selectable, reason } = account;
                return (
                  <div
                    key={key}
                    ref={virtualizer.measureElement}
                    data-index={index}
                    className={styles['account']}
                    data-unusable={selectable ? undefined : ''}
                  >
                    <Checkbox
                      checked={selectable && (isAll || chosen.has(id))}
                      disabled={!selectable}
                      onChange={({ currentTarget }) => toggle(id, currentTarget.checked)}
                      label={<span className="name">{name}</span>}
                      description={
                        <>
                          <span className={styles['facts']}>{factsOf(account)}</span>
                          {reason === undefined ? null : (
                            <>
                              <br />
                              {reason}
                            </>
                          )}
                        </>
                      }
                    />
                    {selectable ? null : (
                      <CopyTextButton
                        className={styles['cure'] ?? ''}
                        text={w.message(name, id, screenName)}
                        label={w.copyMessage}
                      />
                    )}
                  </div>
                );
              })}
            </div>
          </div>
        </div>
      )}
    </div>
  );
};
