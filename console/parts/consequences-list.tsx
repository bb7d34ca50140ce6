import { List, Text } from '@mantine/core';
import type { AnswerTo } from '../api.js';
import { formatCount } from '../clock.js';
import { words } from '../words.js';

type Counted = AnswerTo<'getConsequences'>;

const w = words.connection.disconnect;

const linesOf = (counted: Counted, deletes: boolean): readonly string[] => [
  w.accounts(formatCount(counted.accounts), formatCount(counted.accountsNobodyElseReads)),
  ...(counted.imports > 0 ? [w.imports(formatCount(counted.imports))] : []),
  ...(counted.daysOpen > 0 ? [w.daysOpen(formatCount(counted.daysOpen))] : []),
  ...(counted.connectionsOfSameUser > 0 ? [w.sameUser(formatCount(counted.connectionsOfSameUser))] : []),
  deletes ? w.rows(formatCount(counted.rows)) : w.rowsStay(formatCount(counted.rows)),
];

interface ConsequencesProps {
  readonly counted: Counted | undefined;
  readonly error: Error | null;
  /** Whether the data go too. */
  readonly deletes: boolean;
}

/** What the end of a connection does, counted before it is done. */
export const ConsequencesList = ({ counted, error, deletes }: ConsequencesProps) => (
  <div role="status">
    <Text fw={500} size="sm">
      {w.consequences}
    </Text>
    {counted === undefined ? (
      <Text size="sm" c="dimmed">
        {error === null ? w.counting : error.message}
      </Text>
    ) : (
      <List size="sm">
        {linesOf(counted, deletes).map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    )}
  </div>
);
