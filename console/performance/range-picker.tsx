import { Button, Group, Popover, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { formatRange, zoneName } from '../clock.js';
import { CalendarIcon, ChevronDownIcon } from '../icons.js';
import styles from '../styles/performance.module.css';
import { words } from '../words.js';
import type { ShownPerformance } from './answer.js';
import { isPreset, PRESETS } from './ranges.js';
import { useView } from './use-view.js';
import { DEFAULT_LAST, type View } from './view.js';

const w = words.performance.range;

/** An instant as the field of the browser wants it: in the viewer's zone, to the minute. */
const fieldOf = (instant: string | undefined): string => {
  const time = Date.parse(instant ?? '');
  if (Number.isNaN(time)) return '';
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

const zoneText = (accounts: ShownPerformance['accounts'] | undefined): string | undefined => {
  const zones = [...new Set(accounts?.flatMap(({ timezone }) => timezone ?? []))];
  return zones[0] === undefined ? undefined : zones.length === 1 ? w.zone(zoneName(zones[0])) : w.zones;
};

interface CustomProps {
  readonly from: string;
  readonly to: string;
  readonly asOf: string | undefined;
  readonly done: (from: string, to: string, asOf: string | undefined) => void;
}

const Custom = ({ from, to, asOf, done }: CustomProps) => {
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [first, last, moment] = [data.get('from'), data.get('to'), data.get('asOf')];
    if (typeof first !== 'string' || typeof last !== 'string' || first === '' || last === '') setProblem(w.incomplete);
    else if (first > last) setProblem(w.reversed);
    else done(first, last, typeof moment === 'string' && moment !== '' ? new Date(moment).toISOString() : undefined);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="xs">
        <Text fw={600} size="sm">
          {w.custom}
        </Text>
        <Group gap="xs" grow>
          <TextInput type="date" name="from" label={w.from} defaultValue={from} key={`from ${from}`} />
          <TextInput type="date" name="to" label={w.to} defaultValue={to} key={`to ${to}`} />
        </Group>
        <TextInput
          type="datetime-local"
          name="asOf"
          label={w.asOf}
          description={w.asOfHint}
          defaultValue={fieldOf(asOf)}
          key={`as of ${asOf}`}
        />
        {problem === undefined ? null : (
          <Text c="var(--bad)" size="xs" role="alert">
            {problem}
          </Text>
        )}
        <Button type="submit" variant="default">
          {w.apply}
        </Button>
      </Stack>
    </form>
  );
};

/** Which days: a range that moves with the day, or any two days. */
export const RangePicker = ({ answer }: { answer: Pick<ShownPerformance, 'range' | 'accounts'> | undefined }) => {
  const { view, change } = useView();
  const [opened, setOpened] = useState(false);
  const isCustom = view.from !== undefined || view.to !== undefined;
  const last = isCustom ? undefined : (view.last ?? DEFAULT_LAST);
  const days = answer === undefined ? undefined : formatRange(answer.range.from, answer.range.to);
  const name = isCustom ? (days ?? w.custom) : isPreset(last) ? w.presets[last] : (last ?? '');
  const choose = (next: View): void => {
    setOpened(false);
    change({ last: undefined, from: undefined, to: undefined, ...next });
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<CalendarIcon size={15} aria-hidden />}
          rightSection={<ChevronDownIcon size={13} aria-hidden />}
          aria-label={w.label(days === undefined || isCustom ? name : `${name}, ${days}`)}
          onClick={() => setOpened((now) => !now)}
        >
          {name}
          {isCustom || days === undefined ? null : <span className={styles['rangeDays']}>{days}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles['ranges'] ?? ''} aria-label={w.presetsLabel}>
        <div className={styles['presets']} role="group" aria-label={w.presetsLabel}>
          {PRESETS.map((preset) => (
            <UnstyledButton
              key={preset}
              className={styles['preset']}
              aria-pressed={preset === last}
              data-autofocus={preset === last || undefined}
              onClick={() => choose({ last: preset })}
            >
              {w.presets[preset]}
            </UnstyledButton>
          ))}
        </div>
        <div className={styles['custom']}>
          <Custom
            from={answer?.range.from ?? ''}
            to={answer?.range.to ?? ''}
            asOf={view.asOf}
            done={(from, to, asOf) =>
              // The same days as before keep their name, so that they move on with the day.
              from === answer?.range.from && to === answer.range.to
                ? choose({ last: view.last, from: view.from, to: view.to, asOf })
                : choose({ from, to, asOf })
            }
          />
          <Text size="xs" c="dimmed" mt="md">
            {zoneText(answer?.accounts)}
          </Text>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
};
