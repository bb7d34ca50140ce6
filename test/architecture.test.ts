import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rooms = [
  'domain',
  'x-ads',
  'store',
  'activities',
  'workflows',
  'temporal',
  'worker',
  'client',
  'cli',
  'server',
  'process',
  'delivery',
  'simulator',
  'local',
  'bench',
  'console',
] as const;

/** What each room may import beside itself: a room, or one file of it. */
const mayImport: Readonly<Record<(typeof rooms)[number], readonly string[]>> = {
  domain: [],
  'x-ads': ['domain'],
  store: ['domain'],
  activities: ['domain', 'x-ads', 'store', 'temporal', 'delivery'],
  workflows: ['domain', 'temporal/search-attributes.ts'],
  temporal: ['domain'],
  process: [],
  delivery: [],
  worker: ['activities', 'store', 'x-ads', 'temporal', 'process', 'domain'],
  client: ['workflows/messages.ts', 'temporal', 'domain', 'store', 'x-ads/authorize.ts'],
  cli: ['client', 'process', 'domain'],
  server: ['client', 'store', 'temporal', 'process', 'delivery', 'domain'],
  simulator: [],
  local: ['config.ts', 'client', 'store', 'temporal', 'process', 'domain'],
  bench: ['client', 'activities', 'store', 'local', 'process', 'domain'],
  // A browser loads it: of the server it knows the types of the routes.
  console: [],
};

/** Edges that exist for the compiler only, and are gone when the program runs. */
const mayImportTypesOf: Readonly<Record<string, readonly string[]>> = {
  workflows: ['activities'],
  worker: ['config.ts'],
  client: ['config.ts', 'workflows', 'x-ads'],
  store: ['config.ts'],
  console: ['server/routes/index.ts', 'server/route.ts', 'client', 'domain'],
};

/** Parts of a room with a task of their own. */
const exceptions: readonly { readonly part: string; readonly mayImport: readonly string[] }[] = [
  // The entry point composes: a script has no main file of ours that hands it the configuration.
  { part: 'client/index.ts', mayImport: ['config.ts'] },
  // `xads doctor` examines Postgres, Temporal and X themselves: what the façade says of them would pass through the fault.
  { part: 'cli/doctor/', mayImport: ['x-ads', 'store', 'temporal'] },
  { part: 'process/place.ts', mayImport: ['domain'] },
  { part: 'store/main.ts', mayImport: ['process'] },
  { part: 'cli/commands/doctor.ts', mayImport: ['x-ads', 'store'] },
];

/** Packages that some rooms must not know. */
const mayNotUse: Readonly<Record<string, RegExp>> = {
  domain: /^node:|^@temporalio|^zod$|^pg$|^undici$/,
  workflows: /^node:|^zod$|^@temporalio\/(?!workflow$|common$)/,
  'x-ads': /^@temporalio|^pg$/,
  store: /^@temporalio|^undici$/,
  client: /^@temporalio\/worker$/,
  server: /^@temporalio|^pg$/,
  simulator: /^@temporalio|^oauth-1\.0a$/,
};

interface Import {
  readonly from: string;
  /** A file of ours by its path from the root, else the package's name. */
  readonly to: string;
  readonly ours: boolean;
  readonly typesOnly: boolean;
  /** Loaded when it is needed, by `import()`. */
  readonly dynamic: boolean;
}

interface Source {
  readonly path: string;
  readonly text: string;
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const read = (path: string): Source => ({ path, text: readFileSync(join(root, path), 'utf8') });
const sources = [...rooms.flatMap(filesIn), 'config.ts'].map(read);
const everything = [...sources, ...[...filesIn('test'), ...filesIn('ops'), 'vitest.config.ts'].map(read)];
const isOurs = (specifier: string): boolean => specifier.startsWith('.');

/** The file that a specifier means: it says `.js`, as it runs. */
const sourceOf = (path: string): string =>
  ['.ts', '.tsx'].map((ending) => path.replace(/\.js$/, ending)).find((file) => existsSync(join(root, file))) ?? path;

const importsOf = ({ path, text }: Source): readonly Import[] => {
  const { module, program } = parseSync(path, text);
  const edge = (specifier: string, typesOnly: boolean, dynamic = false): Import => ({
    from: path,
    to: isOurs(specifier) ? sourceOf(relative(root, resolve(root, dirname(path), specifier))) : specifier,
    ours: isOurs(specifier),
    typesOnly,
    dynamic,
  });
  const later: Import[] = [];
  new Visitor({
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') later.push(edge(source.value, false, true));
    },
  }).visit(program);
  return [
    ...later,
    ...module.staticImports.map(({ moduleRequest, entries }) =>
      edge(moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType)),
    ),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest === null ? [] : [edge(moduleRequest.value, isType)],
      ),
    ),
  ];
};

const imports = sources.flatMap(importsOf);
const roomOf = (path: string): string => path.split('/', 1)[0] ?? '';
const covers = (allowed: readonly string[], path: string): boolean =>
  allowed.some((entry) => entry === path || entry === roomOf(path));

