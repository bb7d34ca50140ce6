import { Button, Select, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type AnswerTo } from '../api.js';
import { formatInstant, formatRelative } from '../clock.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/connection.module.css';
import { words } from '../words.js';
import { FormProblem } from './form-problem.js';
import { Panel } from './page.js';
import { Failure, RowsSkeleton } from './states.js';

const w = words.connection.timeline;

type Kind = keyof typeof w.kinds;
const KINDS = Object.keys(w.kinds) as readonly Kind[];

/** Runs, waits, corrections and changes, newest first. The filter stands in the address; earlier ones come when asked for. */
export const TimelinePanel = ({ id }: { id: string }) => {
  const search = useSearch({ from: '/frame/connections/$id' });
  const kind = KINDS.find((each) => each === search.kind);
  const navigate = useNavigate({ from: '/connections/$id' });
  const query = kind === undefined ? {} : { kind };
  const { data, error, refetch } = useAnswer('getTimeline', { params: { id }, query }, { every: 10_000 });
  const [earlier, setEarlier] = useState<readonly AnswerTo<'getTimeline'>[]>([]);
  const [failed, setFailed] = useState<Error | null>(null);
  if (data === undefined)
    return error === null ? <RowsSkeleton /> : <Failure error={error} retry={() => void refetch()} order={2} />;
  const pages = [data, ...earlier];
  // A newer page may hold again what has moved down to an earlier one.
  const entries = [...new Map(pages.flatMap((page) => page.entries).map((entry) => [entry.id, entry])).values()];
  const next = pages.at(-1)?.next;
  const showEarlier = async (): Promise<void> => {
    try {
      const page = await call('getTimeline', { params: { id }, query: { ...query, before: next } });
      setFailed(null);
      setEarlier((before) => [...before, page]);
    } catch (error) {
      setFailed(error as Error);
    }
  };
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
          data={KINDS.map((value) => ({ value, label: w.kinds[value] }))}
          value={kind ?? null}
          onChange={(value) => {
            setEarlier([]);
            void navigate({
              search: (now) => ({ ...now, kind: value ?? undefined }),
              resetScroll: false,
            });
          }}
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
      <FormProblem error={failed} />
      {next === undefined ? null : (
        <Button variant="subtle" fullWidth onClick={() => void showEarlier()}>
          {w.earlier}
        </Button>
      )}
    </Panel>
  );
};
