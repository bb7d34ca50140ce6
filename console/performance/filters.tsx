import {
  Button,
  Checkbox,
  CloseButton,
  Popover,
  ScrollArea,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { RowsSkeleton } from '../parts/states.js';
import { FilterIcon, SearchIcon } from '../icons.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/performance.module.css';
import { words } from '../words.js';
import type { Dimension } from '../../domain/performance.js';
import type { ShownRow } from './answer.js';
import { rowNameOf } from './names.js';
import { choicesQuestion } from './questions.js';
import { useView } from './use-view.js';
import { VIEW_FILTERS, hasFilter, valuesIn, valuesText, withoutFilters, type Filter, type View } from './view.js';

const w = words.performance.filters;

type Kind = Filter | 'account';
const KINDS: readonly Kind[] = ['account', ...VIEW_FILTERS];

const DIMENSIONS = {
  account: 'account',
  campaign: 'campaign',
  adGroup: 'ad_group',
  ad: 'ad',
  objective: 'objective',
  status: 'status',
  utmSource: 'utm_source',
  utmMedium: 'utm_medium',
  utmCampaign: 'utm_campaign',
  utmTerm: 'utm_term',
  utmContent: 'utm_content',
} as const satisfies Record<Kind, Dimension>;

interface Option {
  readonly value: string;
  readonly label: string;
}

/** What there is of a kind in the range; ads of the same name, or rows of several currencies, stand once. */
const optionsOf = (rows: readonly ShownRow[], group: Dimension): readonly Option[] => {
  const options = new Map<string, Option>();
  for (const row of rows) {
    if (row.kind === 'not_attributed') continue;
    const value = row.key[group] ?? '';
    if (!options.has(value)) options.set(value, { value, label: rowNameOf(row, group).text });
  }
  return [...options.values()];
};

const useOptions = (view: View, kind: Kind): readonly Option[] | undefined => {
  const group = DIMENSIONS[kind];
  const asked = choicesQuestion(kind === 'account' ? { ...view, account: undefined } : view, group);
  const { data } = useAnswer('getPerformance', { query: asked });
  return data === undefined ? undefined : optionsOf(data.rows, group);
};

/** The values of one kind, to be ticked. */
const Values = ({ kind }: { kind: Kind }) => {
  const { view, change } = useView();
  const [search, setSearch] = useState('');
  const options = useOptions(view, kind);
  const chosen = valuesIn(view[kind]);
  const fitting = options?.filter(({ label }) => label.toLocaleLowerCase().includes(search.toLocaleLowerCase()));
  return (
    <Stack gap="xs">
      <TextInput
        size="xs"
        aria-label={w.find}
        placeholder={w.find}
        leftSection={<SearchIcon size={13} />}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        data-autofocus
      />
      {fitting === undefined ? (
        <RowsSkeleton rows={3} />
      ) : fitting.length === 0 ? (
        <Text size="xs" c="dimmed">
          {w.nothing}
        </Text>
      ) : (
        <ScrollArea.Autosize mah={280} type="auto" offsetScrollbars>
          <Checkbox.Group
            aria-label={w[kind]}
            value={[...chosen]}
            onChange={(next) => change({ [kind]: next.length === 0 ? undefined : valuesText(next) }, { replace: true })}
          >
            <Stack gap={7} p={2}>
              {fitting.map(({ value, label }) => (
                <Checkbox key={value} size="xs" value={value} label={<span className="name">{label}</span>} />
              ))}
            </Stack>
          </Checkbox.Group>
        </ScrollArea.Autosize>
      )}
    </Stack>
  );
};

/** A filter that is set: its values, to be changed or taken away. */
const Chip = ({ kind }: { kind: Kind }) => {
  const { view, change } = useView();
  const options = useOptions(view, kind);
  const names = valuesIn(view[kind]).map(
    (value) => options?.find((each) => each.value === value)?.label ?? (value === '' ? w.without : value),
  );
  const text = names.length > 2 ? w.more(names[0] ?? '', names.length - 1) : names.join(', ');
  return (
    <span className={styles['chip']}>
      <Popover position="bottom-start" shadow="md" width={280} trapFocus returnFocus>
        <Popover.Target>
          <UnstyledButton className={`${styles['chipText']} name`} aria-label={w.change(w.is(w[kind], text))}>
            {w[kind]} <b>{text}</b>
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown aria-label={w[kind]}>
          <Values kind={kind} />
        </Popover.Dropdown>
      </Popover>
      <CloseButton size="xs" aria-label={w.remove(w[kind])} onClick={() => change({ [kind]: undefined })} />
    </span>
  );
};

const AddFilter = () => {
  const { view } = useView();
  const [kind, setKind] = useState<Kind>();
  return (
    <Popover position="bottom-start" shadow="md" width={280} trapFocus returnFocus onClose={() => setKind(undefined)}>
      <Popover.Target>
        <Button variant="default" leftSection={<FilterIcon size={15} aria-hidden />}>
          {w.add}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={w.add}>
        {kind === undefined ? (
          <div className={styles['kinds']}>
            {KINDS.map((each, index) => (
              <UnstyledButton
                key={each}
                className={styles['preset']}
                aria-pressed={view[each] !== undefined}
                data-autofocus={index === 0 || undefined}
                onClick={() => setKind(each)}
              >
                {w[each]}
              </UnstyledButton>
            ))}
          </div>
        ) : (
          <Stack gap="xs">
            <Button variant="subtle" size="compact-xs" color="gray" onClick={() => setKind(undefined)} me="auto">
              {w.back}
            </Button>
            <Values kind={kind} />
          </Stack>
        )}
      </Popover.Dropdown>
    </Popover>
  );
};

const TextFilter = () => {
  const { view, change } = useView();
  const [text, setText] = useState(view.text ?? '');
  const [seen, setSeen] = useState(view.text);
  const search = useDebouncedCallback((next: string) => change({ text: next || undefined }, { replace: true }), 350);
  // The address has changed otherwise: by a link, or by going back.
  if (seen !== view.text) {
    setSeen(view.text);
    setText(view.text ?? '');
  }
  return (
    <TextInput
      className={styles['search'] ?? ''}
      aria-label={w.text}
      placeholder={w.text}
      leftSection={<SearchIcon size={14} />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        search(currentTarget.value);
      }}
    />
  );
};

export const Filters = () => {
  const { view, change } = useView();
  return (
    <>
      <AddFilter />
      <TextFilter />
      {KINDS.filter((kind) => view[kind] !== undefined).map((kind) => (
        <Chip key={kind} kind={kind} />
      ))}
      {hasFilter(view) ? (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => change(withoutFilters(view))}>
          {w.clear}
        </Button>
      ) : null}
    </>
  );
};