const isAllowed = ({ from, to, typesOnly }: Import): boolean => {
  const room = rooms.find((name) => name === roomOf(from));
  // config.ts hands values to a process's main file; it uses Temporal's settings, our addresses and the shapes of
  // values, and no other room.
  if (room === undefined) return /^(temporal|domain)\//.test(to) || to === 'process/values.ts';
  if (roomOf(to) === room || covers(mayImport[room], to)) return true;
  if (to === 'config.ts' && from.endsWith('/main.ts') && room !== 'simulator') return true;
  if (exceptions.some((exception) => from.startsWith(exception.part) && covers(exception.mayImport, to))) return true;
  return typesOnly && covers(mayImportTypesOf[room] ?? [], to);
};

const told = ({ from, to }: Import): string => `${from} → ${to}`;
const matching = (pattern: RegExp, among: readonly Source[]): readonly string[] =>
  among.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

/** What a file loads before it runs. */
const loadedWith = (entry: string): ReadonlySet<string> => {
  const loaded = new Set([entry]);
  // A set yields what is added while it is read.
  for (const path of loaded)
    for (const { from, to, typesOnly, dynamic } of imports) if (from === path && !typesOnly && !dynamic) loaded.add(to);
  return loaded;
};

describe('the architecture', () => {
  it('has a command line whose help waits for no package that talks to Postgres, Temporal or X', () => {
    const loaded = [...loadedWith('cli/main.ts')];
    expect(loaded).toContain('commander');
    expect(loaded.filter((name) => /^(@temporalio|pg$|undici$|zod$)/.test(name))).toEqual([]);
  });

  it('has rooms that import only what they may', () => {
    expect(imports.filter((each) => each.ours && !isAllowed(each)).map(told)).toEqual([]);
  });

  it('keeps packages out of the rooms that must not know them', () => {
    const wrong = imports.filter(
      ({ from, to, ours, typesOnly }) => !ours && !typesOnly && mayNotUse[roomOf(from)]?.test(to) === true,
    );
    expect(wrong.map(told)).toEqual([]);
  });

  it('bundles workflows with no library but that of Temporal: each workflow in memory would pay for it', () => {
    const reached = loadedWith('workflows/index.ts');
    expect([...reached]).toContain('domain/choice.ts');
    expect([...reached].filter((name) => !name.endsWith('.ts') && !name.startsWith('@temporalio/'))).toEqual([]);
  });

  it('has no circle of files that need each other, types counted', () => {
    const next = new Map<string, string[]>(sources.map(({ path }) => [path, []]));
    for (const { from, to, ours } of imports) if (ours) next.get(from)?.push(to);
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, above: readonly string[]): void => {
      if (above.includes(path)) circles.push([...above.slice(above.indexOf(path)), path].join(' → '));
      if (done.has(path) || above.includes(path)) return;
      for (const to of next.get(path) ?? []) walk(to, [...above, path]);
      done.add(path);
    };
    for (const { path } of sources) walk(path, []);
    expect(circles).toEqual([]);
  });

  it('reads the environment in config.ts, the place of a process, the simulator, the embedded stack and tests only', () => {
    const allowed = /^(config\.ts$|process\/place\.ts$|local\/|test\/|simulator\/main\.ts$|console\/build\.ts$|ops\/)/;
    expect(matching(/process\.env\b/, everything).filter((path) => !allowed.test(path))).toEqual([]);
  });

  it('has a façade that knows neither the command line nor its exit codes', () => {
    const facade = sources.filter(({ path }) => path.startsWith('client/'));
    expect(matching(/\bxads |npm run |exit ?code/i, facade)).toEqual([]);
  });

  it('makes the proxies of activities in one file, so that every cancelled workflow waits for its activities', () => {
    const workflows = sources.filter(({ path }) => path.startsWith('workflows/'));
    expect(matching(/\bproxy(Local)?Activities\b/, workflows)).toEqual(['workflows/proxies.ts']);
    // An activity that fails before it hears of its cancellation was cancelled, too: others ask isCancelled.
    expect(matching(/\bisCancellation\b/, workflows)).toEqual(['workflows/problems.ts']);
  });

  it('builds failures of Temporal in one file of the activities', () => {
    const activities = sources.filter(({ path }) => path.startsWith('activities/'));
    const builds = matching(/ApplicationFailure\s*\.\s*\w+\(|new ApplicationFailure\(/, activities);
    expect(builds.filter((path) => path !== 'activities/failures.ts')).toEqual([]);
  });

  it('has no file over 300 lines', () => {
    const long = everything.filter(({ text }) => text.trimEnd().split('\n').length > 300);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('has no any, no enum, no default export and no non-null assertion', () => {
    const found: string[] = [];
    for (const { path, text } of everything) {
      const report = (what: string) => (): void => {
        found.push(`${path}: ${what}`);
      };
      new Visitor({
        TSAnyKeyword: report('any'),
        TSEnumDeclaration: report('enum'),
        TSNonNullExpression: report('!'),
        ExportDefaultDeclaration: path.endsWith('.config.ts') ? () => undefined : report('default export'),
      }).visit(parseSync(path, text).program);
    }
    expect(found).toEqual([]);
  });

  it('names files in kebab-case', () => {
    const odd = everything.filter(({ path }) => !/^[a-z0-9./-]+$/.test(path));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });
});
