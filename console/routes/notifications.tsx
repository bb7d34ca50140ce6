import { Button, Group, List, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import type { AnswerTo } from '../api.js';
import { formatInstant } from '../clock.js';
import { FormProblem, mistakesOf } from '../parts/form-problem.js';
import { type HookDraft, HookField } from '../parts/hook-field.js';
import { PageFrame, Panel } from '../parts/page.js';
import { ReasonedButton } from '../parts/reasoned-button.js';
import { Failure, RowsSkeleton } from '../parts/states.js';
import { useAnswer, useDeed } from '../queries.js';
import styles from '../styles/connection.module.css';
import { notificationWords as w } from '../words-notifications.js';

type Settings = AnswerTo<'getNotifications'>;
type Delivery = Settings['messages'][number]['deliveries'][number];

const linesOf = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const draftOf = ({ emails, lateAfterHours }: Settings) => ({
  emails: emails.join('\n'),
  hours: lateAfterHours as number | string,
  webhook: undefined as HookDraft,
  chat: undefined as HookDraft,
});

const TestButton = ({ settings, isChanged }: { settings: Settings; isChanged: boolean }) => {
  const test = useDeed('postNotificationsTest');
  const { emails, webhookHost, chatHost } = settings;
  const nothing = emails.length === 0 && webhookHost === undefined && chatHost === undefined;
  const reason = isChanged ? w.testUnsaved : nothing ? w.testNothing : undefined;
  return (
    <div>
      <ReasonedButton
        variant="default"
        may={reason === undefined ? { allowed: true } : { allowed: false, reason }}
        loading={test.isPending}
        onClick={() => test.mutate({})}
      >
        {w.test}
      </ReasonedButton>
      <FormProblem error={test.error} />
      {test.data === undefined ? null : (
        <List size="sm" mt="xs" role="status">
          {test.data.channels.map(({ channel, trouble }) => (
            <List.Item key={channel} className="name">
              {trouble === undefined ? w.arrived(w.channels[channel]) : w.failed(w.channels[channel], trouble)}
            </List.Item>
          ))}
        </List>
      )}
    </div>
  );
};

const SettingsForm = ({ settings }: { settings: Settings }) => {
  const [began, setBegan] = useState(settings);
  const [draft, setDraft] = useState(draftOf(settings));
  const put = useDeed('putNotifications');
  const change = (part: Partial<typeof draft>): void => setDraft((before) => ({ ...before, ...part }));
  const unchanged = draftOf(began);
  const isChanged = (Object.keys(draft) as (keyof typeof draft)[]).some((key) => draft[key] !== unchanged[key]);
  // Until something is edited, what comes in is what an edit begins with.
  if (!isChanged && !put.isPending && settings.version !== began.version) {
    setBegan(settings);
    setDraft(draftOf(settings));
  }
  const mistakes = mistakesOf(put.error);
  const emailMistake = Object.entries(mistakes).find(([field]) => field.startsWith('emails'))?.[1];
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const { webhook, chat } = draft;
    put.mutate(
      {
        body: {
          emails: linesOf(draft.emails),
          lateAfterHours: Number(draft.hours),
          ...(webhook === undefined ? {} : { webhook: webhook === '' ? null : webhook }),
          ...(chat === undefined ? {} : { chat: chat === '' ? null : chat }),
        },
        ifMatch: String(began.version),
      },
      {
        onSuccess: (saved) => {
          setBegan(saved);
          setDraft(draftOf(saved));
          notifications.show({ message: w.saved, color: 'green' });
        },
        onError: () => setBegan(settings),
      },
    );
  };
  return (
    <form onSubmit={save}>
      <Stack>
        <Textarea
          label={w.emails}
          description={settings.mail.allowed ? w.emailsHint : settings.mail.reason}
          disabled={!settings.mail.allowed}
          autosize
          minRows={2}
          maxRows={8}
          value={draft.emails}
          onChange={({ currentTarget }) => change({ emails: currentTarget.value })}
          error={emailMistake}
        />
        <HookField
          label={w.chat}
          hint={w.chatHint}
          host={settings.chatHost}
          draft={draft.chat}
          onChange={(chat) => change({ chat })}
          error={mistakes['chat']}
        />
        <HookField
          label={w.webhook}
          hint={w.webhookHint}
          host={settings.webhookHost}
          draft={draft.webhook}
          onChange={(webhook) => change({ webhook })}
          error={mistakes['webhook']}
        />
        <NumberInput
          label={w.late}
          description={w.lateHint}
          suffix={w.hours}
          min={3}
          max={168}
          allowDecimal={false}
          allowNegative={false}
          value={draft.hours}
          onChange={(hours) => change({ hours })}
          error={mistakes['lateAfterHours']}
          maw={240}
        />
        <FormProblem error={put.error} />
        <Group justify="space-between" align="flex-start">
          <TestButton settings={settings} isChanged={isChanged} />
          <Button type="submit" loading={put.isPending} disabled={!isChanged || draft.hours === ''}>
            {w.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const deliveryText = ({ channel, sentAt, trouble, givenUp }: Delivery): string => {
  const name = w.channels[channel];
  if (sentAt !== undefined) return w.sent(name);
  if (trouble === undefined) return w.waits(name);
  return givenUp ? w.givenUp(name, trouble) : w.again(name, trouble);
};

const Messages = ({ messages }: Pick<Settings, 'messages'>) => (
  <Panel title={w.recent} flush>
    {messages.length === 0 ? (
      <Text p="lg" c="dimmed">
        {w.none}
      </Text>
    ) : (
      <ol className={styles['entries']}>
        {messages.map(({ id, createdAt, subject, deliveries }) => (
          <li key={id} className={styles['entry']}>
            <time dateTime={createdAt}>{formatInstant(createdAt)}</time>
            <div>
              <span className="name">{subject}</span>
              <Text size="sm" c="dimmed" className="name">
                {deliveries.map(deliveryText).join(' · ')}
              </Text>
            </div>
          </li>
        ))}
      </ol>
    )}
  </Panel>
);

export const NotificationsPage = () => {
  const { data, error, refetch } = useAnswer('getNotifications', {}, { every: 10_000 });
  return (
    <PageFrame title={w.title} lead={w.lead}>
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={2} />
        )
      ) : (
        <Stack gap="lg" maw={720}>
          <Panel>
            <SettingsForm settings={data} />
          </Panel>
          <Messages messages={data.messages} />
        </Stack>
      )}
    </PageFrame>
  );
};
