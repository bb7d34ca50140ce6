import type { AccountReconciliation, LevelComparison, Remainder } from '../../client/report-shapes.js';
import { type ExactSum, plus } from '../../domain/money.js';
import { money, signed } from './restatements.js';
import { table } from './table.js';

/** More than these nobody reads in a terminal; `--json` has them all. */
const SHOWN = 40;

/** Why a remainder of each kind is possible. */
const WHY: Readonly<Record<Remainder, string>> = {
  agrees: 'the parts make the whole',
  shared_tweet:
    'X gives each ad of a shared tweet the numbers of all of them, so ads of a tweet that several line items promote count in none; what is left lies within their numbers. The line item is right',
  overspend_credit:
    'X credits overspend to the campaign and the funding instrument, not to line items. The campaign is right',
  rounding: 'each part is rounded to the micro',
  settling:
    'X may still change the day, and the sides were not read at the same moment; after thirty days this is no reason any more',
  no_children: 'X named nothing below it on that day, or it has not landed: see the coverage',
  no_parent: 'X named it not itself on that day, or it has not landed: see the coverage',
  parent_unknown: 'the name of what it belongs to has not been imported yet',
  unexplained: 'X changes these days no more and no reason is known; read them again: a backfill with --refetch',
};

const PARTS: Readonly<Record<LevelComparison['childLevel'], string>> = {
  ADS: 'ads',
  LINE_ITEM: 'line items',
  CAMPAIGN: 'campaigns',
};
const WHOLES: Readonly<Record<string, string>> = {
  LINE_ITEM: 'line item',
  CAMPAIGN: 'campaign',
  FUNDING_INSTRUMENT: 'funding instrument',
};

interface Group {
  readonly first: LevelComparison;
  readonly days: ReadonlySet<string>;
  readonly sums: Readonly<Record<string, ExactSum>>;
}

/** One line for what is left over for the same reason at the same parent. */
const grouped = (rows: readonly LevelComparison[]): readonly Group[] => {
  const groups = new Map<string, { first: LevelComparison; days: Set<string>; sums: Record<string, ExactSum> }>();
  for (const row of rows) {
    const key = [row.parentLevel, row.parentId, row.currency, row.reason].join('/');
    const group = groups.get(key) ?? { first: row, days: new Set(), sums: {} };
    groups.set(key, group);
    group.days.add(row.day);
    group.sums[row.metric] = plus(group.sums[row.metric] ?? '0', row.remainder);
  }
  // Only the order of the lines depends on it.
  const size = ({ sums }: Group): number => Math.abs(Number(sums['billed_charge_local_micro'] ?? 0));
  return [...groups.values()].toSorted((a, b) => size(b) - size(a));
};

const sumOf = ({ sums }: Group, metric: string): string => {
  const sum = sums[metric];
  return sum === undefined ? '' : signed(sum);
};

const groupRow = (group: Group): readonly string[] => {
  const { parentLevel, parentId, parentName, childLevel, currency, reason } = group.first;
  return [
    `${WHOLES[parentLevel] ?? parentLevel} ${parentId === null ? 'unknown' : `${parentName ?? '(no name)'} (${parentId})`}`,
    PARTS[childLevel],
    String(group.days.size),
    sumOf(group, 'billed_charge_local_micro'),
    currency ?? '',
    sumOf(group, 'impressions'),
    sumOf(group, 'clicks'),
    reason.replaceAll('_', ' '),
  ];
};

const totalsText = ({ totals }: AccountReconciliation): readonly string[] =>
  totals.map(
    ({ currency, spend, impressions, clicks, engagements }) =>
      `  By the campaigns, which X bills: ${money(spend, currency)}, ${impressions} impressions, ${clicks} clicks, ${engagements} engagements`,
  );

/** The last check that says something, and the one under way. */
const checkText = ({ blindChecks }: AccountReconciliation): string => {
  const check = blindChecks.find(({ state }) => state === 'judged');
  const open = blindChecks.some(({ state }) => state === 'reading' || state === 'read');
  const waiting = open ? ' A newer one is judged by the next daily sync.' : '';
  if (!check)
    return `  X's change feed has not been checked yet; a daily sync does so once a week, unless the look-back is 0.${waiting}`;
  const { firstDay, lastDay, entityDays, missedEntityDays, missedValues, missedMicros } = check;
  const of = `  Of ${entityDays} entity-days from ${firstDay} to ${lastDay} that were read whatever X's change feed said,`;
  const by = Object.entries(missedMicros).map(([currency, micros]) => `, ${money(micros, currency)} of spend`);
  const found =
    missedEntityDays === 0
      ? 'none differed.'
      : `${missedEntityDays} differed without having been named: ${missedValues} values${by.join('')}. They are right now.`;
  return `${of} ${found}${waiting}`;
};

export const reconciliationText = (account: AccountReconciliation): string => {
  const { accountName, accountId, range, comparisons } = account;
  const heading = `${accountName} (${accountId}), ${range.from} to ${range.to}`;
  const groups = grouped(comparisons);
  if (groups.length === 0) {
    const verdict = account.totals.length === 0 ? 'nothing is stored for these days' : 'the levels agree to the micro';
    return [`${heading}: ${verdict}`, ...totalsText(account), checkText(account)].join('\n');
  }
  const shown = groups.slice(0, SHOWN);
  const reasons = [...new Set(shown.map(({ first }) => first.reason))];
  return [
    heading,
    ...totalsText(account),
    checkText(account),
    '',
    'What is left of the whole when its parts are taken away:',
    table(['whole', 'parts', 'days', 'spend, micros', '', 'impressions', 'clicks', 'reason'], shown.map(groupRow)),
    ...(groups.length > SHOWN
      ? [`… and ${groups.length - SHOWN} more lines; --json prints every day and metric.`]
      : []),
    '',
    ...reasons.map((reason) => `  ${reason.replaceAll('_', ' ')}: ${WHY[reason]}.`),
  ].join('\n');
};
