import { type ExactSum, plus } from '../../domain/money.js';
import { troubledValues, utmProblems } from '../../domain/utm.js';
import { type AdDestination, destinationsOf } from '../../store/reports/destinations.js';
import type { Context } from '../context.js';
import type { UtmOptions } from '../options.js';
import type { PerformanceRow } from '../performance-shapes.js';
import type { UtmWorklist } from '../utm-shapes.js';
import { readAllPerformance } from './performance.js';

const USUAL_ADS = 100;
/** Values of more are a sign of something else. */
const MAX_VALUES = 200;

type Total = UtmWorklist['totals'][number];
type Part = 'withUtm' | 'withoutUtm' | 'withoutLink' | 'notAttributed';

interface Spending {
  readonly row: PerformanceRow;
  readonly spend: ExactSum;
  readonly destination: AdDestination | undefined;
}

const partOf = ({ row, destination }: Spending): Part => {
  if (row.kind === 'not_attributed') return 'notAttributed';
  if (destination === undefined || destination.url === null) return 'withoutLink';
  return destination.utm === null ? 'withoutUtm' : 'withUtm';
};

const totalsOf = (spendings: readonly Spending[]): readonly Total[] => {
  const totals = new Map<string | null, Total>();
  const none = { spend: '0', withUtm: '0', withoutUtm: '0', withoutLink: '0', notAttributed: '0' };
  for (const each of spendings) {
    const { currency } = each.row;
    const total = totals.get(currency) ?? { currency, ...none };
    const part = partOf(each);
    totals.set(currency, { ...total, spend: plus(total.spend, each.spend), [part]: plus(total[part], each.spend) });
  }
  return [...totals.values()];
};

/** The ads of one post have its numbers together. */
const postOf = ({ accountId, adId, tweetId }: AdDestination): string => `${accountId} ${tweetId ?? adId}`;

const campaignsOfPosts = (destinations: readonly AdDestination[]): ReadonlyMap<string, readonly string[]> => {
  const campaigns = new Map<string, Set<string>>();
  for (const each of destinations) {
    const known = campaigns.get(postOf(each)) ?? new Set();
    campaigns.set(postOf(each), known);
    if (each.campaignId !== null) known.add(each.campaignId);
  }
  return new Map([...campaigns].map(([post, ids]) => [post, [...ids].toSorted()]));
};

/** Which ads spend money without UTM parameters, or with such that other tools do not match; worst first. */
export const readUtm = async (
  context: Context,
  { foldCase = false, limit = USUAL_ADS, offset = 0, ...options }: UtmOptions = {},
): Promise<UtmWorklist> => {
  const { range, question, rows } = await readAllPerformance(context, {
    ...options,
    groupBy: ['ad'],
    metrics: ['spend'],
    orderBy: '-spend',
  });
  const destinations = await destinationsOf(context.db, context.viewer, question.accounts);
  const known = new Map(destinations.map((each) => [`${each.accountId} ${each.adId}`, each]));
  const names = new Map(destinations.map((each) => [each.campaignId ?? '', each.campaignName]));
  const campaigns = campaignsOfPosts(destinations);
  const spendings = rows.map((row): Spending => ({
    row,
    spend: row.values['spend'] ?? '0',
    destination: known.get(`${row.accountId ?? ''} ${row.key.ad ?? ''}`),
  }));
  const linked = spendings.flatMap(({ row, spend, destination }) =>
    destination === undefined || destination.url === null
      ? []
      : [
          {
            ...destination,
            url: destination.url,
            currency: row.currency,
            spend,
            shared: row.shared === true,
            campaigns: campaigns.get(postOf(destination)) ?? [],
          },
        ],
  );
  const wrong = linked
    .map((ad) => ({ ad, problems: utmProblems(ad.url, ad.utm) }))
    .filter(({ problems }) => problems.length > 0)
    .toSorted(
      (a, b) => (a.ad.currency ?? '').localeCompare(b.ad.currency ?? '') || Number(b.ad.spend) - Number(a.ad.spend),
    );
  const named = (of: readonly string[]) => of.map((id) => ({ id, name: names.get(id) ?? null }));
  return {
    range,
    totals: totalsOf(spendings),
    ads: wrong.slice(offset, offset + limit).map(({ ad, problems }) => ({
      accountId: ad.accountId,
      id: ad.adId,
      name: ad.text,
      shared: ad.shared,
      campaigns: named(ad.campaigns),
      url: ad.url,
      currency: ad.currency,
      spend: ad.spend,
      problems,
    })),
    adCount: wrong.length,
    values: troubledValues(linked, foldCase)
      .slice(0, MAX_VALUES)
      .map((value) => ({ ...value, campaigns: named(value.campaigns) })),
  };
};
