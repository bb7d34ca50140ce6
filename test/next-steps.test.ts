import { readdirSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Io } from '../cli/io.js';
import { buildProgram, runCommandLine } from '../cli/program.js';
import { nextStepShape } from '../client/shapes.js';
import { commandIn, type CommandPlace, COMMAND_PLACES, xadsIn } from '../domain/place.js';

const { scripts, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as Readonly<
  Record<'scripts' | 'bin', Readonly<Record<string, string>>>
>;
const services = new Set(
  [...readFileSync('docker-compose.yml', 'utf8').matchAll(/^ {2}([\w-]+):\n/gm)].map(([, name]) => name ?? ''),
);

const io = (place: CommandPlace): Io => ({
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  interactive: false,
  onInterrupt: () => () => undefined,
  place,
  config: () => Promise.reject(new Error('none')),
  api: async () => undefined,
  consumer: () => Promise.reject(new Error('none')),
  browse: () => Promise.resolve(),
});

/** Whether what a command begins with can be called there. */
const isThere = (place: CommandPlace, command: string): boolean => {
  const [, script] = /^npm (?:run )?([\w:]+)/.exec(command) ?? [];
  const [, service] = /^docker compose (?:run --rm|up -d) ([\w-]+)/.exec(command) ?? [];
  switch (place) {
    case 'clone':
      return script !== undefined && scripts[script] !== undefined;
    case 'compose':
      return service !== undefined && services.has(service);
    case 'package':
      return bin[command.split(' ', 1)[0] ?? ''] !== undefined;
  }
};

describe.each(COMMAND_PLACES)('each next step can be taken where it is printed: %s', (place) => {
  const actions = nextStepShape.unwrap().shape.action.options;
  const commands = actions.flatMap((action) =>
    [undefined, '3f2a9c1d'].flatMap((connection) => commandIn(place, { action }, connection) ?? []),
  );

  test.each([...new Set(commands)])('%s', (command) => {
    expect(isThere(place, command)).toBe(true);
    const xads = xadsIn(place, '');
    if (!command.startsWith(xads)) return;
    const [name = '', ...args] = command.slice(xads.length).split(' ');
    const known = buildProgram(io(place), () => undefined).commands.find((each) => each.name() === name);
    if (known === undefined) return expect.fail(`xads has no command ${name}`);
    const { operands, unknown } = known.parseOptions(args);
    expect(unknown).toEqual([]);
    expect(operands.length).toBeLessThanOrEqual(known.registeredArguments.length);
  });

  test('the help shows its examples so', async () => {
    const stdout = new PassThrough();
    expect(await runCommandLine(['status', '--help'], { ...io(place), stdout })).toBe(0);
    const help = String(stdout.read());
    expect(help).toContain(`Usage: ${xadsIn(place, 'status')}`);
    expect(help).toContain(`$ ${xadsIn(place, 'status 3f2a9c1d --watch')}`);
  });
});

/** Rooms that speak to people wherever the importer runs; `local/` runs in a clone only. */
const ROOMS = ['cli', 'client', 'domain', 'store', 'temporal', 'worker', 'x-ads', 'activities', 'workflows', 'process'];

test('no other text names a command, or a button', () => {
  const named = ROOMS.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && `${room}/${file}` !== 'domain/place.ts')
      .flatMap((file) => {
        const text = readFileSync(`${room}/${file}`, 'utf8')
          .replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
          // The help shows them as they are typed there.
          .replaceAll(/\bexamples\([^]*?\),?\n/g, '');
        const found = text.match(/(?:\bxads [a-z-]+|npm run [\w:]+|npm start|Continue with X)/g) ?? [];
        return found.map((what) => `${room}/${file}: ${what}`);
      }),
  );
  expect(named).toEqual([]);
});
