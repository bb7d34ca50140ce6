import { Button, Checkbox, Group, Menu, Popover, ScrollArea, Select, Stack, Text } from '@mantine/core';
import { CheckIcon, ChevronDownIcon, ColumnsIcon } from '../icons.js';
import styles from '../styles/performance.module.css';
import { words } from '../words.js';
import { COLUMN_SETS, columnSetOf, columnsOf } from './columns.js';
import { SavedColumns } from './saved-columns.js';
import { groupName } from './names.js';
import { useView } from './use-view.js';
import { COMPARE_CHOICES, groupsOf } from './view.js';

const w = words.performance;

const GROUPS = [
  { group: w.groups.what.levels, items: ['campaign', 'ad_group', 'ad', 'account', 'funding_instrument'] },
  { group: w.groups.what.time, items: ['day', 'week', 'month'] },
  { group: w.groups.what.where, items: ['objective', 'placement', 'status', 'destination_host', 'destination_path'] },
  { group: w.groups.what.utm, items: ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] },
];

const groupOptions = (without: string | undefined) =>
  GROUPS.map(({ group, items }) => ({
    group,
    items: items.filter((value) => value !== without).map((value) => ({ value, label: groupName(value) })),
  }));

/** By what the rows are grouped, and by what within. */
export const GroupPicker = () => {
  const { view, change } = useView();
  const [first = 'campaign', second] = groupsOf(view);
  const set = (groups: readonly (string | undefined)[]): void =>
    change({ groupBy: groups.filter((each) => each !== undefined).join(','), orderBy: undefined });
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed" className={styles['wide'] ?? ''}>
        {w.groups.label}
      </Text>
      <Select
        className={styles['group'] ?? ''}
        aria-label={w.groups.label}
        data={groupOptions(undefined)}
        value={first}
        allowDeselect={false}
        comboboxProps={{ width: 190, position: 'bottom-start' }}
        onChange={(value) => set([value ?? undefined, second === value ? undefined : second])}
      />
      <Select
        className={styles['group'] ?? ''}
        aria-label={w.groups.second}
        placeholder={w.groups.second}
        data={groupOptions(first)}
        value={second ?? null}
        clearable
        clearButtonProps={{ 'aria-label': w.groups.nothing }}
        comboboxProps={{ width: 190, position: 'bottom-start' }}
        onChange={(value) => set([first, value ?? undefined])}
      />
    </Group>
  );
};

export const ComparePicker = () => {
  const { view, change } = useView();
  const chosen = view.compare ?? COMPARE_CHOICES[0];
  return (
    <Select
      className={styles['compare'] ?? ''}
      aria-label={w.compare.label}
      data={COMPARE_CHOICES.map((value) => ({ value, label: w.compare[value] }))}
      value={chosen}
      allowDeselect={false}
      onChange={(value) => change({ compare: value === COMPARE_CHOICES[0] ? undefined : (value ?? undefined) })}
    />
  );
};

const METRICS = Object.keys(w.metrics) as (keyof typeof w.metrics)[];

/** The columns: a set of Ads Manager's, or those that one ticks. */
export const ColumnsPicker = () => {
  const { view, change } = useView();
  const shown = columnsOf(view);
  const isOwn = view.metrics !== undefined;
  const set = columnSetOf(view);
  return (
    <Group gap={0} wrap="nowrap">
      <Menu width={200}>
        <Menu.Target>
          <Button
            variant="default"
            className={styles['joined'] ?? ''}
            leftSection={<ColumnsIcon size={15} aria-hidden />}
            rightSection={<ChevronDownIcon size={13} aria-hidden />}
          >
            {w.columns.label}: {isOwn ? w.columns.own : w.columns[set]}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {COLUMN_SETS.map((each) => (
            <Menu.Item
              key={each}
              rightSection={!isOwn && each === set ? <CheckIcon size={14} aria-label={words.frame.chosen} /> : null}
              onClick={() =>
                change({
                  columns: each === 'performance' ? undefined : each,
                  metrics: undefined,
                  chart: undefined,
                  orderBy: undefined,
                })
              }
            >
              {w.columns[each]}
            </Menu.Item>
          ))}
          <SavedColumns />
        </Menu.Dropdown>
      </Menu>
      <Popover position="bottom-end" shadow="md" width={260} trapFocus returnFocus>
        <Popover.Target>
          <Button variant="default" className={styles['joined'] ?? ''} px="sm">
            {w.columns.choose}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={w.columns.own}>
          <ScrollArea.Autosize mah={320} type="auto" offsetScrollbars>
            <Checkbox.Group
              aria-label={w.columns.own}
              value={[...shown]}
              onChange={(next) =>
                change(
                  { metrics: next.length === 0 ? undefined : next.join(','), orderBy: undefined },
                  { replace: true },
                )
              }
            >
              <Stack gap={7} p={2}>
                {METRICS.map((metric) => (
                  <Checkbox key={metric} size="xs" value={metric} label={w.metrics[metric]} />
                ))}
              </Stack>
            </Checkbox.Group>
          </ScrollArea.Autosize>
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
};
