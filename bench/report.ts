import { cpus, totalmem } from 'node:os';
import Table from 'cli-table3';
import type { Queryable } from '../store/pool.js';

/*
 * Output of figures: a table for people, Markdown for docs/benchmarks.md, and the machine that they were measured on.
 */

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  readonly postgres?: string;
  readonly temporal?: string;
}

export const machine = (versions: Pick<Machine, 'postgres' | 'temporal'> = {}): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.versions.node,
  ...versions,
});

export const describeMachine = ({ cpu, cores, memoryGb, platform, node, postgres, temporal }: Machine): string =>
  [
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}`,
    `Node ${node}`,
    ...(postgres === undefined ? [] : [`Postgres ${postgres}`]),
    ...(temporal === undefined ? [] : [`Temporal ${temporal}`]),
  ].join('; ');

export const postgresVersion = async (db: Queryable): Promise<string> => {
  const { rows } = await db.query<{ server_version: string }>('show server_version');
  return rows[0]?.server_version ?? 'unknown';
};

/** A column: its heading, and what stands in it. */
export type Column<T> = readonly [heading: string, cell: (row: T) => string | number];

/** The cells of a table as text, headings first. A wide table is transposed: one line per figure, one column per run. */
export const cellsOf = <T>(columns: readonly Column<T>[], rows: readonly T[], sideways: boolean): string[][] =>
  sideways
    ? columns.map(([heading, cell]) => [heading, ...rows.map((row) => `${cell(row)}`)])
    : [columns.map(([heading]) => heading), ...rows.map((row) => columns.map(([, cell]) => `${cell(row)}`))];

export const asTable = ([head = [], ...rows]: readonly string[][]): string => {
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  table.push(...rows);
  return table.toString();
};

export const asMarkdown = ([head = [], ...rows]: readonly string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

export const round = (value: number, decimals = 0): number => Math.round(value * 10 ** decimals) / 10 ** decimals;

export const met = (yes: boolean): string => (yes ? 'yes' : 'NO');

export interface ReportFormat {
  /** One JSON object on the last line of the standard output; the table goes to the standard error. */
  readonly json: boolean;
  /** The table as Markdown, for docs/benchmarks.md. */
  readonly markdown: boolean;
}

export interface Shown<T> {
  readonly title: string;
  readonly machine: Machine;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** (Default: false) */
  readonly sideways?: boolean;
  /** Sentences below the table. */
  readonly notes: readonly string[];
}

/** The table alone: a scenario may have several. */
export const printTable = <T>({ json, markdown }: ReportFormat, shown: Shown<T>): void => {
  const { title, columns, rows, sideways = false, notes } = shown;
  const facts = describeMachine(shown.machine);
  const cells = cellsOf(columns, rows, sideways);
  const table = markdown ? asMarkdown(cells) : asTable(cells);
  const heading = markdown ? [`### ${title}`, '', `${facts}.`, ''] : [title, facts, ''];
  const text = [...heading, table, '', ...notes.map((note) => (markdown ? `- ${note}` : note)), ''].join('\n');
  (json ? process.stderr : process.stdout).write(`${text}\n`);
};

export const printJson = ({ json }: ReportFormat, whole: unknown): void => {
  if (json) process.stdout.write(`${JSON.stringify(whole)}\n`);
};

/** Prints a scenario's figures. */
export const print = <T>(output: ReportFormat, shown: Shown<T>, whole: unknown): void => {
  printTable(output, shown);
  printJson(output, whole);
};
