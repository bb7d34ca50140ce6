import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/*
 * What the console promises beyond what every console of its kind does, and the tests that show it. A test that is renamed
 * or removed fails here.
 */
const REQUIREMENTS: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  'a status that cannot lie': [
    ['domain/status', 'is exactly one for every combination of facts, with a word and a sentence'],
    ['domain/status', 'is green only where something has landed and no due day is open, of any account'],
    ['domain/status', 'is not changed by a try that failed and is repeated, before the day is late'],
    ['domain/status', 'says that one of ten accounts needs somebody, and leaves the other nine as they are'],
    ['domain/status', 'says only the gravest'],
  ],
  'a click that is made twice starts one run': [
    ['client/over-http', 'what is started under a key is started once'],
    [
      'client/over-http',
      'a sync that is asked for twice while no worker runs is one, and stands in the timeline before a worker has it',
    ],
    ['console/outage', 'has a click at once, also while no worker runs, and a second click says that it runs already'],
  ],
  'progress in days, newest first': [
    ['console/journey', 'shows progress by account, and every day green in the end'],
    ['domain/estimate', 'at 25, 50 and 75 % of an import what remains is estimated within 30 % (%i jobs of %i s)'],
  ],
  'a full-page redirect, and every way back to its step': [
    ['console/journey', 'comes back to its step with the cure where X was told not to permit it'],
    ['console/way-back', 'that another browser brings is refused in both, and the browser that began goes on'],
    ['console/way-back', 'that was forged stores nothing, and says where to go on'],
    ['console/way-back', 'that comes too late says so, and the next attempt goes on'],
    [
      'server/connections',
      'the answer of X counts in the browser that began the sign-in, once; each other return ends at its step',
    ],
  ],
  'a reconnect that does not swap the person': [
    ['console/way-back', 'of another X user changes nothing at a reconnect until a person has chosen'],
  ],
  'somebody else is asked to authorise': [
    [
      'client/over-http',
      'whoever has the X account authorizes by a link, once and in one browser, and gets no account',
    ],
    ['client/over-http', 'a link to reconnect takes the X user of the connection only, and a withdrawn one nobody'],
  ],
  'an account picker that finds them all, and says why an account cannot be chosen': [
    [
      'console/way-back',
      'of an X user without a role shows the accounts with the reason and a message for the administrator',
    ],
    ['server/timeline', 'a thousand and one accounts are answered, each with its name, and the last can be found'],
  ],
  'a set-up that says before it is saved what X refuses': [
    ['console/way-back', 'of an X user that X has locked says so, and another user may come'],
    ['console/way-back', 'with a token from before the approval says how to get a new one, which works'],
    ['client/over-http', 'accounts are chosen, and the first numbers equal the truth'],
  ],
  'what is unfinished is kept': [
    ['console/journey', 'keeps the half-made connection and the choice through back, reload and a closed tab'],
    [
      'workflows/connection',
      'that nobody finishes is kept for fourteen days after its sign-in has expired, then deleted with its sign-ins',
    ],
  ],
  'a catalogue of errors': [
    ['catalogue', 'every code that is thrown has a row with its cause, one step, and who can take it'],
  ],
  'one timeline': [
    ['server/timeline', 'has an entry of every kind, newest first, each with its address'],
    [
      'client/over-http',
      'it is paused and resumed, ends as its dialog has counted, and its timeline has all of it, by whom',
    ],
  ],
  'time said properly': [
    [
      'console/outage',
      'shows days in the zone of their account and instants in that of the reader, wherever the reader is',
    ],
  ],
  'notifications that one keeps on': [
    [
      'server/notifications',
      'ten connections of one dead credential make one message in each channel, then one recovery',
    ],
    [
      'server/notifications',
      'what a person has paused or hidden is not told, and what is late is told after the hours of the workspace',
    ],
    ['server/notifications', 'a test goes to every channel at once, and says what became of it'],
  ],
  'consequences before buttons': [
    ['console/journey', 'counts what a disconnect does, and wants the name typed before data are deleted'],
    [
      'client/over-http',
      'it is paused and resumed, ends as its dialog has counted, and its timeline has all of it, by whom',
    ],
  ],
  'live pages that do not jump': [
    ['console/outage', 'keeps focus and scroll through twenty answers that it asks for anew'],
    ['console/journey', 'refuses the second of two tabs that edit the same, and shows what the first did'],
    ['console/outage', 'a page that watches an import says what is away and since when, and goes on by itself, where'],
  ],
};

