import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { variableNames } from '../../config.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];

interface Proof {
  readonly file: string | undefined;
  readonly title?: string;
}

/** The readings of `docs/what-happens-if.md`: the bold beginning of each paragraph, and the tests in its slanted end. */
const readings = (): readonly { readonly reading: string; readonly proofs: readonly Proof[] }[] =>
  read('docs/what-happens-if.md')
    .split(/\n\n+/)
    .filter((paragraph) => paragraph.startsWith('**'))
    .map((paragraph) => {
      const text = paragraph.replaceAll(/\s+/g, ' ');
      const proofs: Proof[] = [];
      for (const [, path, title] of text.matchAll(/(test\/[\w/-]+\.test\.ts)|“([^”]+)”/g)) {
        if (path !== undefined) proofs.push({ file: path });
        else if (title !== undefined) proofs.push({ file: proofs.at(-1)?.file, title });
      }
      return { reading: /^\*\*(.+?)\*\*/.exec(text)?.[1] ?? text, proofs };
    });

/** Every piece of text in a test file: the titles of its tests, those from tables too. */
const titlesIn = (file: string): ReadonlySet<string> => {
  const titles = new Set<string>();
  const visitor = new Visitor({
    Literal: ({ value }) => {
      if (typeof value === 'string') titles.add(value);
    },
  });
  visitor.visit(parseSync(file, read(file)).program);
  return titles;
};

/** A title of a table has a gap for each row's own word. */
const hasTitle = (file: string, title: string): boolean =>
  [...titlesIn(file)].some((text) => {
    const parts = text.split(/%[sj]/);
    if (parts.length === 1) return text === title;
    // A title that is nothing but the row's word would prove anything.
    const [start = '', end = ''] = [parts[0], parts.at(-1)];
    return start.length + end.length > 20 && title.startsWith(start) && title.endsWith(end);
  });

describe('the documentation', () => {
  it('proves every reading of what happens if by tests that exist, by file and title', () => {
    const wrong: string[] = [];
    for (const { reading, proofs } of readings()) {
      if (proofs.every(({ title }) => title === undefined)) wrong.push(`${reading} names no test`);
      for (const { file, title } of proofs) {
        if (file === undefined || !existsSync(join(root, file))) wrong.push(`${reading} ${file}: no such file`);
        else if (title !== undefined && !hasTitle(file, title)) wrong.push(`${reading} ${file}: no test “${title}”`);
      }
    }
    expect(wrong).toEqual([]);
    expect(readings().length).toBeGreaterThan(40);
  });

  it('links to pages of this repository that exist', () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('explains every variable that the configuration reads', () => {
    const names = variableNames();
    const readme = read('README.md');
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it('describes every table and view of the schema', () => {
    const tables = ['store/migrations', 'store/views']
      .flatMap((folder) => readdirSync(join(root, folder)).map((file) => read(`${folder}/${file}`)))
      .flatMap((sql) => [...sql.matchAll(/create (?:table|view) (?:if not exists )?importer\.(\w+)/g)])
      .map(([, name = '']) => name);
    const text = read('docs/data.md');
    expect(tables.length).toBeGreaterThan(20);
    expect([...new Set(tables)].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
