import { Button, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { call } from '../api.js';
import { formatInstant } from '../clock.js';
import { PageFrame, Panel } from '../parts/page.js';
import { Failure, RowsSkeleton } from '../parts/states.js';
import styles from '../styles/connection.module.css';
import { words } from '../words.js';

const w = words.settings.audit;

/** `member.role_changed` is a change of the role of a member. */
const sentenceOf = (action: string): string => {
  const [subject = '', deed = ''] = action.split('.');
  return w.actions[action as keyof typeof w.actions] ?? `${subject} ${deed}`.replaceAll('_', ' ');
};

type Values = Readonly<Record<string, unknown>> | undefined;

const valuesText = (values: Values): string =>
  Object.entries(values ?? {})
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

const changeOf = (from: Values, to: Values): string =>
  from !== undefined && to !== undefined ? w.fromTo(valuesText(from), valuesText(to)) : valuesText(from ?? to);

export const AuditPage = () => {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['getAudit'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      call('getAudit', { query: pageParam === undefined ? {} : { before: pageParam } }, signal),
    getNextPageParam: ({ next }) => next,
  });
  const entries = data?.pages.flatMap((page) => page.entries);
  return (
    <PageFrame title={w.title} lead={w.lead}>
      {entries === undefined ? (
        error === null ? (
          <RowsSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={2} />
        )
      ) : (
        <Stack>
          <Panel flush>
            {entries.length === 0 ? (
              <Text p="lg" c="dimmed">
                {w.empty}
              </Text>
            ) : (
              <ol className={styles['entries']}>
                {entries.map(({ id, at, actorName, action, subject, from, to }) => (
                  <li key={id} className={styles['entry']}>
                    <time dateTime={at}>{formatInstant(at)}</time>
                    <div>
                      <b className="name">{actorName}</b> {sentenceOf(action)}{' '}
                      <span className="name">{subject.name ?? ''}</span>
                      <Text size="sm" c="dimmed" className="name">
                        {changeOf(from, to)}
                      </Text>
                    </div>
                  </li>
                ))}
              </ol>
            )}
          </Panel>
          {hasNextPage ? (
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {w.more}
            </Button>
          ) : null}
        </Stack>
      )}
    </PageFrame>
  );
};
