import type { Db } from '../../../store/pool.js';
import { simulatedAccounts, trueRows } from '../../../local/once/simulated.js';

/** What stands in a row, money in micros. */
export interface Numbers {
  readonly spend: number;
  readonly impressions: number;
}

export interface TrueDay extends Numbers {
  readonly account: string;
  readonly id: string;
  readonly day: string;
}

/** What X would say of a level, now or at a moment of its clock, over placements; accounts that are read side by side. */
export const truthOf = async (
  simulatorUrl: string,
  level: string,
  range: { readonly from: string; readonly to: string; readonly asOf?: string },
): Promise<readonly TrueDay[]> => {
  const accounts = await simulatedAccounts(simulatorUrl);
  const days = await Promise.all(
    accounts.map(async ({ id: account }) => {
      const found: TrueDay[] = [];
      for await (const { id, day, metrics } of trueRows(simulatorUrl, account, { level, ...range }))
        found.push({
          account,
          id,
          day,
          spend: metrics['billed_charge_local_micro'] ?? 0,
          impressions: metrics['impressions'] ?? 0,
        });
      return found;
    }),
  );
  return days.flat();
};

export const sum = (rows: readonly Numbers[]): Numbers => ({
  spend: rows.reduce((total, { spend }) => total + spend, 0),
  impressions: rows.reduce((total, { impressions }) => total + impressions, 0),
});

export const grouped = (rows: readonly TrueDay[], keyOf: (row: TrueDay) => string): ReadonlyMap<string, Numbers> => {
  const groups = new Map<string, TrueDay[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return new Map([...groups].map(([key, group]) => [key, sum(group)]));
};

/** Numbers as text, in an order of their own: for rows the names of which several entities have. */
export const asSet = (rows: Iterable<Numbers>): readonly string[] =>
  [...rows]
    .filter(({ spend, impressions }) => spend !== 0 || impressions !== 0)
    .map(({ spend, impressions }) => `${spend} ${impressions}`)
    .toSorted();

interface Known {
  readonly currency: string;
  readonly utm: string;
  /** What several ads may promote. */
  readonly post: string;
  readonly name: string;
}

/** What the numbers of campaigns and ads are grouped by, as it is stored. */
export const knownOf = async (db: Db): Promise<(row: Pick<TrueDay, 'id'>) => Known> => {
  const { rows } = await db.query<Known & { id: string }>(
    `select ad_id as id, campaign_currency as currency, coalesce(utm->>'utm_campaign', '') as utm,
       account_id || coalesce(tweet_id, ad_id) as post, '' as name from importer.ads
     union all select entity_id, currency, '', '', name from importer.entities where level = 'CAMPAIGN'`,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ({ id }) => byId.get(id) ?? { currency: '', utm: '', post: '', name: '' };
};
