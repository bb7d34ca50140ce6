import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type FormEvent } from 'react';
import { DigestPanel } from '../parts/digest-panel.js';
import { FormProblem, mistakesOf } from '../parts/form-problem.js';
import { useMe } from '../parts/frame.js';
import { PageFrame, Panel } from '../parts/page.js';
import { useAnswer, useDeed } from '../queries.js';
import { words } from '../words.js';

const w = words.settings.you;

const NameForm = () => {
  const { person } = useMe();
  const [name, setName] = useState(person.name);
  const patch = useDeed('patchMe');
  const save = (event: FormEvent): void => {
    event.preventDefault();
    patch.mutate({ body: { name: name.trim() } }, { onSuccess: () => notifications.show({ message: w.saved }) });
  };
  return (
    <form onSubmit={save}>
      <Stack>
        <TextInput
          label={w.name}
          value={name}
          maxLength={200}
          autoComplete="name"
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={mistakesOf(patch.error)['name']}
        />
        <TextInput label={w.email} value={person.email} readOnly />
        <FormProblem error={patch.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={patch.isPending} disabled={name.trim() === '' || name.trim() === person.name}>
            {w.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const PasswordForm = () => {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const post = useDeed('postPassword');
  const mistakes = mistakesOf(post.error);
  const change = (event: FormEvent): void => {
    event.preventDefault();
    post.mutate(
      { body: { next, ...(current === '' ? {} : { current }) } },
      {
        onSuccess: () => {
          setCurrent('');
          setNext('');
          notifications.show({ message: w.changed });
        },
      },
    );
  };
  return (
    <form onSubmit={change}>
      <Stack>
        <PasswordInput
          label={w.current}
          autoComplete="current-password"
          value={current}
          onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
          error={mistakes['current']}
        />
        <PasswordInput
          label={w.next}
          description={w.hint}
          autoComplete="new-password"
          value={next}
          onChange={({ currentTarget }) => setNext(currentTarget.value)}
          error={mistakes['next']}
        />
        <FormProblem error={post.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={post.isPending} disabled={next === ''}>
            {w.change}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const CompanyPanel = () => {
  const { data: ways } = useAnswer('getSignInWays', {});
  if (ways?.oidc === undefined || ways.oidc === null) return null;
  return (
    <Panel title={w.company}>
      <Text size="sm" c="dimmed" mb="sm">
        {w.companyText}
      </Text>
      <Button variant="default" component="a" href="/api/v1/sign-in/oidc?back=/settings/you">
        {w.companyConnect(ways.oidc.name)}
      </Button>
    </Panel>
  );
};

export const YouPage = () => (
  <PageFrame title={w.title}>
    <Stack gap="lg" maw={520}>
      <Panel>
        <NameForm />
      </Panel>
      <Panel title={w.password}>
        <PasswordForm />
      </Panel>
      <CompanyPanel />
      <DigestPanel />
    </Stack>
  </PageFrame>
);
