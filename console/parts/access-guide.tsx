import { Button, Code, Group, List, Stack, Text, Title } from '@mantine/core';
import { words } from '../words.js';
import { CopyTextButton } from './copy-button.js';
import { Panel } from './page.js';

const w = words.setUp.guide;

/** What to do where the installation has no keys of X, in order, ready to be sent to whoever can do it. */
export const AccessGuide = ({ check }: { check: () => void }) => {
  const callback = `${location.origin}/x/callback`;
  const text = [
    w.title,
    ...w.steps.map(([what, how], index) => `${index + 1}. ${what}. ${how}`),
    `${w.callback}: ${callback}`,
  ];
  return (
    <Panel>
      <Stack>
        <div>
          <Title order={2}>{w.title}</Title>
          <Text c="dimmed">{w.lead}</Text>
        </div>
        <List type="ordered" spacing="sm">
          {w.steps.map(([what, how]) => (
            <List.Item key={what}>
              <Text fw={600} inherit>
                {what}
              </Text>
              <Text c="dimmed" size="sm">
                {how}
              </Text>
            </List.Item>
          ))}
        </List>
        <Group gap="xs" wrap="wrap">
          <Text size="sm">{w.callback}</Text>
          <Code className="name">{callback}</Code>
          <CopyTextButton text={callback} />
        </Group>
        <Group justify="flex-end">
          <CopyTextButton text={text.join('\n')} label={w.copy} size="sm" />
          <Button onClick={check}>{w.check}</Button>
        </Group>
      </Stack>
    </Panel>
  );
};
