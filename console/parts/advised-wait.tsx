import { Text } from '@mantine/core';
import { formatChange } from '../clock.js';
import { useAnswer } from '../queries.js';
import { outlookWords as w } from '../words-outlook.js';

/** An account that is not read yet is unknown to the API, and one refusal would hide what is known of the others. */
const Advice = ({ account }: { account: string }) => {
  const { data } = useAnswer('getOutlook', { query: { account: account.replaceAll(',', '\\,') } });
  const outlook = data?.accounts[0];
  if (outlook?.wait === undefined) return null;
  const { metric, after1, after3, wait } = outlook.wait;
  const text = ({ low, high }: typeof after1): string => w.band(formatChange(low), formatChange(high));
  return (
    <Text size="sm" mt="sm" className="name">
      {w.wait(outlook.accountName, metric, text(after1), text(after3), Math.min(after1.days, after3.days), wait)}
    </Text>
  );
};

/** Which wait is worth it, of each account of which enough is known. */
export const AdvisedWait = ({ accounts }: { accounts: readonly string[] }) =>
  accounts.slice(0, 5).map((account) => <Advice key={account} account={account} />);
