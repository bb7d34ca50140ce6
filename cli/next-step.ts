import type { NextStep, NextStepAction } from '../domain/next-step.js';
import { shortId } from './text/table.js';

/** The command of each action, for the connection that it concerns; undefined where no command does it. */
const COMMANDS: Readonly<Record<NextStepAction, ((connection: string) => string) | undefined>> = {
  connect: () => 'xads connect',
  reconnect: (connection) => `xads reconnect${connection}`,
  choose: (connection) => `xads connect --connection${connection === '' ? ' ID' : connection}`,
  backfill: (connection) => `xads backfill${connection} --from DAY --to DAY`,
  resume: (connection) => `xads resume${connection}`,
  sync: (connection) => `xads sync${connection}`,
  list_connections: () => 'xads connections --all',
  list_accounts: (connection) => `xads accounts${connection}`,
  see_status: (connection) => `xads status${connection}`,
  see_coverage: (connection) => `xads coverage${connection}`,
  migrate: () => 'npm run migrate',
  set_up: () => 'xads setup',
  start_worker: () => 'npm run worker',
  doctor: () => 'xads doctor',
  check_configuration: undefined,
  see_temporal: undefined,
  ask_administrator: undefined,
  see_x: undefined,
  retry: undefined,
  wait: undefined,
};

/** A next step in one sentence, with the command that does it. */
export const nextStepText = ({ action, connectionId, text }: NextStep): string => {
  const command = COMMANDS[action]?.(connectionId === undefined ? '' : ` ${shortId(connectionId)}`);
  return command === undefined ? text : `${text.replace(/\.$/, '')} (\`${command}\`).`;
};
