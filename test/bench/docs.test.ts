import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];

describe('the documentation', () => {
  it('names tests that exist, by file and name, beside what happens if', () => {
    const text = read('docs/what-happens-if.md').replaceAll(/\s+/g, ' ');
    const wrong: string[] = [];
    let file = '';
    for (const [, path, name] of text.matchAll(/(test\/[\w/-]+\.test\.ts)|“([^”]+)”/g)) {
      if (path !== undefined) file = path;
      const found = existsSync(join(root, file)) ? read(file).replaceAll(String.raw`\'`, "'") : '';
      if (found === '' || (name !== undefined && !found.includes(name)))
        wrong.push(`${file}: ${name ?? 'no such file'}`);
    }
    expect(wrong).toEqual([]);
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
    const names = [...read('config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name);
    const readme = read('README.md');
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it('describes every table and view of the schema', () => {
    const tables = readdirSync(join(root, 'store/migrations'))
      .flatMap((file) => [
        ...read(`store/migrations/${file}`).matchAll(/create (?:table|view) (?:if not exists )?importer\.(\w+)/g),
      ])
      .map(([, name = '']) => name);
    const text = read('docs/data.md');
    expect(tables.length).toBeGreaterThan(20);
    expect([...new Set(tables)].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
