import { expect, test } from 'vitest';
import { troubledValues, type UtmAd, utmProblems } from '../../domain/utm.js';

const SHOP = 'https://shop.example/a';
const SOME = { utm_source: 'x' };

test.each([
  [null, null, ['no_link']],
  [SHOP, null, ['no_utm']],
  [`${SHOP}?utm_source=x&utm_campaign=Spring+sale%20%C3%A9`, SOME, []],
  [`${SHOP}?utm_source=x&utm_source=y&utm_medium=z`, SOME, ['duplicated utm_source']],
  [`${SHOP}?UTM_Source=x`, SOME, ['upper_case_name UTM_Source']],
  [`${SHOP}?utm_source=x&UTM_SOURCE=x`, SOME, ['upper_case_name UTM_SOURCE', 'duplicated UTM_SOURCE']],
  [`${SHOP}?utm_source=100%`, SOME, ['broken_encoding utm_source']],
  [`${SHOP}?utm_source=%E9t%E9`, SOME, ['broken_encoding utm_source']],
  [`${SHOP}?utm_source=`, null, ['no_utm', 'empty_value utm_source']],
  [`${SHOP}?utm_source`, null, ['no_utm', 'empty_value utm_source']],
  [`${SHOP}?ref=1?utm_source=x`, null, ['no_utm', 'second_question_mark']],
  [`${SHOP}?utm_source=x?utm_medium=y`, SOME, ['second_question_mark utm_source']],
  [`${SHOP}?a=1&amp;utm_source=x`, null, ['no_utm', 'escaped_ampersand utm_source']],
  [`${SHOP}#/home?utm_source=x`, null, ['no_utm', 'in_fragment']],
  [`${SHOP}?q=is+it+100%&utm_source=x`, SOME, []],
  ['', null, ['no_utm']],
])('of the address %s with %o', (url, utm, problems) => {
  expect(utmProblems(url, utm).map(({ kind, parameter }) => [kind, parameter].filter(Boolean).join(' '))).toEqual(
    problems,
  );
});

const ad = (campaign: string, spend: string, utm: UtmAd['utm'], currency = 'EUR'): UtmAd => ({
  utm,
  campaigns: [campaign],
  currency,
  spend,
});
const ADS = [
  ad('c1', '1.5', { utm_source: 'x', utm_campaign: 'Summer' }),
  ad('c2', '2', { utm_source: 'X', utm_campaign: 'summer' }),
  ad('c2', '0.000001', { utm_source: 'x', utm_campaign: 'winter' }),
  ad('c3', '9', null),
];

test('values that differ in case only are found, and are one where case is folded', () => {
  expect(troubledValues(ADS, false).map(({ parameter, value, ads }) => [parameter, value, ads])).toEqual([
    ['utm_source', 'X', 1],
    ['utm_campaign', 'summer', 1],
    ['utm_source', 'x', 2],
    ['utm_campaign', 'Summer', 1],
  ]);
  expect(troubledValues(ADS, true)).toEqual([
    {
      parameter: 'utm_source',
      value: 'x',
      spellings: ['X', 'x'],
      campaigns: ['c1', 'c2'],
      ads: 3,
      spend: [{ currency: 'EUR', spend: '3.500001' }],
    },
    {
      parameter: 'utm_campaign',
      value: 'summer',
      spellings: ['Summer', 'summer'],
      campaigns: ['c1', 'c2'],
      ads: 2,
      spend: [{ currency: 'EUR', spend: '3.5' }],
    },
  ]);
});

test('a utm_campaign of several campaigns is found, with what it spent in each currency', () => {
  const shared = [ad('c1', '1', { utm_campaign: 'a' }), ad('c2', '2', { utm_campaign: 'a' }, 'USD')];
  expect(troubledValues(shared, false)).toEqual([
    {
      parameter: 'utm_campaign',
      value: 'a',
      spellings: ['a'],
      campaigns: ['c1', 'c2'],
      ads: 2,
      spend: [
        { currency: 'EUR', spend: '1' },
        { currency: 'USD', spend: '2' },
      ],
    },
  ]);
  expect(troubledValues([ad('c1', '1', { utm_source: 'x' }), ad('c2', '1', { utm_source: 'x' })], false)).toEqual([]);
});
