import { Text } from '@mantine/core';
import type { ShownAccount, ShownStatus } from '../answers.js';
import { formatCount, formatDay, formatSeconds, formatUntil, zoneName } from '../clock.js';
import styles from '../styles/connection.module.css';
import { words } from '../words.js';
import { Panel } from './page.js';

const w = words.connection.progress;

const usableText = ({ days }: ShownAccount): string => {
  if (days.usableFrom === undefined) return w.notYet;
  const through = days.lastImported === undefined ? '' : ` ${w.through(formatDay(days.lastImported))}`;
  return `${w.usable(formatDay(days.usableFrom))}${through}`;
};

const Account = ({ account, hold }: { account: ShownAccount; hold: ShownStatus['holds'][number] | undefined }) => {
  const { accountName, days, dailyAt, timezone, status, problem, estimateSeconds } = account;
  const percent = days.due === 0 ? 0 : (days.complete / days.due) * 100;
  return (
    <li className={styles['account']}>
      <div>
        <Text fw={600} className="name">
          {accountName}
        </Text>
        <Text size="xs" c="dimmed">
          {w.grant[status]} · {w.daily(dailyAt, zoneName(timezone))}
        </Text>
        {problem === undefined ? null : (
          <Text size="sm" c="var(--bad)">
            {problem.nextStep.text}
          </Text>
        )}
        {hold === undefined ? null : (
          <Text size="sm" c="var(--late)">
            {w.waits(hold.reason, hold.until === undefined ? undefined : formatUntil(hold.until))}
          </Text>
        )}
      </div>
      <div>
        <div
          className={styles['bar']}
          role="progressbar"
          aria-label={accountName}
          aria-valuemin={0}
          aria-valuemax={days.due}
          aria-valuenow={days.complete}
          aria-valuetext={w.days(formatCount(days.complete), formatCount(days.due))}
        >
          <div style={{ width: `${percent}%` }} />
        </div>
        <div className={styles['barText']}>
          <span className="numbers">{w.days(formatCount(days.complete), formatCount(days.due))}</span>
          <span>
            {estimateSeconds === undefined || days.complete >= days.due
              ? usableText(account)
              : `${usableText(account)} · ${w.estimate(formatSeconds(estimateSeconds))}`}
          </span>
        </div>
      </div>
    </li>
  );
};

/** Days per account, and what each waits for. */
export const AccountsPanel = ({ status }: { status: ShownStatus }) => (
  <Panel title={w.title} flush>
    {status.accounts.length === 0 ? (
      <Text p="lg" c="dimmed">
        {w.none}
      </Text>
    ) : (
      <ul className={styles['accounts']}>
        {status.accounts.map((account) => (
          <Account
            key={account.accountId}
            account={account}
            hold={status.holds.find(({ accountId }) => accountId === account.accountId)}
          />
        ))}
      </ul>
    )}
  </Panel>
);
