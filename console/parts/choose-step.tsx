import { Button, Radio, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ShownConnection } from '../answers.js';
import { call } from '../api.js';
import type { ChoiceDraft } from '../draft.js';
import { queryClient, useAnswer } from '../queries.js';
import styles from '../styles/set-up.module.css';
import { words } from '../words.js';
import { AccountPicker } from './account-picker.js';
import { FormProblem, mistakesOf } from './form-problem.js';
import { OptionCard } from './option-card.js';
import { Panel } from './page.js';
import { Failure, RowsSkeleton } from './states.js';
import { AdvisedWait } from './advised-wait.js';

const w = words.setUp.choose;

const RolesTable = () => (
  <details>
    <summary>{w.roles}</summary>
    <Table verticalSpacing="xs" mt="sm" fz="sm">
      <Table.Thead>
        <Table.Tr>
          {w.roleColumns.map((column) => (
            <Table.Th key={column}>{column}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {w.roleRows.map((row) => (
          <Table.Tr key={row[0]}>
            {row.map((cell) => (
              <Table.Td key={cell}>{cell}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </details>
);

interface ChooseStepProps {
  readonly connection: ShownConnection;
  readonly draft: ChoiceDraft;
  readonly setDraft: (change: Partial<ChoiceDraft>) => void;
  readonly next: () => void;
  /** Of the button; where it is given, the name is edited elsewhere. */
  readonly nextLabel?: string;
}

export const ChooseStep = ({ connection, draft, setDraft, next, nextLabel }: ChooseStepProps) => {
  const { id, displayName, screenName = '', version } = connection;
  const [name, setName] = useState(displayName);
  const [problem, setProblem] = useState<Error | null>(null);
  const { data, error, refetch } = useAnswer('getConnectionAccounts', { params: { id } });
  if (data === undefined)
    return error === null ? <RowsSkeleton /> : <Failure error={error} retry={() => void refetch()} order={2} />;
  const usable = data.accounts.filter(({ selectable }) => selectable);
  const isAll = draft.accounts === 'all';
  // An account that X does not show any more is no part of the choice.
  const chosen = new Set(isAll ? [] : usable.map((each) => each.id).filter((each) => draft.accounts.includes(each)));
  const isNothing = isAll ? usable.length === 0 : chosen.size === 0;
  const goOn = async (): Promise<void> => {
    setProblem(null);
    try {
      if (name.trim() !== displayName)
        await call('patchConnection', { params: { id }, body: { displayName: name.trim() }, ifMatch: version });
      await queryClient.invalidateQueries({ queryKey: ['getConnection'] });
      if (!isAll) setDraft({ accounts: [...chosen] });
      next();
    } catch (refused) {
      setProblem(refused as Error);
    }
  };
  return (
    <Stack gap="lg">
      {nextLabel === undefined ? (
        <Panel>
          <TextInput
            label={w.name}
            description={w.nameHint}
            value={name}
            maxLength={200}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={mistakesOf(problem)['displayName']}
          />
        </Panel>
      ) : null}
      <Panel
        title={w.accounts}
        aside={
          <Text size="xs" c="dimmed">
            {w.as(screenName)} {w.accountsCount(isAll ? usable.length : chosen.size, data.accounts.length)}
          </Text>
        }
      >
        <Radio.Group
          label={w.accounts}
          labelProps={{ className: 'only-read' }}
          mb="md"
          value={isAll ? 'all' : 'some'}
          onChange={(value) => setDraft({ accounts: value === 'all' ? 'all' : usable.map((each) => each.id) })}
        >
          <div className={styles['options']}>
            <OptionCard value="all" title={w.all} />
            <OptionCard value="some" title={w.some} />
          </div>
        </Radio.Group>
        <AccountPicker
          accounts={data.accounts}
          chosen={chosen}
          setChosen={(set) => setDraft({ accounts: [...set] })}
          screenName={screenName}
          isAll={isAll}
        />
        <RolesTable />
      </Panel>
      <Panel title={w.history}>
        <Radio.Group
          label={w.history}
          labelProps={{ className: 'only-read' }}
          description={w.historyHint}
          value={String(draft.history)}
          onChange={(value) => setDraft({ history: Number(value) as NonNullable<ChoiceDraft['history']> })}
        >
          <Stack gap="xs" mt="sm">
            {(['365', '180', '90', '30', '0'] as const).map((days) => (
              <Radio key={days} value={days} label={w.histories[days]} />
            ))}
          </Stack>
        </Radio.Group>
      </Panel>
      <Panel title={w.wait}>
        <Radio.Group
          label={w.wait}
          labelProps={{ className: 'only-read' }}
          value={String(draft.wait)}
          onChange={(value) => setDraft({ wait: value === '3' ? 3 : 1 })}
        >
          <div className={styles['options']}>
            {(['1', '3'] as const).map((days) => (
              <OptionCard key={days} value={days} title={w.waits[days][0]} text={w.waits[days][1]} />
            ))}
          </div>
        </Radio.Group>
        {nextLabel === undefined ? null : (
          <AdvisedWait accounts={isAll ? usable.map((each) => each.id) : [...chosen]} />
        )}
      </Panel>
      <FormProblem error={problem} />
      <div className={styles['foot']}>
        {isNothing ? <Text c="dimmed">{w.nothingChosen}</Text> : null}
        <Button size="md" disabled={isNothing} onClick={() => void goOn()}>
          {nextLabel ?? w.next}
        </Button>
      </div>
    </Stack>
  );
};
