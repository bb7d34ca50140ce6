/* The sentences on how final a number is, from an account's own history. */

const many = (count: number, one: string): string => (count === 1 ? `1 ${one}` : `${count} ${one}s`);
const METRICS = { spend: 'Spend', impressions: 'Impressions', clicks: 'Clicks' } as const;

const band = (low: string, high: string): string => (low === high ? `by ${low}` : `by ${low} to ${high}`);

export const outlookWords = {
  label: 'How final the newest days are',
  metrics: METRICS,
  of: (day: string, account: string | undefined, what: string) =>
    `${day}${account === undefined ? '' : `, ${account}`}: ${what}`,
  moves: (low: string, high: string, within: number, days: number) =>
    `Usually moves ${band(low, high)} within ${many(within, 'day')}, from ${many(days, 'day')} of this account.`,
  still: (days: number) => `Usually moves no more, from ${many(days, 'day')} of this account.`,
  share: (share: string) => `At this age ${share} of the final number is usually there.`,
  /** Four of five days end within the band. */
  bandHint: 'Four of five days of this account ended within this.',
  total: (low: string, high: string) => `may still move ${band(low, high)}`,
  wait: (account: string, metric: keyof typeof METRICS, one: string, three: string, days: number, worth: 1 | 3) =>
    `${account}: after 1 day ${METRICS[metric].toLowerCase()} usually still ${metric === 'spend' ? 'moves' : 'move'} ${one}, after 3 days ${three} (from ${many(days, 'day')}). ${
      worth === 3 ? 'Waiting 3 days is worth it.' : 'A wait of 1 day is enough.'
    }`,
  band,
} as const;
