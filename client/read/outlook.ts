import { addDays } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import { dayOf } from '../../domain/local-days.js';
import { settlingForecasts, waitAdvice } from '../../domain/outlook.js';
import { getVisibleAccount } from '../../store/account/accounts.js';
import { settledDays } from '../../store/reports/restatements.js';
import type { Context } from '../context.js';
import { UnknownAccount } from '../errors.js';
import type { SettlingOutlook } from '../outlook-shapes.js';

/** Older days say less of how X corrects today. */
const EVIDENCE_DAYS = 180;

const outlookOf = async (context: Context, id: AccountId): Promise<SettlingOutlook> => {
  const account = await getVisibleAccount(context.db, context.viewer, id);
  if (account === undefined) {
    const message = `No connection that you see reads the account ${id}.`;
    throw new UnknownAccount(message, { fields: { account: message } });
  }
  const seenOn = dayOf(account.observedAt, account.zones.length === 0 ? 'UTC' : account.zones);
  const days = await settledDays(context.db, context.viewer, id, addDays(seenOn, -EVIDENCE_DAYS));
  const forecasts = settlingForecasts(days);
  const wait = waitAdvice(forecasts);
  return { accountId: id, accountName: account.name, seenOn, forecasts, ...(wait === undefined ? {} : { wait }) };
};

/** How much the numbers of accounts usually still move, and which wait is worth it. */
export const readOutlook = (context: Context, ids: readonly AccountId[]): Promise<readonly SettlingOutlook[]> =>
  Promise.all([...new Set(ids)].map((id) => outlookOf(context, id)));
