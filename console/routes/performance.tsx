import { Alert, Anchor, Button, Skeleton, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { formatInstant, formatRange } from '../clock.js';
import { ApiRefusal } from '../api-refusal.js';
import { AlertIcon, ChartIcon } from '../icons.js';
import { Panel, PageFrame } from '../parts/page.js';
import { Failure, RowsSkeleton, State } from '../parts/states.js';
import type { ShownPerformance } from '../performance/answer.js';
import { ChangedPanel } from '../performance/changed-panel.js';
import { changesOf } from '../performance/changes.js';
import { ChartPanel } from '../performance/chart-panel.js';
import { ColumnsPicker, ComparePicker, GroupPicker } from '../performance/choices.js';
import { tilesOf } from '../performance/columns.js';
import { ExportMenu } from '../performance/export-menu.js';
import { Filters } from '../performance/filters.js';
import { LateBar } from '../performance/late-bar.js';
import { Objectives } from '../performance/objectives.js';
import { daysQuestion, pageQuestion, rowsQuestion } from '../performance/questions.js';
import { Receipts } from '../performance/receipts.js';
import { RangePicker } from '../performance/range-picker.js';
import { useOutlooks } from '../performance/outlook-panel.js';
import { PerformanceTable } from '../performance/table.js';
import { SavedNotice, useOpenedView } from '../performance/opened-view.js';
import { Tiles } from '../performance/tiles.js';
import { useChange, useOfView, useView } from '../performance/use-view.js';
import type { View } from '../performance/view.js';
import { ViewsMenu } from '../performance/views-menu.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/performance.module.css';
import { words } from '../words.js';

const w = words.performance;
const EVERY = 30_000;

/** A view that the API does not understand, or that names what is not there: why, and the way out. */
const Problem = ({ error, retry }: { error: Error; retry: () => void }) => {
  if (!(error instanceof ApiRefusal) || error.status < 400 || error.status >= 500 || error.status === 403)
    return <Failure error={error} retry={retry} order={2} />;
  return (
    <State
      icon={<AlertIcon size={20} />}
      title={error.status === 404 ? w.refused.notFound : w.refused.title}
      actions={
        <Button variant="default" renderRoot={(props) => <Link to="/performance" search={{}} {...props} />}>
          {w.refused.reset}
        </Button>
      }
    >
      {error.message} {Object.values(error.fields ?? {}).join(' ')} {error.cure}
    </State>
  );
};

const Empty = () => (
  <State
    icon={<ChartIcon size={20} />}
    title={w.empty.title}
    actions={<Button renderRoot={(props) => <Link to="/connections" {...props} />}>{w.empty.action}</Button>}
  >
    {w.empty.lead}
  </State>
);

const Loading = () => (
  <Stack gap="md" aria-busy="true">
    <div className={styles['tiles']} aria-hidden>
      {Array.from({ length: 5 }, (_, index) => (
        <Skeleton key={index} height={92} radius="lg" />
      ))}
    </div>
    <Skeleton height={340} radius="lg" aria-hidden />
    <RowsSkeleton rows={8} />
  </Stack>
);

const ofChart = ({ chart, as, columns }: View): View => ({ chart, as, columns });

const Overview = ({ answer }: { answer: ShownPerformance }) => {
  const change = useChange();
  const view = useOfView(ofChart);
  const tiles = tilesOf(view);
  const outlooks = useOutlooks(answer);
  const drawn = answer.metrics.find(({ id }) => id === view.chart) ?? answer.metrics[0];
  return (
    <>
      <LateBar accounts={answer.accounts} />
      <Tiles
        answer={answer}
        outlooks={outlooks}
        shown={tiles}
        drawn={drawn?.id ?? ''}
        draw={(metric) => change({ chart: metric === tiles[0] ? undefined : metric }, { replace: true })}
      />
      {drawn === undefined ? null : (
        <ChartPanel
          answer={answer}
          metric={drawn}
          outlooks={outlooks}
          isTable={view.as === 'table'}
          show={(as) => change({ as }, { replace: true })}
        />
      )}
    </>
  );
};

const Table = () => {
  const { view } = useView();
  const { data, error, refetch, isPlaceholderData } = useAnswer(
    'getPerformance',
    { query: pageQuestion(view) },
    { every: EVERY, keep: true },
  );
  const { data: visit } = useAnswer(
    'postPerformanceVisit',
    { query: rowsQuestion(view), body: {} },
    // Of a past moment nothing has changed since.
    { every: EVERY, keep: true, enabled: view.asOf === undefined },
  );
  const shown = view.asOf === undefined ? visit : undefined;
  return (
    <>
      {data === undefined || shown === undefined ? null : <ChangedPanel visit={shown} metrics={data.metrics} />}
      <Panel flush>
        <div className={styles['tableTools']}>
          <GroupPicker />
          <ColumnsPicker />
        </div>
        {data === undefined ? (
          <div className={styles['padded']}>
            {error === null ? <RowsSkeleton rows={8} /> : <Problem error={error} retry={() => void refetch()} />}
          </div>
        ) : (
          <>
            <Objectives totals={data.totals} />
            {view.utmSource === '' || view.utmCampaign === '' ? (
              <Text className={styles['hint'] ?? ''} size="xs">
                {w.views.utmHint}
              </Text>
            ) : null}
            <PerformanceTable answer={data} isOld={isPlaceholderData} changes={shown && changesOf(shown)} />
          </>
        )}
      </Panel>
    </>
  );
};

const Export = () => {
  const { view } = useView();
  const { data } = useAnswer('getPerformance', { query: pageQuestion(view) }, { keep: true });
  return <ExportMenu question={rowsQuestion(view)} answer={data} />;
};

/** What the money did: in total, by day, and by whatever one groups by. */
export const PerformancePage = () => {
  const {
    view: { asOf },
    change,
  } = useView();
  const opened = useOpenedView();
  const { data, error, refetch } = useAnswer(
    'getPerformance',
    { query: useOfView(daysQuestion) },
    { every: EVERY, keep: true, enabled: !opened.isPending },
  );
  // The headline is painted first. Choices and numbers are rendered after it, in pieces between which a person is heard.
  const isHeadPainted = useDeferredValue(true, false);
  const shown = useDeferredValue(data);
  const problem = opened.error ?? error;
  return (
    <PageFrame
      title={w.title}
      lead={
        data?.compareRange === undefined
          ? undefined
          : w.compare.with(
              formatRange(data.range.from, data.range.to),
              formatRange(data.compareRange.from, data.compareRange.to),
            ) + (data.comparedAsOf === undefined ? '' : w.compare.asOf(formatInstant(data.comparedAsOf)))
      }
      actions={
        isHeadPainted && (
          <>
            <ViewsMenu />
            <Export />
          </>
        )
      }
    >
      <div className={styles['tools']}>
        {isHeadPainted ? (
          <>
            <RangePicker answer={data} />
            <ComparePicker />
            <Filters />
          </>
        ) : null}
      </div>
      {asOf === undefined ? null : (
        <Alert variant="default" mb="md" role="status">
          {w.asOf(Number.isNaN(Date.parse(asOf)) ? asOf : formatInstant(asOf))}{' '}
          <Anchor component="button" inherit onClick={() => change({ asOf: undefined })}>
            {w.now}
          </Anchor>
        </Alert>
      )}
      <SavedNotice />
      {problem !== null && (data === undefined || opened.error !== null) ? (
        <Problem error={problem} retry={() => void refetch()} />
      ) : shown === undefined || !isHeadPainted || opened.isPending ? (
        <Loading />
      ) : shown.accounts.length === 0 ? (
        <Empty />
      ) : (
        <Stack gap="md">
          <Overview answer={shown} />
          <Table />
          <Receipts />
        </Stack>
      )}
    </PageFrame>
  );
};
