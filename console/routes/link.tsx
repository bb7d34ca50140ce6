import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type AnswerTo } from '../api.js';
import { formatInstant } from '../clock.js';
import { FormProblem, mistakesOf } from '../parts/form-problem.js';
import { LonePage } from '../parts/page.js';
import { PageSkeleton } from '../parts/states.js';
import { useAnswer } from '../queries.js';
import { words } from '../words.js';

const missing =
  (isNeeded: boolean) =>
  (value: string): string | null =>
    isNeeded && value.trim() === '' ? words.signIn.missing : null;

const UseLink = ({ token, link }: { token: string; link: AnswerTo<'getLink'> }) => {
  const { kind, needs } = link;
  const [problem, setProblem] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: link.personName ?? '', email: link.email ?? '', password: '' },
    validate: { name: missing(needs.name), email: missing(needs.email), password: missing(needs.password) },
  });
  const submit = form.onSubmit(async ({ name, email, password }) => {
    setBusy(true);
    setProblem(null);
    const body = {
      ...(needs.name ? { name: name.trim() } : {}),
      ...(needs.email ? { email: email.trim() } : {}),
      ...(needs.password ? { password } : {}),
    };
    try {
      await call('postLink', { params: { token }, body });
      location.replace('/connections');
    } catch (error) {
      form.setErrors(mistakesOf(error));
      setProblem(error as Error);
      setBusy(false);
    }
  });
  return (
    <LonePage
      title={words.link.title[kind]}
      lead={
        <>
          {words.link.lead[kind](link.workspaceName)}{' '}
          {link.role === undefined ? null : words.link.role(words.roles[link.role].name)}
        </>
      }
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          {needs.name ? (
            <TextInput
              label={words.link.name}
              autoComplete="name"
              key={form.key('name')}
              {...form.getInputProps('name')}
            />
          ) : null}
          {needs.email ? (
            <TextInput
              label={words.link.email}
              type="email"
              autoComplete="username"
              key={form.key('email')}
              {...form.getInputProps('email')}
            />
          ) : null}
          {needs.password ? (
            <PasswordInput
              label={words.link.password}
              description={words.link.passwordHint}
              autoComplete="new-password"
              key={form.key('password')}
              {...form.getInputProps('password')}
            />
          ) : null}
          <FormProblem error={problem} />
          <Button type="submit" loading={isBusy} fullWidth size="md">
            {words.link.button[kind]}
          </Button>
        </Stack>
      </form>
      <Text size="xs" c="dimmed">
        {words.link.expires(formatInstant(link.expiresAt))}
      </Text>
    </LonePage>
  );
};

/** The page of a one-time link. Opening it uses nothing, since scanners of mail follow links too; its button uses it. */
export const LinkPage = () => {
  const { token } = useParams({ from: '/link/$token' });
  const { data: link, error } = useAnswer('getLink', { params: { token } });
  if (link !== undefined) return <UseLink token={token} link={link} />;
  if (error === null) return <PageSkeleton />;
  return (
    <LonePage title={words.link.usedTitle} lead={error.message}>
      <Button component={Link} to="/sign-in" variant="default" fullWidth>
        {words.link.toSignIn}
      </Button>
    </LonePage>
  );
};
