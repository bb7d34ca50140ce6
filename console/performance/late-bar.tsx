import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { formatCount, formatRange } from '../clock.js';
import { AlertIcon } from '../icons.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/performance.module.css';
import { words } from '../words.js';
import type { ShownPerformance } from './answer.js';

const w = words.performance.late;

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** Days that follow each other are written as one range. */
const rangesOf = (days: readonly string[]): readonly string[] => {
  const ranges: { from: string; to: string }[] = [];
  for (const day of days.toSorted()) {
    const last = ranges.at(-1);
    if (last !== undefined && dayAfter(last.to) === day) last.to = day;
    else ranges.push({ from: day, to: day });
  }
  return ranges.map(({ from, to }) => formatRange(from, to));
};

const sentenceOf = ({ name, missing, missingDays }: ShownPerformance['accounts'][number]): string => {
  const rest = missingDays - missing.length;
  const which = [...rangesOf(missing), ...(rest > 0 ? [w.more(rest)] : [])];
  return w.account(name, formatCount(missingDays), missingDays, which.join(', '));
};

/** Which days of which account lack in the range, so that no total is taken for a whole one. */
export const LateBar = ({ accounts }: { accounts: ShownPerformance['accounts'] }) => {
  const { data: health } = useAnswer('getDataHealth', {}, { every: 30_000 });
  const late = accounts.filter(({ missingDays }) => missingDays > 0);
  if (late.length === 0) return null;
  return (
    <div className={styles['late']} role="status">
      <AlertIcon size={17} aria-hidden />
      <ul>
        {late.map((account) => {
          const connection = health?.connections.find(({ accounts }) =>
            accounts.some(({ accountId }) => accountId === account.id),
          );
          return (
            <li key={account.id} className="name">
              {sentenceOf(account)}
              {connection === undefined ? null : (
                <>
                  {' '}
                  <Anchor
                    inherit
                    underline="always"
                    renderRoot={(props) => <Link to="/connections/$id" params={{ id: connection.id }} {...props} />}
                  >
                    {w.see}
                  </Anchor>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
};
