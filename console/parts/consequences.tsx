import { List, Text } from '@mantine/core';
import type { AnswerTo } from '../api.js';
import { formatCount } from '../clock.js';
import { words } from '../words.js';

/** What a deed will do, counted before it is done. */
export const Consequences = ({
  counted,
  error,
}: {
  counted: AnswerTo<'getConsequences'> | undefined;
  error: Error | null;
}) => (
  <div role="status">
    <Text fw={500} size="sm">
      {words.connection.disconnect.consequences}
    </Text>
    {counted === undefined ? (
      <Text size="sm" c="dimmed">
        {error === null ? words.connection.disconnect.counting : error.message}
      </Text>
    ) : (
      <List size="sm">
        {Object.entries(counted).map(([what, count]) => (
          <List.Item key={what}>
            {formatCount(count)} {what}
          </List.Item>
        ))}
      </List>
    )}
  </div>
);
