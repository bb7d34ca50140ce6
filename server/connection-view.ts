/** A connection as the one who asks sees it: with the names of people, and with what they may do to it. */
import { z } from 'zod';
import {
  accountDaysShape,
  connectionDaysShape,
  connectionStatusShape,
  connectionSummaryShape,
  grantSummaryShape,
} from '../client/shapes.js';
import type { ConnectionStatus, ConnectionSummary } from '../client/shapes.js';
import type { Action, Permission } from '../domain/connection.js';
import { teamNamesOf } from '../store/people/names.js';
import { namesOf } from '../store/people/people.js';
import type { Queryable } from '../store/pool.js';
import { type ConnectionAccess, permitsOn, standingOf } from './access.js';
import type { Asker } from './asker.js';

/** What the role must permit for each action, beside the phase. */
const ACCESS_OF: Readonly<Record<Action, ConnectionAccess>> = {
  sign_in: 'change_connection',
  choose: 'change_connection',
  rename: 'change_connection',
  backfill: 'run_connection',
  cancel: 'run_connection',
  sync: 'run_connection',
  pause: 'run_connection',
  resume: 'run_connection',
  disconnect: 'end_connection',
};

const named = {
  createdByName: z.string(),
  team: z.strictObject({ id: z.uuid(), name: z.string() }).exactOptional(),
  /** For `If-Match`. */
  version: z.string(),
};

export const connectionViewShape = z.strictObject({ ...connectionSummaryShape.unwrap().shape, ...named }).readonly();
export type ConnectionView = z.output<typeof connectionViewShape>;

const { status: word, openDay, estimateSeconds, timezone } = accountDaysShape.unwrap().shape;

export const statusViewShape = z
  .strictObject({
    ...connectionStatusShape.unwrap().shape,
    ...named,
    accounts: z
      .array(
        z
          .strictObject({
            ...grantSummaryShape.unwrap().shape,
            /** How it stands by itself. */
            mark: word,
            timezone,
            currencies: z.array(z.string()).readonly(),
            days: connectionDaysShape,
            openDay,
            estimateSeconds,
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type StatusView = z.output<typeof statusViewShape>;

const both = (phase: Permission, role: Permission): Permission => (phase.allowed ? role : phase);

const canOf = (connection: Pick<ConnectionSummary, 'can' | 'createdBy' | 'privacy'>, asker: Asker) => {
  const standing = standingOf(connection, asker.viewer.personId);
  const can = Object.entries(connection.can).map(([action, phase]): [string, Permission] => [
    action,
    both(phase, permitsOn(ACCESS_OF[action as Action], asker.subject, standing)),
  ]);
  return Object.fromEntries(can) as ConnectionSummary['can'];
};

/** Views of connections, with one question for all names. */
export const viewsOf = async <C extends ConnectionSummary>(
  db: Queryable,
  asker: Asker,
  connections: readonly C[],
): Promise<readonly (Omit<C, 'version'> & z.output<z.ZodObject<typeof named>>)[]> => {
  const [names, teams] = await Promise.all([
    namesOf(
      db,
      connections.map(({ createdBy }) => createdBy),
    ),
    teamNamesOf(
      db,
      connections.flatMap(({ teamId }) => teamId ?? []),
    ),
  ]);
  return connections.map(({ version, ...connection }) => {
    const { teamId, createdBy } = connection;
    const team = teamId === undefined ? undefined : teams.get(teamId);
    return {
      ...connection,
      version: String(version),
      can: canOf(connection, asker),
      createdByName: names.get(createdBy) ?? createdBy,
      ...(teamId === undefined || team === undefined ? {} : { team: { id: teamId, name: team } }),
    };
  });
};

export const viewOf = async (db: Queryable, asker: Asker, connection: ConnectionSummary): Promise<ConnectionView> => {
  const [view] = await viewsOf(db, asker, [connection]);
  if (view === undefined) throw new Error('a view for each connection');
  return view;
};

export const statusViewOf = async (
  db: Queryable,
  asker: Asker,
  status: ConnectionStatus,
  currenciesOf: (accountId: string) => readonly string[],
): Promise<StatusView> => {
  const [view] = await viewsOf(db, asker, [status]);
  if (view === undefined) throw new Error('a view for each connection');
  return {
    ...view,
    accounts: status.accounts.flatMap((grant) => {
      const counted = status.accountDays.find(({ accountId }) => accountId === grant.accountId);
      if (counted === undefined) return [];
      const {
        accountId,
        accountName: _,
        timezone: zone,
        status: mark,
        openDay: open,
        estimateSeconds: seconds,
        ...days
      } = counted;
      return {
        ...grant,
        mark,
        timezone: zone,
        currencies: currenciesOf(accountId),
        days,
        ...(open === undefined ? {} : { openDay: open }),
        ...(seconds === undefined ? {} : { estimateSeconds: seconds }),
      };
    }),
  };
};
