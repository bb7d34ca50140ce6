import { Button, Group, Text } from '@mantine/core';
import { useDeed } from '../queries.js';
import { words } from '../words.js';
import { FormProblem } from './form-problem.js';
import { Panel } from './page.js';

const w = words.connection.trouble;

/** Only where X is simulated: lets people see what happens when something breaks. */
export const TroublePanel = ({ id }: { id: string }) => {
  const post = useDeed('postSimulatedTrouble');
  return (
    <Panel title={w.title}>
      <Text c="dimmed" size="sm" mb="sm">
        {w.lead}
      </Text>
      <Group gap="xs">
        {(['revoke_token', 'fail_jobs', 'busy', 'restate'] as const).map((trouble) => (
          <Button
            key={trouble}
            variant="default"
            loading={post.isPending && post.variables.body.trouble === trouble}
            onClick={() => post.mutate({ params: { id }, body: { trouble } })}
          >
            {w.kinds[trouble]}
          </Button>
        ))}
      </Group>
      <Text size="sm" mt="sm" role="status">
        {post.data?.sentence}
      </Text>
      <FormProblem error={post.error} />
    </Panel>
  );
};
