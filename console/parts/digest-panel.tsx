import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import type { AnswerTo } from '../api.js';
import { useAnswer, useDeed } from '../queries.js';
import { words } from '../words.js';
import { FormProblem, mistakesOf } from './form-problem.js';
import { type HookDraft, HookField } from './hook-field.js';
import { Panel } from './page.js';
import { Failure, RowsSkeleton } from './states.js';

const w = words.settings.digest;

const DigestForm = ({ settings }: { settings: AnswerTo<'getDigest'> }) => {
  const [email, setEmail] = useState(settings.email);
  const [webhook, setWebhook] = useState<HookDraft>(undefined);
  const put = useDeed('putDigest');
  const { mail, webhookHost, troubles } = settings;
  const save = (event: FormEvent): void => {
    event.preventDefault();
    // An empty address is none; where one is set, it stays.
    const given = typeof webhook === 'string' && webhook.trim() === '' ? undefined : webhook;
    put.mutate(
      { body: { email, ...(given === undefined ? {} : { webhook: given }) } },
      {
        onSuccess: () => {
          setWebhook(undefined);
          notifications.show({ message: w.saved });
        },
      },
    );
  };
  return (
    <form onSubmit={save}>
      <Stack>
        <Text size="sm" c="dimmed">
          {w.lead}
        </Text>
        <Switch
          label={w.email}
          description={mail.allowed ? undefined : mail.reason}
          disabled={!mail.allowed && !email}
          checked={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.checked)}
          error={mistakesOf(put.error)['email']}
        />
        <HookField
          label={w.webhook}
          hint={w.webhookHint}
          host={webhookHost}
          draft={webhook}
          onChange={setWebhook}
          error={mistakesOf(put.error)['webhook']}
        />
        {troubles.map(({ channel, trouble }) => (
          <Text key={channel} size="sm" className="name">
            {w.trouble(w.channels[channel], trouble)}
          </Text>
        ))}
        <FormProblem error={put.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={put.isPending}>
            {w.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

/** Where one is told of each week of Ad Performance; nowhere, unless one asks for it. */
export const DigestPanel = () => {
  const { data, error, refetch } = useAnswer('getDigest', {});
  return (
    <Panel title={w.title}>
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton rows={2} />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={3} />
        )
      ) : (
        <DigestForm settings={data} />
      )}
    </Panel>
  );
};
