import { describe, expect, it } from 'vitest';
import { changeOf, COLUMN_SETS, columnsOf, isBetter } from '../../console/performance/columns.js';
import { withGaps } from '../../console/performance/gaps.js';
import { redefinedAt, stretchesOf, type Point } from '../../console/performance/series.js';
import { rowsQuestion } from '../../console/performance/questions.js';
import { changed, savedPart, valuesIn, valuesText, performanceViewOf } from '../../console/performance/view.js';
import { performanceWords } from '../../console/words-performance.js';
import { METRIC_IDS, PERFORMANCE_METRICS } from '../../domain/performance-metrics.js';

const point = (value: string | null, finality: Point['finality'] = 'final'): Point => ({
  day: '2026-02-01',
  complete: value !== null,
  value,
  partial: null,
  compared: null,
  finality,
});

describe('the view of Ad Performance', () => {
  it('keeps what an address says as text, and goes back to the first page of other rows only', () => {
    const view = performanceViewOf({ campaign: 123, utmSource: '', page: 3, last: '', nonsense: 'x' });
    expect(view).toEqual({ campaign: '123', utmSource: '', page: '3' });
    expect(changed(view, { chart: 'clicks' }).page).toBe('3');
    expect(changed(view, { campaign: undefined })).toEqual({ utmSource: '' });
    expect(valuesIn(valuesText(['a,b', '', 'c']))).toEqual(['a,b', '', 'c']);
  });

  it('begins with the results of each campaign, in the sets of columns of Ads Manager', () => {
    expect(rowsQuestion({})).toMatchObject({ last: '30d', groupBy: 'campaign', orderBy: '-spend' });
    expect(columnsOf({}).slice(0, 3)).toEqual(['results', 'cost_per_result', 'result_rate']);
    expect(COLUMN_SETS.map((set) => performanceWords.columns[set])).toEqual([
      'Performance',
      'Engagement',
      'Video',
      'Website',
      'App',
      'Followers',
    ]);
    expect(columnsOf({ columns: 'video', metrics: 'roas,spend' })).toEqual(['roas', 'spend']);
    for (const columns of COLUMN_SETS)
      expect(columnsOf({ columns }).filter((id) => !METRIC_IDS.includes(id as never))).toEqual([]);
  });

  it('is kept under a name without what belongs to the moment', () => {
    const view = { groupBy: 'ad', campaign: 'c1', page: '3', day: '2026-02-01', dayOf: 'acc', saved: 'id' };
    expect(savedPart(view)).toEqual({ groupBy: 'ad', campaign: 'c1' });
    expect(changed(view, { chart: 'clicks' }).saved).toBe('id');
  });

  it('knows for which metrics a rise is bad, and says nothing of what was 0 or was not there', () => {
    expect([isBetter('ctr', 0.1), isBetter('cpc', 0.1), isBetter('cost_per_result', -0.1)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(isBetter('spend', 0.1)).toBeUndefined();
    expect([changeOf('3', '2'), changeOf('3', '0'), changeOf(null, '2')]).toEqual([0.5, undefined, undefined]);
  });

  it('names each metric as the API does', () => {
    const labels = Object.fromEntries(METRIC_IDS.map((id) => [id, PERFORMANCE_METRICS[id].label]));
    expect(performanceWords.metrics).toEqual(labels);
  });
});

describe('the chart of Ad Performance', () => {
  it('parts its line at a day without a value, and draws what leads to a day as final as that day', () => {
    const points = [point('1'), point('2'), point(null), point('4'), point('5', 'settling'), point('6', 'provisional')];
    expect(stretchesOf(points).map(({ finality, spots }) => [finality, spots.map(({ index }) => index)])).toEqual([
      ['final', [0, 1]],
      ['settling', [3, 4]],
      ['provisional', [4, 5]],
    ]);
  });
});

const rows = (...shown: readonly string[]) =>
  shown.map((day) => ({
    key: { day: `2026-02-${day}` },
    names: {},
    kind: 'entity' as const,
    currency: 'EUR',
    values: {},
  }));

describe('the chart of video views', () => {
  it('marks the day on which X redefined them, and only there', () => {
    const days = ['2026-08-12', '2026-08-13', '2026-08-14'].map((day) => ({ day }));
    const at = (id: string, points = days): number | undefined =>
      redefinedAt({ id } as Parameters<typeof redefinedAt>[0], points);
    expect([at('video_views'), at('cpv'), at('spend'), at('video_views', days.slice(1))]).toEqual([
      1,
      1,
      undefined,
      undefined,
    ]);
  });
});

describe('the table of Ad Performance by day', () => {
  const days = ['01', '02', '03', '04', '05'].map((day) => ({
    day: `2026-02-${day}`,
    finality: 'final' as const,
    complete: day !== '03' && day !== '05',
  }));
  const answer = {
    dimensions: [{ id: 'day', label: 'Day' }],
    days,
  } as const;
  const shown = (orderBy: string, of: ReturnType<typeof rows>, ends: { isFirst: boolean; isLast: boolean }) =>
    withGaps({ ...answer, rows: of } as unknown as Parameters<typeof withGaps>[0], orderBy, ends).map((row) =>
      'missing' in row ? `no ${row.missing.slice(8)}` : (row.key.day ?? '').slice(8),
    );

  it('has each day that is not imported once, at its place', () => {
    expect(shown('-day', rows('04', '02', '01'), { isFirst: true, isLast: true })).toEqual([
      'no 05',
      '04',
      'no 03',
      '02',
      '01',
    ]);
    expect(shown('day', rows('01', '02', '04'), { isFirst: true, isLast: true })).toEqual([
      '01',
      '02',
      'no 03',
      '04',
      'no 05',
    ]);
    expect(shown('-spend', rows('04', '02', '01'), { isFirst: true, isLast: true })).toEqual(['04', '02', '01']);
  });

  it('has a day between two pages on one of them', () => {
    expect(shown('-day', rows('04'), { isFirst: true, isLast: false })).toEqual(['no 05', '04', 'no 03']);
    expect(shown('-day', rows('02', '01'), { isFirst: false, isLast: true })).toEqual(['02', '01']);
  });
});
