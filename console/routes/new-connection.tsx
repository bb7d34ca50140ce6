import { Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ArrowRightIcon, BackIcon, LockIcon } from '../icons.js';
import { CredentialsStep } from '../parts/credentials-step.js';
import { useMe } from '../parts/frame.js';
import { backStyle, PageFrame } from '../parts/page.js';
import { State } from '../parts/states.js';
import { SetUpSteps } from '../parts/set-up-steps.js';
import styles from '../styles/set-up.module.css';
import { words } from '../words.js';

const w = words.setUp;

export const BackToConnections = () => (
  <Link to="/connections" className={backStyle}>
    <BackIcon size={15} aria-hidden />
    {w.back}
  </Link>
);

const SourceStep = () => {
  const navigate = useNavigate();
  return (
    <Stack>
      <Title order={2}>{w.source.title}</Title>
      <UnstyledButton
        className={styles['source'] ?? ''}
        onClick={() => void navigate({ to: '/connections/new', search: { step: 'credentials' } })}
      >
        <span className={styles['logo']} aria-hidden>
          𝕏
        </span>
        <span>
          <Text fw={600}>{w.source.x}</Text>
          <Text c="dimmed" size="sm">
            {w.source.xText}
          </Text>
        </span>
        <ArrowRightIcon size={18} aria-hidden />
      </UnstyledButton>
    </Stack>
  );
};

/** *Add Connection*, before there is a connection. */
export const NewConnectionPage = () => {
  const { step, problem } = useSearch({ from: '/frame/connections/new' });
  const { can } = useMe();
  const may = can.connect;
  const now = step === 'credentials' || problem !== undefined ? 'credentials' : 'source';
  return (
    <div className={styles['narrow']}>
      <PageFrame title={w.title} back={<BackToConnections />}>
        {!may.allowed ? (
          <State icon={<LockIcon size={20} />} title={words.errors.forbiddenTitle}>
            {may.reason} {words.errors.askOwner}
          </State>
        ) : (
          <>
            <SetUpSteps now={now} />
            {now === 'source' ? <SourceStep /> : <CredentialsStep problem={problem} />}
          </>
        )}
      </PageFrame>
    </div>
  );
};
