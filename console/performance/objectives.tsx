import { useAnswer } from '../queries.js';
import styles from '../styles/performance.module.css';
import { words } from '../words.js';
import type { ShownTotal } from './answer.js';
import { rowNameOf } from './names.js';
import { formatValue } from './numbers.js';
import { objectivesQuestion } from './questions.js';
import { useView } from './use-view.js';

const w = words.performance;

/** *Results* of each objective, where there are several: they are of different kinds, so the total has none. */
export const Objectives = ({ totals }: { totals: readonly ShownTotal[] }) => {
  const { view } = useView();
  const isMixed = totals.some(({ reasons }) => reasons?.['results'] === 'mixed_objectives');
  const { data } = useAnswer('getPerformance', { query: objectivesQuestion(view) }, { enabled: isMixed, keep: true });
  if (!isMixed || data === undefined) return null;
  return (
    <dl className={styles['objectives']} aria-label={w.table.byObjective}>
      {data.rows.map((row) => {
        const text = (id: string): string | undefined => {
          const metric = data.metrics.find((each) => each.id === id);
          return metric === undefined ? undefined : formatValue(row.values[id], metric, row.currency);
        };
        const results = text('results');
        return (
          <div key={`${row.key['objective']} ${row.currency}`}>
            <dt>{rowNameOf(row, 'objective').text}</dt>
            <dd className="numbers">
              {results === undefined
                ? w.none
                : w.table.results(results, text('cost_per_result') ?? w.none, text('result_rate') ?? w.none)}
            </dd>
          </div>
        );
      })}
    </dl>
  );
};
