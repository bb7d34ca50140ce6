import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/*
 * A citation is written `docs/x-ads-api.md §9.4`: the path of a document of this repository, then one or more sections.
 * `§17.42` is row 42 of the table in section 17. A bare `§9.4` is a section of `docs/x-ads-api.md` itself, and of what cites
 * nothing else: `simulator/DIFFERENCES.md` and the simulator's tests.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Sections of the reference whose numbered rows are cited, too. */
const LISTS = new Set(['14', '17']);
const REFERENCE = 'docs/x-ads-api.md';
const citesTheReference = (path: string): boolean =>
  path === REFERENCE || path === 'simulator/DIFFERENCES.md' || path.startsWith('test/simulator/');

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .trim()
  .split('\n')
  .filter((path) => /\.(ts|tsx|mjs|sql|md|ya?ml)$|Dockerfile$|\.env\.example$/.test(path))
  .filter((path) => path !== 'test/citations.test.ts' && existsSync(join(root, path)));

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The numbers of a document's headings, and of the rows of the table in section 17. */
const sectionsOf = (document: string): ReadonlySet<string> => {
  const sections = new Set<string>();
  let current = '';
  for (const line of read(document).split('\n')) {
    const heading = /^#{2,4} (\d+[a-z]?(?:\.\d+)?)\.? /.exec(line)?.[1];
    if (heading !== undefined) {
      current = heading;
      sections.add(heading);
    }
    const row = /^\| (\d+) \|/.exec(line)?.[1] ?? /^(\d+)\. /.exec(line)?.[1];
    if (row !== undefined && LISTS.has(current)) sections.add(`${current}.${row}`);
  }
  return sections;
};

const known = new Map<string, ReadonlySet<string>>();
const has = (document: string, section: string): boolean => {
  if (!existsSync(join(root, document))) return false;
  const sections = known.get(document) ?? sectionsOf(document);
  known.set(document, sections);
  return sections.has(section);
};

interface Citation {
  readonly where: string;
  readonly document: string | undefined;
  readonly section: string;
}

/** The text of a comment that runs over several lines is read as one, so that a citation may be broken. */
const citationsIn = (path: string): readonly Citation[] => {
  const text = read(path).replaceAll(/\n\s*(?:\*|\/\/|--|#)\s/g, (line) => ` ${' '.repeat(line.length - 1)}`);
  return [...text.matchAll(/§/g)].map(({ index }) => {
    const section = /^§(\d+[a-z]?(?:\.\d+)?)/.exec(text.slice(index))?.[1] ?? '';
    const before = text.slice(Math.max(0, index - 200), index);
    const named = /([\w./-]+\.md)`?\)?(?: *(?:§\d+[a-z]?(?:\.\d+)?(?: to)?|,|;|and|or|to) *)*\s*$/.exec(before)?.[1];
    const line = text.slice(0, index).split('\n').length;
    return { where: `${path}:${line}`, document: named ?? (citesTheReference(path) ? REFERENCE : undefined), section };
  });
};

const citations = tracked.flatMap(citationsIn);

describe('citations', () => {
  it('name a document of this repository and a section that it has', () => {
    const dead = citations.filter(({ document, section }) => document === undefined || !has(document, section));
    expect(dead.map(({ where, document, section }) => `${where}: ${document ?? '(no document)'} §${section}`)).toEqual(
      [],
    );
    expect(citations.length).toBeGreaterThan(50);
  });

  it('to files on the five walks lead to files that are there', () => {
    const walks = read('docs/decisions/0014-five-walks.md');
    const files = [...walks.matchAll(/`([\w-]+\/[\w/.-]+\.(?:ts|sql))`/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(40);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('never point outside of the repository', () => {
    const outside =
      /\b(?:design|style|field|console|temporal|recorded-shapes|redesign)\.md\b|\breference\/|\(reference §|\bXR\b|\bdesign §/;
    const found = tracked
      .filter((path) => !path.startsWith('ops/compose-spec/'))
      .flatMap((path) =>
        read(path)
          .split('\n')
          .flatMap((line, i) => (outside.test(line) ? [`${path}:${i + 1}`] : [])),
      );
    expect(found).toEqual([]);
  });
});
