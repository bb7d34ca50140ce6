import { Code, Group, Stack, Text } from '@mantine/core';
import { words } from '../words.js';
import { CopyTextButton } from './copy-button.js';

/** A secret that the server tells once. */
export const ShownOnce = ({ title, secret, hint }: { title: string; secret: string; hint: string }) => (
  <Stack gap="xs">
    <Text fw={600}>{title}</Text>
    <Code block className="name" style={{ whiteSpace: 'pre-wrap' }}>
      {secret}
    </Code>
    <Group justify="space-between">
      <Text size="sm" c="dimmed" flex="1 1 200px">
        {hint} {words.settings.once}
      </Text>
      <CopyTextButton text={secret} variant="filled" size="sm" />
    </Group>
  </Stack>
);
