import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The rows of the glossary's tables: word, meaning, what not to say, types. */
const rows = read('docs/words.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| word |'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

const types = rows.flatMap((cells) => [...(cells[4] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));

const exported = readdirSync(join(root, 'domain'))
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) =>
    [...read(`domain/${name}`).matchAll(/^export (?:interface|type) (\w+)/gm)].map((match) => match[1] ?? ''),
  );

describe('docs/words.md', () => {
  it('has every exported type of the domain, and none that is gone', () => {
    expect([...new Set(types)].toSorted()).toEqual([...new Set(exported)].toSorted());
  });

  it('defines a term once', () => {
    const terms = rows.flatMap((cells) => (cells[1] ?? '').split(',').map((term) => term.trim()));
    expect(terms.length).toBeGreaterThan(40);
    for (const list of [terms, types]) expect(list.filter((term, i) => list.indexOf(term) !== i)).toEqual([]);
  });
});
