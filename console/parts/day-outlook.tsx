import { Text } from '@mantine/core';
import { useAnswer } from '../queries.js';
import { forecastOf, forecastSentence, isSettlingMetric } from '../performance/outlook.js';
import { outlookWords as w } from '../words-outlook.js';

/** How final the numbers of a day are, by what days of its age did before; nothing where too few are known. */
export const DayOutlook = ({ account, day }: { account: string; day: string }) => {
  const { data } = useAnswer('getOutlook', { query: { account: account.replaceAll(',', '\\,') } });
  const outlook = data?.accounts[0];
  if (outlook === undefined) return null;
  return Object.keys(w.metrics)
    .filter(isSettlingMetric)
    .map((metric) => {
      const forecast = forecastOf(outlook, day, metric);
      return forecast === undefined ? null : (
        <Text key={metric} size="sm">
          {w.of(w.metrics[metric], undefined, forecastSentence(forecast))}
        </Text>
      );
    });
};
