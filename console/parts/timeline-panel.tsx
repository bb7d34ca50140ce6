import { Select, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { formatInstant, formatRelative } from '../clock.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/connection.module.css';
import { words } from '../words.js';
import { Panel } from './page.js';
import { Failure, RowsSkeleton } from './states.js';

const w = words.connection.timeline;

/** X-ray of the past: runs, waits, corrections and changes, newest first. The filter stands in the address. */
export const TimelinePanel = ({ id }: { id: string }) => {
  const { kind } = useSearch({ from: '/frame/connections/$id' });
  const navigate = useNavigate({ from: '/connections/$id' });
  const { data, error, refetch } = useAnswer('getTimeline', { params: { id } }, { every: 10_000 });
  if (data === undefined)
    return error === null ? <RowsSkeleton /> : <Failure error={error} retry={() => void refetch()} order={2} />;
  const kinds = [...new Set(data.entries.map((entry) => entry.kind))].toSorted();
  const entries = data.entries.filter((entry) => kind === undefined || entry.kind === kind);
  return (
    <Panel
      title={words.connection.tabs.timeline}
      flush
      aside={
        <Select
          size="xs"
          aria-label={w.filter}
          placeholder={w.all}
          clearable
          data={kinds.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
          value={kind ?? null}
          onChange={(value) =>
            void navigate({
              search: (now) => ({ ...now, kind: value ?? undefined }),
              resetScroll: false,
            })
          }
        />
      }
    >
      {entries.length === 0 ? (
        <Text p="lg" c="dimmed">
          {w.empty}
        </Text>
      ) : (
        <ol className={styles['entries']}>
          {entries.map(({ id: entryId, at, sentence, who, from, to }) => (
            <li key={entryId} id={entryId} className={styles['entry']}>
              <time dateTime={at} title={formatInstant(at)}>
                {formatRelative(at)}
              </time>
              <div>
                <span className="name">{sentence}</span>
                {from === undefined || to === undefined ? null : (
                  <Text size="sm" c="dimmed" className="name">
                    {w.fromTo(from, to)}
                  </Text>
                )}
                {who === undefined ? null : (
                  <Text size="sm" c="dimmed" className="name">
                    {w.by(who)}
                  </Text>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
};
