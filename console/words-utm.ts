/* The sentences of the UTM worklist. */

const many = (count: number, one: string): string => (count === 1 ? `1 ${one}` : `${count} ${one}s`);

export const utmWords = {
  title: 'UTM worklist',
  lead: 'Spend that other tools cannot match, because the URL of the ad carries no UTM parameters, or odd ones.',
  back: 'Ad Performance',
  range: 'Range',
  foldCase: 'Values that differ in case only are one',
  totals: {
    label: 'Spend by UTM parameters',
    heads: ['Currency', 'Spend', 'With UTM', 'Without UTM', 'No link', 'Not attributed'],
    share: (share: string) => `${share} without UTM`,
  },
  noCurrency: 'unknown',
  ads: {
    title: 'Ads to mend',
    heads: ['Ad', 'Campaign', 'Spend', 'What to do'],
    more: (shown: number, all: number) => `The first ${shown} of ${all} ads, by spend.`,
    shared: 'Shared post',
    unnamed: (id: string) => `Ad ${id}`,
    none: 'Every ad with a link carries UTM parameters that other tools can read.',
  },
  values: {
    title: 'Values to sort out',
    heads: ['Value', 'Written as', 'Campaigns', 'Spend'],
    campaigns: (names: readonly string[]) =>
      names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', '),
    ads: (count: number) => many(count, 'ad'),
    none: 'No value is written in several ways, and no utm_campaign belongs to several campaigns.',
  },
  none: '–',
  /** What is wrong, and what to do. */
  problems: {
    no_link: () => 'The ad has no link.',
    no_utm: () => "Add UTM parameters to the ad's URL.",
    broken_encoding: (name: string) => `Write ${name} anew: its % signs do not encode a character.`,
    second_question_mark: () => 'Put & in place of the second question mark.',
    escaped_ampersand: (name: string) => `Put & in place of &amp; before ${name}.`,
    in_fragment: () => 'Move the parameters before the # sign.',
    empty_value: (name: string) => `Give ${name} a value.`,
    upper_case_name: (name: string) => `Write ${name} in lower case.`,
    duplicated: (name: string) => `Keep one ${name}.`,
  },
  empty: 'No ad has spent money in this range.',
} as const;
