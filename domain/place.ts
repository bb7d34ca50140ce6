import type { NextStep, NextStepAction } from './next-step.js';

/** Where commands are typed: in a clone of the repository, beside docker-compose.yml, or where the package is installed. */
export const COMMAND_PLACES = ['clone', 'compose', 'package'] as const;
export type CommandPlace = (typeof COMMAND_PLACES)[number];

type Program = 'xads' | 'migrate' | 'worker' | 'start';

/** How each program is called there. Only a clone starts Postgres and Temporal as well. */
const PROGRAMS: Readonly<Record<CommandPlace, Readonly<Record<Program, string | undefined>>>> = {
  clone: { xads: 'npm run xads --', migrate: 'npm run migrate', worker: 'npm run worker', start: 'npm start' },
  compose: {
    xads: 'docker compose run --rm xads',
    migrate: 'docker compose run --rm migrate',
    worker: 'docker compose up -d worker',
    start: undefined,
  },
  package: { xads: 'xads', migrate: 'xads-migrate', worker: 'xads-worker', start: undefined },
};

/** A command of `xads`, as it is typed there. */
export const xadsIn = (place: CommandPlace, args: string): string => `${PROGRAMS[place].xads} ${args}`;

/** What each action types after the program, for the connection that it concerns. */
const ARGUMENTS: Readonly<Record<NextStepAction, readonly [Program, (connection: string) => string] | undefined>> = {
  connect: ['xads', () => ' connect'],
  reconnect: ['xads', (connection) => ` reconnect${connection}`],
  choose: ['xads', (connection) => ` connect --connection${connection === '' ? ' ID' : connection}`],
  backfill: ['xads', (connection) => ` backfill${connection} --from DAY --to DAY`],
  resume: ['xads', (connection) => ` resume${connection}`],
  sync: ['xads', (connection) => ` sync${connection}`],
  list_connections: ['xads', () => ' connections --all'],
  list_accounts: ['xads', (connection) => ` accounts${connection}`],
  see_status: ['xads', (connection) => ` status${connection}`],
  see_coverage: ['xads', (connection) => ` coverage${connection}`],
  doctor: ['xads', () => ' doctor'],
  restore: ['xads', () => ' restore'],
  set_up: ['xads', () => ' setup'],
  migrate: ['migrate', () => ''],
  start_worker: ['worker', () => ''],
  start: ['start', () => ''],
  check_configuration: undefined,
  see_temporal: undefined,
  ask_administrator: undefined,
  see_x: undefined,
  retry: undefined,
  wait: undefined,
};

/** The command of a step, as it is typed there; undefined where no command does it. `connection` is what names its own. */
export const commandIn = (
  place: CommandPlace,
  { action }: Pick<NextStep, 'action'>,
  connection?: string,
): string | undefined => {
  const [program, args] = ARGUMENTS[action] ?? [];
  const called = program === undefined ? undefined : PROGRAMS[place][program];
  return called === undefined || args === undefined
    ? undefined
    : `${called}${args(connection === undefined ? '' : ` ${connection}`)}`;
};
