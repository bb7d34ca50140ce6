import { Button, List, Stack, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type AnswerTo } from '../api.js';
import { formatInstant } from '../clock.js';
import { CallbackProblem } from '../parts/callback-problem.js';
import { FormProblem } from '../parts/form-problem.js';
import { LonePage } from '../parts/page.js';
import { PageSkeleton } from '../parts/states.js';
import { useAnswer } from '../queries.js';
import { authorizeWords as w } from '../words-authorize.js';
import { words } from '../words.js';

const Asked = ({ token, asked }: { token: string; asked: AnswerTo<'getAuthorizationRequest'> }) => {
  const [problem, setProblem] = useState<Error | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  // The way back with the browser's button may show this page as it was left.
  useWindowEvent('pageshow', () => setLeaving(false));
  const leave = async (): Promise<void> => {
    setLeaving(true);
    setProblem(null);
    try {
      location.assign((await call('postAuthorizationRequest', { params: { token } })).authorizeUrl);
    } catch (error) {
      setProblem(error as Error);
      setLeaving(false);
    }
  };
  return (
    <LonePage title={w.title} lead={<span className="name">{w.lead(asked.askedBy, asked.workspaceName)}</span>}>
      <Stack>
        <Text>{asked.screenName === undefined ? w.anyUser : w.asUser(asked.screenName)}</Text>
        <div>
          <Text size="sm" fw={500}>
            {w.what}
          </Text>
          <List size="sm">
            {words.setUp.credentials.list.map(([what, isUsed]) => (
              <List.Item key={what}>
                {what} ({isUsed ? words.setUp.credentials.used : words.setUp.credentials.unused})
              </List.Item>
            ))}
          </List>
        </div>
        <Text size="sm" c="dimmed">
          {w.back}
        </Text>
        <FormProblem error={problem} />
        <Button size="md" fullWidth loading={isLeaving} onClick={() => void leave()}>
          {words.setUp.credentials.button}
        </Button>
        <Text size="xs" c="dimmed">
          {w.expires(formatInstant(asked.expiresAt))}
        </Text>
      </Stack>
    </LonePage>
  );
};

/** What a link asks of the person who has the X account. They have no account here, and get none. */
export const AuthorizePage = () => {
  const { token } = useParams({ from: '/authorize/$token' });
  const { data, error } = useAnswer('getAuthorizationRequest', { params: { token } });
  if (data !== undefined) return <Asked token={token} asked={data} />;
  return error === null ? <PageSkeleton /> : <LonePage title={words.link.usedTitle} lead={error.message} />;
};

/** Where X's answer leads whoever came by a link. */
export const AuthorizedPage = () => {
  const { problem } = useSearch({ from: '/authorized' });
  if (problem === undefined) return <LonePage title={w.thanks} lead={w.thanksText} />;
  return (
    <LonePage title={w.notDone}>
      <CallbackProblem problem={problem} />
      <Text>{w.openAgain}</Text>
    </LonePage>
  );
};
