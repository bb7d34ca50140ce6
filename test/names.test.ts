import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NOT_SOURCE = new Set(['node_modules', 'dist', 'test', 'docs', '.git', '.data', '.ci', 'coverage']);

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = relative(root, join(root, folder, entry.name));
    if (entry.isDirectory()) return folder === '' && NOT_SOURCE.has(entry.name) ? [] : filesIn(path);
    return /\.(ts|tsx|mjs)$/.test(entry.name) && !entry.name.includes('.config.') ? [path] : [];
  });

const sources = filesIn('');

/**
 * Names that the simulator spells as we do and means as we do: it may import nothing of ours, so it writes X's own words
 * again.
 */
const SAME_MEANING_IN_THE_SIMULATOR = new Set(['LEVELS', 'Level', 'Placement']);

/** A name that a file exports itself; a name that it passes on from another file is no second meaning. */
const exportsOf = (path: string): readonly string[] =>
  parseSync(path, readFileSync(join(root, path), 'utf8')).module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, exportName }) =>
      moduleRequest === null && typeof exportName.name === 'string' ? [exportName.name] : [],
    ),
  );

/** The words of a path. X's own word *funding instrument* names a thing. */
const wordsOf = (path: string): readonly string[] =>
  path
    .replace('funding-instrument', '')
    .replace(/\.\w+$/, '')
    .split(/[/.-]/);

describe('names', () => {
  it('mean one thing: no name is exported by two files', () => {
    const exporters = new Map<string, string[]>();
    for (const path of sources)
      for (const name of exportsOf(path)) exporters.set(name, [...(exporters.get(name) ?? []), path]);
    const homonyms = [...exporters]
      .map(([name, paths]): [string, string[]] => {
        const ours = paths.filter((path) => !path.startsWith('simulator/'));
        return [name, SAME_MEANING_IN_THE_SIMULATOR.has(name) && ours.length < paths.length ? ours : paths];
      })
      .filter(([, paths]) => paths.length > 1);
    expect(homonyms.map(([name, paths]) => `${name}: ${paths.join(', ')}`)).toEqual([]);
  });

  it('of files are nouns or verbs, never gerunds', () => {
    expect(sources.filter((path) => wordsOf(path).some((word) => /[a-z]{2,}ing$/.test(word)))).toEqual([]);
  });
});
