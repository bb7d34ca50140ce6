import { Button, Loader, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ShownConnection } from '../answers.js';
import { call } from '../api.js';
import { formatCount, formatSeconds } from '../clock.js';
import { choiceOf, type ChoiceDraft } from '../draft.js';
import { AlertIcon, CircleCheckIcon } from '../icons.js';
import { queryClient, useAnswer } from '../queries.js';
import styles from '../styles/set-up.module.css';
import status from '../styles/status.module.css';
import { words } from '../words.js';
import { FormProblem } from './form-problem.js';
import { Panel } from './page.js';
import { PrivacyChoice } from './privacy-choice.js';

const w = words.setUp.review;

/** One line for each check, which ticks by itself once its cause is cured. */
const PreflightLines = ({ id, draft: { accounts, history } }: { id: string; draft: ChoiceDraft }) => {
  const query = {
    ...(history === undefined ? {} : { days: history }),
    ...(accounts === 'all' ? {} : { accounts: accounts.join(',') }),
  };
  const { data, error } = useAnswer('getPreflight', { params: { id }, query }, { every: 4000 });
  if (error !== null && data === undefined) return <Text c="dimmed">{error.message}</Text>;
  if (data === undefined)
    return (
      <Text c="dimmed">
        <Loader size={14} me={8} aria-hidden />
        {w.checking}
      </Text>
    );
  return (
    <Stack gap={10}>
      {data.lines.map(({ accountId, check, ok, sentence, nextStep }) => (
        <div key={`${accountId} ${check}`}>
          <span className={`${status['mark']} ${ok ? status['good'] : status['bad']}`} style={{ whiteSpace: 'normal' }}>
            {ok ? <CircleCheckIcon size={16} aria-hidden /> : <AlertIcon size={16} aria-hidden />}
            <span className="name">{sentence}</span>
          </span>
          {ok || nextStep === undefined ? null : (
            <Text size="sm" c="dimmed" ms={22}>
              {nextStep.text}
            </Text>
          )}
        </div>
      ))}
      {data.jobs === undefined || data.seconds === undefined ? null : (
        <Text c="dimmed" size="sm">
          {w.jobs(formatCount(data.jobs), formatSeconds(data.seconds))}
        </Text>
      )}
    </Stack>
  );
};

interface ReviewStepProps {
  readonly connection: ShownConnection;
  readonly draft: ChoiceDraft;
  readonly setDraft: (change: Partial<ChoiceDraft>) => void;
  readonly back: () => void;
  readonly saved: () => void;
}

export const ReviewStep = ({ connection, draft, setDraft, back, saved }: ReviewStepProps) => {
  const { id, displayName, version } = connection;
  const [problem, setProblem] = useState<Error | null>(null);
  const [isSaving, setSaving] = useState(false);
  const { data: listed } = useAnswer('getConnectionAccounts', { params: { id } });
  const usable = listed?.accounts.filter(({ selectable }) => selectable).length ?? 0;
  const { accounts, history, wait, privacy, teamId } = draft;
  const save = async (): Promise<void> => {
    setSaving(true);
    setProblem(null);
    try {
      // Who sees it is settled before the first number arrives.
      if (privacy !== connection.privacy || teamId !== connection.team?.id)
        await call('patchConnection', {
          params: { id },
          body: { privacy, ...(privacy === 'team' && teamId !== undefined ? { teamId } : {}) },
          ifMatch: version,
        });
      await call('putChoice', { params: { id }, body: choiceOf(draft) });
      await queryClient.invalidateQueries({ queryKey: ['getConnection'] });
      saved();
    } catch (refused) {
      void queryClient.invalidateQueries({ queryKey: ['getConnection'] });
      setProblem(refused as Error);
      setSaving(false);
    }
  };
  return (
    <Stack gap="lg">
      <Panel title={w.summary}>
        <dl className={styles['factsList']}>
          <dt>{words.setUp.choose.name}</dt>
          <dd className="name">{displayName}</dd>
          <dt>{words.setUp.choose.accounts}</dt>
          <dd>{accounts === 'all' ? w.allAccounts(usable) : w.accounts(accounts.length)}</dd>
          <dt>{words.setUp.choose.history}</dt>
          <dd>{history === undefined ? null : words.setUp.choose.histories[history]}</dd>
          <dt>{words.setUp.choose.wait}</dt>
          <dd>{w.waitText[wait]}</dd>
        </dl>
      </Panel>
      <Panel title={w.checks}>
        <PreflightLines id={id} draft={draft} />
      </Panel>
      <Panel title={w.privacy}>
        <PrivacyChoice value={draft} onChange={setDraft} />
      </Panel>
      <FormProblem error={problem} />
      <div className={styles['foot']}>
        <Button variant="default" size="md" onClick={back}>
          {w.back}
        </Button>
        <Button size="md" loading={isSaving} onClick={() => void save()}>
          {w.save}
        </Button>
      </div>
    </Stack>
  );
};
