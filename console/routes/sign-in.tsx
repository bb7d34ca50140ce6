import { Alert, Button, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useSearch } from '@tanstack/react-router';
import { call } from '../api.js';
import { AlertIcon } from '../icons.js';
import { FormProblem, mistakesOf } from '../parts/form-problem.js';
import { LonePage } from '../parts/page.js';
import { useAnswer } from '../queries.js';
import { words } from '../words.js';
import { useState } from 'react';

/** A path of this console, and nothing that leads away from it. */
export const safeBack = (back: string | undefined): string =>
  back !== undefined && /^\/(?![/\\])/.test(back) && new URL(back, location.origin).origin === location.origin
    ? back
    : '/connections';

export const SignInPage = () => {
  const { back, problem: why } = useSearch({ from: '/sign-in' });
  const { data: ways } = useAnswer('getSignInWays', {});
  const [problem, setProblem] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.trim() === '' ? words.signIn.missing : null),
      password: (value) => (value === '' ? words.signIn.missing : null),
    },
  });
  const submit = form.onSubmit(async ({ email, password }) => {
    setBusy(true);
    setProblem(null);
    try {
      await call('postSignIn', { body: { email: email.trim(), password } });
      location.assign(safeBack(back));
    } catch (error) {
      form.setErrors(mistakesOf(error));
      setProblem(error as Error);
      setBusy(false);
    }
  });
  return (
    <LonePage title={words.signIn.title} lead={back === undefined ? words.signIn.lead : words.signIn.wasEnded}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label={words.signIn.email}
            type="email"
            autoComplete="username"
            autoFocus
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={words.signIn.password}
            autoComplete="current-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <FormProblem error={problem} />
          <Button type="submit" loading={isBusy} fullWidth size="md">
            {words.signIn.button}
          </Button>
        </Stack>
      </form>
      {why === undefined ? null : (
        <Alert color="red" variant="light" icon={<AlertIcon size={18} />} role="alert">
          {words.signIn.refused[why] ?? words.signIn.refused['oidc_failed']}
        </Alert>
      )}
      {ways?.oidc === undefined || ways.oidc === null ? null : (
        <>
          <Divider label={words.signIn.or} />
          <Button
            variant="default"
            component="a"
            href={`/api/v1/sign-in/oidc?back=${encodeURIComponent(safeBack(back))}`}
            fullWidth
            size="md"
          >
            {words.signIn.oidc(ways.oidc.name)}
          </Button>
        </>
      )}
      <Text size="xs" c="dimmed">
        {words.signIn.help}
      </Text>
    </LonePage>
  );
};
