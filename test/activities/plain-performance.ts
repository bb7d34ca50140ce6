import type { TrueRow } from '../../local/once/simulated.js';
import type { Db } from '../../store/pool.js';
import { rowsOf } from './site.js';

/*
 * Ad Performance as a plain computation over X's own numbers: loops and integers, nothing of the product but the entities
 * that it has mirrored.
 */

export interface PlainQuestion {
  readonly from: string;
  readonly to: string;
  readonly groupBy: readonly string[];
  /** By dimension, '' being *without*. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

export interface PlainRow {
  readonly keys: readonly (string | null)[];
  readonly currency: string | null;
  readonly kind: 'entity' | 'not_attributed';
  readonly sums: Readonly<Record<string, bigint>>;
}

interface Entity {
  readonly level: string;
  readonly id: string;
  readonly status: string | null;
  readonly deleted: boolean;
  readonly currency: string | null;
  readonly funding: string | null;
  readonly campaign: string | null;
  readonly lineItem: string | null;
  readonly tweet: string | null;
  readonly objective: string | null;
  readonly url: string | null;
}

type Level = 'campaign' | 'ad_group' | 'ad';
interface Line {
  readonly dimensions: Readonly<Record<string, string | null>>;
  readonly metrics: Readonly<Record<string, number>>;
}

const DEPTH: Readonly<Record<string, number>> = { ad_group: 1, ad: 2 };
const depthOf = (dimension: string): number => DEPTH[dimension] ?? (/^(utm|destination)_/.test(dimension) ? 2 : 0);
const LEVELS: readonly Level[] = ['campaign', 'ad_group', 'ad'];

const same = (values: readonly (string | null)[]): string | null =>
  values.every((value) => value === values[0]) ? (values[0] ?? null) : null;

/** Micros as units. */
export const decimal = (micros: bigint): string => {
  const digits = String(micros < 0n ? -micros : micros).padStart(7, '0');
  const text = `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
  return micros < 0n ? `-${text}` : text;
};
/** To six digits, half up. */
export const ratio = (numerator: bigint, denominator: bigint): string | null =>
  denominator === 0n ? null : decimal((numerator * 2n + denominator) / (denominator * 2n));

const mondayOf = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
};

const entitiesOf = (db: Db, account: string): Promise<readonly Entity[]> =>
  rowsOf<Entity>(
    db,
    `select e.level::text, e.entity_id as id, e.status, e.deleted, e.currency, e.funding_instrument_id as funding,
       e.campaign_id as campaign, e.line_item_id as "lineItem", e.tweet_id as tweet, e.objective, a.destination_url as url
     from importer.entities e
     left join importer.ads a on a.account_id = e.account_id and a.level = e.level and a.ad_id = e.entity_id
     where e.account_id = $1`,
    [account],
  );

export interface PlainWorld {
  readonly ids: (level: string) => readonly string[];
  readonly values: (dimension: string) => readonly string[];
  readonly answer: (question: PlainQuestion) => readonly PlainRow[];
}

const statusOf = (entity: Entity | undefined): string | null =>
  entity?.deleted === true ? 'DELETED' : (entity?.status ?? null);

const times = ({ day, placement }: TrueRow): Record<string, string> => ({
  day,
  week: mondayOf(day),
  month: day.slice(0, 7),
  placement,
});

const lineOf = (row: TrueRow, known: Record<string, string | null>): Line => ({
  dimensions: { ...times(row), ...known },
  metrics: row.metrics,
});

/** `truth` has the rows of each of X's levels. */
export const plainWorld = async (
  db: Db,
  account: string,
  truth: Readonly<Record<string, readonly TrueRow[]>>,
): Promise<PlainWorld> => {
  const entities = await entitiesOf(db, account);
  const find = (level: string, id: string | null): Entity | undefined =>
    entities.find((entity) => entity.level === level && entity.id === id);
  const objectiveOf = (campaign: string | null): string | null =>
    same(
      entities
        .filter((entity) => entity.level === 'LINE_ITEM' && entity.campaign === campaign)
        .map(({ objective }) => objective),
    );
  const currencyOf = (campaign: Entity | undefined): string | null =>
    campaign?.currency ?? find('FUNDING_INSTRUMENT', campaign?.funding ?? null)?.currency ?? null;
  const above = (campaignId: string | null): Record<string, string | null> => {
    const campaign = find('CAMPAIGN', campaignId);
    return {
      account,
      campaign: campaignId,
      funding_instrument: campaign?.funding ?? null,
      objective: objectiveOf(campaignId),
      currency: currencyOf(campaign),
    };
  };
  const adLines = (): readonly Line[] => {
    const once = new Map<string, Line>();
    for (const level of ['PROMOTED_TWEET', 'PROMOTED_ACCOUNT'])
      for (const row of truth[level] ?? []) {
        const own = find(level, row.id);
        const sharing =
          own === undefined || own.tweet === null || level === 'PROMOTED_ACCOUNT'
            ? [own]
            : entities.filter((entity) => entity.level === level && entity.tweet === own.tweet);
        const first = sharing.map((ad) => ad?.id ?? row.id).toSorted((a, b) => (a < b ? -1 : 1))[0] ?? row.id;
        const all = sharing.map((ad) => above(find('LINE_ITEM', ad?.lineItem ?? null)?.campaign ?? null));
        const query = own === undefined || own.url === null ? undefined : new URL(own.url);
        const parameters = new Map(
          [...(query?.searchParams ?? [])].toReversed().map(([name, value]) => [name.toLowerCase(), value]),
        );
        once.set(
          [first, row.day, row.placement].join(' '),
          lineOf(row, {
            ...Object.fromEntries(
              Object.keys(all[0] ?? {}).map((name) => [name, same(all.map((one) => one[name] ?? null))]),
            ),
            account,
            ad_group: same(sharing.map((ad) => ad?.lineItem ?? null)),
            ad: first,
            status: same(sharing.map(statusOf)),
            ...Object.fromEntries(
              ['source', 'medium', 'campaign', 'term', 'content'].map((name) => [
                `utm_${name}`,
                parameters.get(`utm_${name}`) || null,
              ]),
            ),
            destination_host: query?.hostname ?? null,
            destination_path: query?.pathname ?? null,
          }),
        );
      }
    return [...once.values()];
  };

  const lines: Readonly<Record<Level, readonly Line[]>> = {
    campaign: (truth['CAMPAIGN'] ?? []).map((row) =>
      lineOf(row, { ...above(row.id), status: statusOf(find('CAMPAIGN', row.id)) }),
    ),
    ad_group: (truth['LINE_ITEM'] ?? []).map((row) => {
      const own = find('LINE_ITEM', row.id);
      return lineOf(row, { ...above(own?.campaign ?? null), ad_group: row.id, status: statusOf(own) });
    }),
    ad: adLines(),
  };

  const answer = ({ from, to, groupBy, filters }: PlainQuestion): readonly PlainRow[] => {
    const filtered = Math.max(0, ...Object.keys(filters).map(depthOf));
    const depth = Math.max(filtered, ...groupBy.map(depthOf));
    const totals = filters['status'] === undefined ? filtered : depth;
    const upper = groupBy.filter((name) => depthOf(name) <= totals && (name !== 'status' || depth === totals));
    const matching = (level: number): readonly Line[] =>
      lines[LEVELS[level] ?? 'ad'].filter(
        ({ dimensions }) =>
          (dimensions['day'] ?? '') >= from &&
          (dimensions['day'] ?? '') <= to &&
          Object.entries(filters).every(
            ([name, wanted]) => depthOf(name) > level || wanted.includes(dimensions[name] ?? ''),
          ),
      );
    const groups = new Map<string, { row: Omit<PlainRow, 'sums'>; sums: Record<string, bigint> }>();
    const add = (line: Line, names: readonly string[], kind: PlainRow['kind'], sign: bigint): void => {
      const keys = groupBy.map((name) => (names.includes(name) ? (line.dimensions[name] ?? null) : null));
      const row = { keys, currency: line.dimensions['currency'] ?? null, kind };
      const id = JSON.stringify(row);
      const group = groups.get(id) ?? { row, sums: {} };
      groups.set(id, group);
      for (const [name, value] of Object.entries(line.metrics))
        group.sums[name] = (group.sums[name] ?? 0n) + sign * BigInt(value);
    };
    for (const line of matching(depth)) {
      const attributed = ['currency', ...upper].every((name) => (line.dimensions[name] ?? null) !== null);
      if (depth > totals && !attributed) continue;
      add(line, groupBy, 'entity', 1n);
      if (depth > totals) add(line, upper, 'not_attributed', -1n);
    }
    if (depth > totals) for (const line of matching(totals)) add(line, upper, 'not_attributed', 1n);
    return [...groups.values()].map(({ row, sums }) => ({ ...row, sums }));
  };

  return {
    ids: (level) => entities.filter((entity) => entity.level === level).map(({ id }) => id),
    values: (dimension) => [...new Set(lines.ad.map(({ dimensions }) => dimensions[dimension] ?? ''))],
    answer,
  };
};

/** The cells of a CSV in which no cell has a line break. */
export const cellsOf = (text: string): readonly Readonly<Record<string, string>>[] => {
  const [head = [], ...rows] = text
    .trimEnd()
    .split('\r\n')
    .map((each) =>
      [...`,${each}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    );
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])));
};
