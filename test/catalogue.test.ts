import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE_PARTS, entryOf } from '../domain/catalogue.js';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const ROOMS = ['domain', 'activities', 'workflows', 'client', 'server', 'cli', 'x-ads', 'store'];
const sources = ROOMS.flatMap((room) =>
  readdirSync(new URL(`../${room}`, import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${room}/${path}`),
);

/** Where a code that somebody may meet is written: in errors, problems and failures. */
const WRITTEN: readonly RegExp[] = [
  /override readonly code = '(\w+)'/g,
  /\bcode: '(\w+)'/g,
  /new RefusedRequest\(\s*\d+,\s*'(\w+)'/g,
  /finalFailure\(\s*'(\w+)'/g,
];
const IN_FAILURES: readonly RegExp[] = [/type: '(\w+)'/g, /retryAfter\('(\w+)'/g, /operatorMustAct\('(\w+)'/g];

const matches = (text: string, patterns: readonly RegExp[]): readonly string[] =>
  patterns.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(([, code]) => code ?? []));

/** Not for people: the type of a failure that a caller of ours asks about. */
const INTERNAL = new Set(['blocked']);

test('every code that is thrown has a row with its cause, one step, and who can take it', () => {
  const thrown = sources.flatMap((path) => [
    ...matches(read(path), WRITTEN),
    ...(path.startsWith('x-ads/errors/') ? matches(read(path), [/override readonly name = '(\w+)'/g]) : []),
    ...(path === 'activities/failures.ts' ? matches(read(path), IN_FAILURES) : []),
  ]);
  expect(thrown.length).toBeGreaterThan(60);
  const lacking = [...new Set(thrown)].filter((code) => entryOf(code) === undefined && !INTERNAL.has(code));
  expect(lacking).toEqual([]);
});

const WHO = {
  nobody: 'nobody',
  you: 'you',
  administrator: 'the administrator at X',
  operator: 'the operator',
} as const;

const page = (): string => {
  const parts = Object.entries(CATALOGUE_PARTS).map(([title, entries]) => {
    const rows = Object.entries(entries).map(
      ([code, { cause, step, who }]) => `| \`${code}\` | ${cause} | ${step} | ${WHO[who]} |`,
    );
    return [`## ${title}`, '', '| code | why | the one step | who |', '| --- | --- | --- | --- |', ...rows].join('\n');
  });
  return `# Errors

Every code that the API, \`xads --json\` and the status of a connection give, from the table in
[domain/catalogue.ts](../domain/catalogue.ts) (\`UPDATE_ERRORS=1 npx vitest run test/catalogue.test.ts\` writes this page). The message
beside a code says more of the case at hand; codes stay, messages may change.

${parts.join('\n\n')}
`;
};

test('docs/errors.md is made of the same table', () => {
  if (process.env['UPDATE_ERRORS'] === '1') writeFileSync(new URL('../docs/errors.md', import.meta.url), page());
  expect(read('docs/errors.md')).toBe(page());
});
