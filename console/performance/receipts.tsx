import { DayDrawer } from '../parts/day-drawer.js';
import { useAnswer } from '../queries.js';
import { useView } from './use-view.js';

/** Where the numbers of a day of an account come from, where the address names one. */
export const Receipts = () => {
  const { view, change } = useView();
  const { day, dayOf } = view;
  const { data } = useAnswer('getDataHealth', {}, { enabled: day !== undefined && dayOf !== undefined });
  if (day === undefined || dayOf === undefined) return null;
  const found = data?.connections
    .flatMap(({ id, accounts }) => accounts.map((account) => ({ id, account })))
    .find(({ account }) => account.accountId === dayOf);
  if (found === undefined) return null;
  return (
    <DayDrawer
      id={found.id}
      account={dayOf}
      accountName={found.account.accountName}
      day={day}
      close={() => change({ day: undefined, dayOf: undefined }, { replace: true })}
    />
  );
};
