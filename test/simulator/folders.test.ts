import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';

const root = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'simulator');

type Arrow = readonly [from: string, to: string];

/** All imports between files of the simulator, by their paths in it. Imports and exports of types count. */
const importsOf = (path: string): readonly Arrow[] => {
  const { module } = parseSync(path, readFileSync(join(root, path), 'utf8'));
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
  ];
  return specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => [path, relative(root, resolve(root, dirname(path), specifier)).replace(/\.js$/, '.ts')]);
};

const files = readdirSync(root, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)));
const imports = files.flatMap(importsOf);

/** An import as an arrow between the two neighbours, files or folders, in which its ends first differ. */
const betweenNeighbours = ([from, to]: Arrow): Arrow => {
  const [here, there] = [from.split('/'), to.split('/')];
  const depth = here.findIndex((part, index) => part !== there[index]) + 1;
  return [here.slice(0, depth).join('/'), there.slice(0, depth).join('/')];
};

const circlesIn = (arrows: readonly Arrow[]): readonly string[] => {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of arrows) next.set(from, (next.get(from) ?? new Set()).add(to));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (node: string, above: readonly string[]): void => {
    if (above.includes(node)) circles.push([...above.slice(above.indexOf(node)), node].join(' → '));
    if (done.has(node) || above.includes(node)) return;
    for (const to of next.get(node) ?? []) walk(to, [...above, node]);
    done.add(node);
  };
  for (const node of next.keys()) walk(node, []);
  return circles;
};

test('a circle is found, whatever its length', () => {
  expect(
    circlesIn([
      ['a', 'b'],
      ['b', 'c'],
    ]),
  ).toEqual([]);
  expect(
    circlesIn([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'b'],
    ]),
  ).toEqual(['b → c → b']);
  expect(betweenNeighbours(['routes/ads/jobs.ts', 'routes/oauth/verify.ts'])).toEqual(['routes/ads', 'routes/oauth']);
  expect(betweenNeighbours(['routes/ads/jobs.ts', 'json.ts'])).toEqual(['routes', 'json.ts']);
});

test('no files of the simulator need each other, types counted', () => {
  expect(imports.length).toBeGreaterThan(200);
  expect(circlesIn(imports)).toEqual([]);
});

test('no folders of the simulator need each other, types counted', () => {
  expect(circlesIn(imports.map(betweenNeighbours))).toEqual([]);
});
