/*
 * What is wrong with the UTM parameters of an ad's destination, as far as its address tells, and with the values that ads use.
 * Which parameters an address has, the store says when it stores it: names in any case, of repeated ones the first that is not empty.
 */
import { type ExactSum, plus } from './money.js';

export const UTM_PARAMETERS = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] as const;
export type UtmParameter = (typeof UTM_PARAMETERS)[number];
export type UtmValues = Readonly<Partial<Record<UtmParameter, string>>>;

export const UTM_PROBLEMS = [
  /** The ad leads to no address that could have parameters. */
  'no_link',
  'no_utm',
  /** `%` without the two digits of a byte, or bytes that are no UTF-8. */
  'broken_encoding',
  /** A second `?` where `&` is meant: what follows belongs to the value before. */
  'second_question_mark',
  /** `&amp;`, as it is written in HTML. */
  'escaped_ampersand',
  /** After `#`, where they are no part of the query. */
  'in_fragment',
  'empty_value',
  /** `UTM_Source`, which other tools do not read. */
  'upper_case_name',
  'duplicated',
] as const;
export interface UtmProblem {
  readonly kind: (typeof UTM_PROBLEMS)[number];
  /** As it is written in the address. */
  readonly parameter?: string;
}

const isUtm = (name: string): boolean => (UTM_PARAMETERS as readonly string[]).includes(name);

const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

interface Written {
  readonly name: string;
  readonly value: string;
}

/** The pairs of a query, in the order in which they are written. */
const pairsOf = (query: string): readonly Written[] =>
  query.split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? { name: pair, value: '' } : { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });

const PAIR = /utm_(?:source|medium|campaign|term|content)=/i;

const problemsOfPairs = (pairs: readonly Written[]): readonly UtmProblem[] => {
  const seen = new Set<string>();
  return pairs.flatMap(({ name, value }): readonly UtmProblem[] => {
    if (/^amp;/i.test(name) && isUtm(name.slice(4).toLowerCase()))
      return [{ kind: 'escaped_ampersand', parameter: name.slice(4) }];
    const plain = name.toLowerCase();
    if (!isUtm(plain))
      return new RegExp(`\\?${PAIR.source}`, 'i').test(`${name}=${value}`) ? [{ kind: 'second_question_mark' }] : [];
    const problems: UtmProblem[] = [];
    const add = (kind: UtmProblem['kind'], isSo: boolean): void =>
      void (isSo && problems.push({ kind, parameter: name }));
    add('upper_case_name', name !== plain);
    add('duplicated', seen.has(plain));
    add('empty_value', value === '');
    add('broken_encoding', !isDecodable(value));
    add('second_question_mark', new RegExp(`\\?${PAIR.source}`, 'i').test(value));
    seen.add(plain);
    return problems;
  });
};

/** What is wrong with an ad's address. `utm` is what the store has read from it; null: nothing. */
export const utmProblems = (url: string | null, utm: UtmValues | null): readonly UtmProblem[] => {
  if (url === null) return [{ kind: 'no_link' }];
  const [before = '', ...fragment] = url.split('#');
  const at = before.indexOf('?');
  return [
    ...(utm === null ? [{ kind: 'no_utm' } as const] : []),
    ...(at < 0 ? [] : problemsOfPairs(pairsOf(before.slice(at + 1)))),
    ...(PAIR.test(fragment.join('#')) ? [{ kind: 'in_fragment' } as const] : []),
  ];
};

/** An ad, or the ads of one post, with what it spent in one currency. */
export interface UtmAd {
  readonly utm: UtmValues | null;
  /** Several where they promote one post. */
  readonly campaigns: readonly string[];
  readonly currency: string | null;
  readonly spend: ExactSum;
}

/** A value of a parameter that cannot be told apart, or not be put together. */
export interface UtmValue {
  readonly parameter: UtmParameter;
  /** In lower case where case is folded. */
  readonly value: string;
  /** All ways in which it is written, when case makes no difference. */
  readonly spellings: readonly string[];
  readonly campaigns: readonly string[];
  readonly ads: number;
  readonly spend: readonly { readonly currency: string | null; readonly spend: ExactSum }[];
}

interface Found {
  readonly campaigns: Set<string>;
  readonly spend: Map<string | null, ExactSum>;
  ads: number;
}

const keyOf = (parameter: UtmParameter, value: string): string => `${parameter} ${value}`;

/**
 * Values that are written in several ways which differ in case only, and values of `utm_campaign` that several campaigns use. With
 * `foldCase`, the ways are one value, and its campaigns and spend are those of all of them.
 */
export const troubledValues = (ads: readonly UtmAd[], foldCase: boolean): readonly UtmValue[] => {
  const spellings = new Map<string, Set<string>>();
  const found = new Map<string, Found>();
  for (const { utm, campaigns, currency, spend } of ads)
    for (const parameter of UTM_PARAMETERS) {
      const value = utm?.[parameter];
      if (value === undefined) continue;
      const folded = keyOf(parameter, value.toLowerCase());
      spellings.set(folded, (spellings.get(folded) ?? new Set()).add(value));
      const key = foldCase ? folded : keyOf(parameter, value);
      const entry = found.get(key) ?? { campaigns: new Set(), spend: new Map(), ads: 0 };
      found.set(key, entry);
      entry.ads += 1;
      for (const campaign of campaigns) entry.campaigns.add(campaign);
      entry.spend.set(currency, plus(entry.spend.get(currency) ?? '0', spend));
    }
  const most = ({ spend }: UtmValue): number => Math.max(...spend.map((each) => Number(each.spend)));
  return [...found]
    .map(([key, { campaigns, spend, ads: count }]): UtmValue => {
      const at = key.indexOf(' ');
      const value = key.slice(at + 1);
      const parameter = key.slice(0, at) as UtmParameter;
      return {
        parameter,
        value,
        spellings: [...(spellings.get(keyOf(parameter, value.toLowerCase())) ?? [])].toSorted(),
        campaigns: [...campaigns].toSorted(),
        ads: count,
        spend: [...spend].map(([currency, sum]) => ({ currency, spend: sum })),
      };
    })
    .filter((each) => each.spellings.length > 1 || (each.parameter === 'utm_campaign' && each.campaigns.length > 1))
    .toSorted((a, b) => most(b) - most(a));
};