/** The same of Ad Performance. */
const OF_PERFORMANCE: typeof REQUIREMENTS = {
  'results by objective are what one sees first, in columns of Ads Manager or of one’s own': [
    ['console/performance-view', 'begins with the results of each campaign, in the sets of columns of Ads Manager'],
    [
      'store/performance',
      'ratios are ratios of sums, results are what the objective asks for, and what has no value says why',
    ],
    [
      'console/support/performance-saved',
      'is opened as it was saved, with columns of its own, and with what is left where',
    ],
    [
      'server/saved-views',
      'a private view is its owner’s alone, one that is shared the whole workspace’s, and of no other',
    ],
  ],
  'ratios are ratios of sums': [
    [
      'activities/performance-questions',
      'whatever is asked, every way of asking gives the numbers of a plain computation',
    ],
    [
      'store/performance',
      'ratios are ratios of sums, results are what the objective asks for, and what has no value says why',
    ],
  ],
  'totals over everything that fits, and not what is visible': [
    ['store/performance', 'pages have the rows of the whole answer'],
    ['store/performance', 'filters narrow the totals to what they match, also below the campaign'],
    ['console/performance', 'by day, campaign, ad and UTM campaign, and totals of the campaigns'],
  ],
  'what is unfinished is drawn as unfinished': [
    [
      'console/performance-view',
      'parts its line at a day without a value, and draws what leads to a day as final as that day',
    ],
    ['console/performance-view', 'has each day that is not imported once, at its place'],
    ['console/performance', 'shows a day that nobody imported as a gap, and says which days of which account lack'],
  ],
  'a stale figure is no headline': [
    ['console/performance', 'shows a day that nobody imported as a gap, and says which days of which account lack'],
    ['console/performance', 'claims no change against a period in which days lack'],
  ],
  'a comparison is honest': [
    ['store/performance', 'as of a moment, the numbers are those that stood then; compared, those of the same age'],
    [
      'console/performance-view',
      'knows for which metrics a rise is bad, and says nothing of what was 0 or was not there',
    ],
    [
      'domain/performance',
      'the period before has as many days, on the same weekdays or a year earlier where that is asked for',
    ],
  ],
  'ranges as Ads Manager has them': [
    ['domain/performance', 'a range in words has whole days up to yesterday'],
    ['console/performance', 'is looked through by keyboard, and leads from a campaign down to its ads'],
  ],
  'currencies are never added up': [
    [
      'store/performance',
      'totals come from the campaigns, per currency, and whatever the grouping the rows add up to them',
    ],
  ],
  'charts for everyone': [
    ['console/performance', 'is looked through by keyboard, and leads from a campaign down to its ads'],
    ['console/performance-view', 'marks the day on which X redefined them, and only there'],
  ],
  'the view leaves the page whole': [
    ['console/performance', 'leaves the page as SQL and as CSV that give the same numbers'],
    ['cli/performance', 'CSV has all that the rows have: no text is taken for a formula, and no number is touched'],
    [
      'activities/performance-questions',
      'the view of Ad Performance has the numbers of the question that tells the same apart',
    ],
  ],
  'spend without UTM parameters is a worklist': [
    ['store/utm', 'how much spend carries UTM parameters, and its parts add up to the campaigns'],
    ['store/utm', 'the ads to mend, the largest spend first, each with what is wrong and where it leads'],
    ['store/utm', 'values in several spellings, one where case is folded, and a value of several campaigns'],
  ],
  'what cannot be attributed says so': [
    ['store/performance', 'ads that share a tweet count once, and what X gives to no campaign is not attributed'],
    [
      'store/performance',
      'ratios are ratios of sums, results are what the objective asks for, and what has no value says why',
    ],
    ['console/performance', 'by day, campaign, ad and UTM campaign, and totals of the campaigns'],
  ],
};

it('fifteen are promised of connections, and twelve of Ad Performance', () => {
  expect([Object.keys(REQUIREMENTS), Object.keys(OF_PERFORMANCE)].map(({ length }) => length)).toEqual([15, 12]);
});

it.each(Object.entries({ ...REQUIREMENTS, ...OF_PERFORMANCE }))('%s is shown by tests that are there', (_, tests) => {
  const missing = tests.filter(([file, title]) => {
    const path = ['.test.ts', '.ts'].map((end) => join('test', `${file}${end}`)).find(existsSync);
    return path === undefined || !readFileSync(path, 'utf8').includes(title);
  });
  expect(missing).toEqual([]);
});

it('no page opens a window of its own, which a browser would block', () => {
  const texts = readdirSync('console', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => [name, readFileSync(join('console', name), 'utf8')] as const);
  expect(texts.length).toBeGreaterThan(40);
  expect(texts.filter(([, text]) => text.includes('window.open')).map(([name]) => name)).toEqual([]);
});
