import { Text, Tooltip } from '@mantine/core';
import { formatDay } from '../clock.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/performance.module.css';
import { outlookWords as w } from '../words-outlook.js';
import type { ShownMetric, ShownPerformance } from './answer.js';
import { forecastOf, forecastSentence, isSettlingMetric, type Outlook } from './outlook.js';

/** More accounts are more than one reads. */
const MAX_ACCOUNTS = 5;

/** What the API knows of how the accounts on the page settle; empty where all days are final, and of a past moment. */
export const useOutlooks = (answer: ShownPerformance | undefined): readonly Outlook[] => {
  const accounts = answer?.accounts.slice(0, MAX_ACCOUNTS).map(({ id }) => id.replaceAll(',', '\\,')) ?? [];
  const isUnsettled = answer?.days.some(({ finality }) => finality !== 'final') ?? false;
  const enabled = accounts.length > 0 && isUnsettled && answer?.question.asOf === null;
  const { data } = useAnswer('getOutlook', { query: { account: accounts.join(',') } }, { enabled, keep: true });
  return enabled ? (data?.accounts ?? []) : [];
};

/** How final the newest day of each account is, in a sentence, by what such days of the account did before. */
export const OutlookPanel = ({
  answer,
  metric,
  outlooks,
}: {
  answer: ShownPerformance;
  metric: ShownMetric;
  outlooks: readonly Outlook[];
}) => {
  if (!isSettlingMetric(metric.id)) return null;
  const lines = outlooks.flatMap((outlook) => {
    const account = answer.accounts.find(({ id }) => id === outlook.accountId);
    const day = account?.through;
    if (account === undefined || day === undefined || day === null) return [];
    return account.currencies.flatMap((currency) => {
      const forecast = forecastOf(outlook, day, metric.id, currency);
      return forecast === undefined ? [] : [{ key: `${account.id} ${currency}`, name: account.name, day, forecast }];
    });
  });
  if (lines.length === 0) return null;
  return (
    <ul className={styles['settling']} aria-label={w.label}>
      {lines.map(({ key, name, day, forecast }) => (
        <li key={key} className="name">
          <Tooltip label={w.bandHint}>
            <Text span inherit>
              {w.of(formatDay(day), answer.accounts.length > 1 ? name : undefined, forecastSentence(forecast))}
            </Text>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
};
