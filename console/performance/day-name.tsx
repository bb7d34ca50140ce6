import { Menu, UnstyledButton } from '@mantine/core';
import { formatDay } from '../clock.js';
import coverage from '../styles/coverage.module.css';
import styles from '../styles/performance-table.module.css';
import { words } from '../words.js';
import type { ShownPerformance, ShownRow } from './answer.js';
import { useView } from './use-view.js';

const w = words.performance;

/** A square as in the calendar of the days: full, with a notch, or hollow. */
const DayMark = ({ status, finality }: { status: 'complete' | 'missing'; finality?: string }) => (
  <span className={`${coverage['day']} ${coverage[status]} ${styles['mark']}`} data-finality={finality} aria-hidden />
);

export const MissingDayName = ({ day }: { day: string }) => (
  <span className={styles['dayName']}>
    <DayMark status="missing" />
    {formatDay(day)}
  </span>
);

/** Leads to the receipts of the day: those of the row's account, or of one that is chosen. */
const Receipts = ({ day, accounts }: { day: string; accounts: ShownPerformance['accounts'] }) => {
  const { change } = useView();
  const [only, ...others] = accounts;
  if (only === undefined) return formatDay(day);
  const open = (dayOf: string): void => change({ day, dayOf }, { replace: true });
  const button = (
    <UnstyledButton
      className={styles['open']}
      title={w.table.receipts(formatDay(day))}
      {...(others.length === 0 ? { onClick: () => open(only.id) } : {})}
    >
      {formatDay(day)}
    </UnstyledButton>
  );
  if (others.length === 0) return button;
  return (
    <Menu position="bottom-start">
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{w.table.receipts(formatDay(day))}</Menu.Label>
        {accounts.map(({ id, name }) => (
          <Menu.Item key={id} onClick={() => open(id)} className="name">
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
};

/** A day with how final it is, by shape, colour and word. */
export const DayName = ({ day, row, answer }: { day: string; row: ShownRow; answer: ShownPerformance }) => {
  const known = answer.days.find((each) => each.day === day);
  const state = known === undefined ? undefined : known.complete ? w.finality[known.finality] : w.partial;
  const account = row.accountId ?? row.key['account'];
  return (
    <span className={styles['dayName']}>
      {known === undefined ? null : (
        <DayMark status={known.complete ? 'complete' : 'missing'} finality={known.finality} />
      )}
      <Receipts
        day={day}
        accounts={typeof account === 'string' ? answer.accounts.filter(({ id }) => id === account) : answer.accounts}
      />
      <span className={known?.complete === true && known.finality === 'final' ? 'only-read' : styles['quiet']}>
        {state}
      </span>
    </span>
  );
};
