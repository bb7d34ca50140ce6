import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { AlertIcon, LockIcon, SearchIcon } from '../icons.js';
import { ApiRefusal } from '../api-refusal.js';
import styles from '../styles/states.module.css';
import { CopyTextButton } from './copy-button.js';
import { words } from '../words.js';

/* What a page or a part of it shows instead of its content. */

interface StateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** The level of the heading: a page's own is 1. */
  readonly order?: 1 | 2 | 3;
}

export const State = ({ icon, title, children, actions, order = 2 }: StateProps) => (
  <div className={`${styles['state']} ${order === 1 ? '' : styles['small']}`}>
    <div className={styles['mark']} aria-hidden>
      {icon}
    </div>
    <Title order={order} size="h2">
      {title}
    </Title>
    <Text c="dimmed" component="div">
      {children}
    </Text>
    {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
  </div>
);

export const NothingHere = () => (
  <State
    order={1}
    icon={<SearchIcon size={20} />}
    title={words.errors.notFoundTitle}
    actions={
      <Button variant="default" component={Link} to="/connections">
        {words.errors.notFoundBack}
      </Button>
    }
  >
    {words.errors.notFound}
  </State>
);

/** Why something could not be loaded, what to do about it, and a button to ask again. */
export const Failure = ({ error, retry, order = 1 }: { error: Error; retry: () => void; order?: 1 | 2 | 3 }) => {
  const refusal = error instanceof ApiRefusal ? error : undefined;
  if (refusal?.status === 404) return <NothingHere />;
  if (refusal?.status === 403)
    return (
      <State order={order} icon={<LockIcon size={20} />} title={words.errors.forbiddenTitle}>
        {error.message} {refusal.cure ?? words.errors.askOwner}
      </State>
    );
  return (
    <State
      order={order}
      icon={<AlertIcon size={20} />}
      title={words.errors.title}
      actions={
        <>
          <Button variant="default" onClick={retry}>
            {words.errors.retry}
          </Button>
          {refusal === undefined ? null : (
            <CopyTextButton size="sm" text={refusal.details} label={words.errors.copyDetails} />
          )}
        </>
      }
    >
      {error.message} {refusal?.cure}
    </State>
  );
};

/** Lines in the place of a table's rows. */
export const RowsSkeleton = ({ rows = 6 }: { rows?: number }) => (
  <Stack gap="sm" aria-hidden>
    {Array.from({ length: rows }, (_, index) => (
      <Skeleton key={index} height={44} radius="md" />
    ))}
  </Stack>
);

export const PageSkeleton = () => (
  <Stack gap="xl" aria-busy="true">
    <Skeleton height={28} width={220} />
    <RowsSkeleton />
  </Stack>
);
