import { Anchor, Text } from '@mantine/core';
import { formatInstant } from '../clock.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/connection.module.css';
import { words } from '../words.js';
import { Panel } from './page.js';
import { Failure, RowsSkeleton } from './states.js';

const w = words.connection.workflows;

/** For whoever runs the installation: where Temporal shows what the connection does. */
export const WorkflowsPanel = ({ id }: { id: string }) => {
  const { data, error, refetch } = useAnswer('getWorkflows', { params: { id } });
  return (
    <Panel title={w.title} flush>
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton rows={2} />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={3} />
        )
      ) : (
        <ul className={styles['entries']}>
          {data.workflows.map(({ workflowId, kind, startedAt, kept, url }) => (
            <li key={workflowId} className={styles['entry']}>
              <span>{startedAt === undefined ? '' : formatInstant(startedAt)}</span>
              <div>
                {url === undefined ? (
                  w.kinds[kind]
                ) : (
                  <Anchor href={url} target="_blank" rel="noreferrer" underline="always">
                    {w.kinds[kind]}
                  </Anchor>
                )}
                <Text size="sm" c="dimmed" className="name">
                  {kept ? workflowId : w.expired(workflowId)}
                </Text>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
};
