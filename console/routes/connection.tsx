import { Alert, Anchor, Stack, Tabs, Text } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { ShownConnection, ShownStatus } from '../answers.js';
import { formatShare } from '../clock.js';
import { AccountsPanel } from '../parts/accounts-panel.js';
import { ConnectionActions } from '../parts/connection-actions.js';
import { privacyOf } from '../parts/connections-table.js';
import { CoveragePanel } from '../parts/coverage-panel.js';
import { FirstNumbersPanel } from '../parts/created-step.js';
import { CallbackProblem, FailedReconnect } from '../parts/callback-problem.js';
import { useMe } from '../parts/frame.js';
import { MarkSentence } from '../parts/mark-sentence.js';
import { NameAndPrivacy } from '../parts/name-and-privacy.js';
import { PageFrame, Panel } from '../parts/page.js';
import { SendLinkPanel } from '../parts/send-link-panel.js';
import { Failure, PageSkeleton, RowsSkeleton } from '../parts/states.js';
import { MarkBadge } from '../parts/mark-badge.js';
import { TroublePanel } from '../parts/trouble-panel.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/connection.module.css';
import page from '../styles/page.module.css';
import { words } from '../words.js';
import { BackToConnections } from './new-connection.js';

const TimelinePanel = lazy(async () => ({ default: (await import('../parts/timeline-panel.js')).TimelinePanel }));
const WorkflowsPanel = lazy(async () => ({ default: (await import('../parts/workflows-panel.js')).WorkflowsPanel }));
const RestatementsPanel = lazy(async () => ({ default: (await import('../parts/reports.js')).RestatementsPanel }));
const ReconciliationPanel = lazy(async () => ({ default: (await import('../parts/reports.js')).ReconciliationPanel }));
const ChoiceSettings = lazy(async () => ({ default: (await import('../parts/choice-settings.js')).ChoiceSettings }));

const w = words.connection;
const TABS = ['overview', 'timeline', 'restatements', 'reconciliation', 'settings'] as const;
type Tab = (typeof TABS)[number];

const isLively = ({ mark }: ShownConnection): boolean =>
  ['starting', 'importing_history', 'waiting_for_x', 'behind'].includes(mark.status);

const StatePanel = ({ connection }: { connection: ShownConnection }) => {
  const { mark, id } = connection;
  return (
    <section className={`${page['panel']} ${styles['state']}`} aria-label={words.connections.status}>
      <MarkBadge mark={mark} />
      <div className={styles['stateText']}>
        <MarkSentence mark={mark} />
        {mark.nextStep === undefined || mark.sentence.includes(mark.nextStep.text) ? null : (
          <Text c="dimmed">{mark.nextStep.text}</Text>
        )}
      </div>
      {mark.status === 'not_finished' ? (
        <Anchor renderRoot={(props) => <Link to="/connections/$id/set-up" params={{ id }} {...props} />}>
          {words.connections.resume}
        </Anchor>
      ) : null}
    </section>
  );
};

const Overview = ({ connection, status }: { connection: ShownConnection; status: ShownStatus | undefined }) => {
  const { simulated } = useMe();
  const every = isLively(connection) ? 2000 : 15_000;
  return (
    <Stack gap="lg">
      {status === undefined ? <RowsSkeleton rows={2} /> : <AccountsPanel status={status} />}
      {connection.days.due > 0 && connection.days.complete < connection.days.due ? (
        <FirstNumbersPanel id={connection.id} />
      ) : null}
      <CoveragePanel id={connection.id} every={every} />
      {simulated && connection.phase !== 'disconnected' ? <TroublePanel id={connection.id} /> : null}
    </Stack>
  );
};

const SettingsTab = ({ connection }: { connection: ShownConnection }) => (
  <Stack gap="lg">
    <Panel title={w.settings.name}>
      <NameAndPrivacy connection={connection} />
    </Panel>
    <Text c="dimmed">{w.settings.accountsLead}</Text>
    <ChoiceSettings connection={connection} />
  </Stack>
);

const Content = ({
  tab,
  connection,
  status,
}: {
  tab: Tab;
  connection: ShownConnection;
  status: ShownStatus | undefined;
}) => {
  switch (tab) {
    case 'overview':
      return <Overview connection={connection} status={status} />;
    case 'timeline':
      return (
        <Stack gap="lg">
          <TimelinePanel id={connection.id} />
          <WorkflowsPanel id={connection.id} />
        </Stack>
      );
    case 'restatements':
      return <RestatementsPanel id={connection.id} />;
    case 'reconciliation':
      return <ReconciliationPanel id={connection.id} />;
    case 'settings':
      return <SettingsTab connection={connection} />;
  }
};

const Shown = ({ connection, status }: { connection: ShownConnection; status: ShownStatus | undefined }) => {
  const { tab, problem } = useSearch({ from: '/frame/connections/$id' });
  const navigate = useNavigate({ from: '/connections/$id' });
  const { displayName, screenName, days, mark } = connection;
  const now = TABS.find((each) => each === tab) ?? 'overview';
  const share = days.due === 0 ? '' : `${formatShare(Math.floor((days.complete / days.due) * 100) / 100)} · `;
  return (
    <PageFrame
      title={displayName}
      tabTitle={`${mark.status === 'importing_history' ? `● ${share}` : ''}${displayName}`}
      back={<BackToConnections />}
      lead={
        <>
          {words.connections.source}
          {screenName === undefined ? '' : ` · @${screenName}`} · {privacyOf(connection)} ·{' '}
          <span className="name">{connection.createdByName}</span>
        </>
      }
      actions={<ConnectionActions connection={connection} />}
    >
      <Stack gap="lg">
        {problem === undefined ? (
          <FailedReconnect connection={connection} />
        ) : (
          <div>
            <CallbackProblem problem={problem} />
            <Alert variant="light" color="gray" mt="xs">
              {w.reconnectProblem}
            </Alert>
          </div>
        )}
        {connection.mark.nextStep?.action === 'reconnect' && connection.can.sign_in.allowed ? (
          <SendLinkPanel connectionId={connection.id} />
        ) : null}
        <StatePanel connection={connection} />
        <Tabs
          value={now}
          onChange={(value) =>
            void navigate({ search: value === null || value === 'overview' ? {} : { tab: value }, resetScroll: false })
          }
          keepMounted={false}
        >
          <Tabs.List mb="lg">
            {TABS.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {w.tabs[each]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={now}>
            <Suspense fallback={<RowsSkeleton />}>
              <Content tab={now} connection={connection} status={status} />
            </Suspense>
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </PageFrame>
  );
};

const every = (seen: ShownConnection | undefined): number => (seen === undefined || isLively(seen) ? 2000 : 10_000);

/** One connection: how it stands, its accounts and days, its past, its settings, and what can be done with it. */
export const ConnectionPage = () => {
  const { id } = useParams({ from: '/frame/connections/$id' });
  const { data, error, refetch } = useAnswer('getConnection', { params: { id } }, { every });
  const status = useAnswer('getConnectionStatus', { params: { id } }, { every });
  // The frame says what is away; whoever watches an import hears of it at once.
  useAnswer('getParts', {}, { every: 1500 });
  if (data !== undefined) return <Shown connection={data} status={status.data} />;
  return error === null ? <PageSkeleton /> : <Failure error={error} retry={() => void refetch()} />;
};
