import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { ImporterConfig } from '../../client/open.js';
import { addDays } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import type { Day, Instant } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { simulatedAccounts } from '../../local/once/simulated.js';
import { saveAccounts } from '../../store/account/accounts.js';
import { attachXUser, createConnection, setPhase } from '../../store/connection/connections.js';
import { saveCredential } from '../../store/connection/credentials.js';
import { saveGrants, setGrantStatus } from '../../store/connection/grants.js';
import { createSealer } from '../../store/secrets.js';
import type { Sealer } from '../../store/secrets.js';
import { makeWorld } from '../world.js';
import type { LoadConfig, BenchWorld } from '../world.js';

/*
 * Many connections, each of an X user with one account. They are written to the database as sign-in and choice leave them,
 * since a thousand sign-ins would measure the consent page.
 */

export interface DailyWorldOptions {
  readonly connections: number;
  /** Promoted tweets of each account. */
  readonly ads: number;
  /** Days of history that are in place before the first measured day. */
  readonly history: number;
  readonly jobSeconds: number;
  readonly seed: number;
  /** Of the ads, how many ended four to six days before the first measured day. (Default: none) */
  readonly endedShare?: number;
  /** Of the entity-days, how many X corrects later than a day after their end. (Default: all, as X documents) */
  readonly corrections?: number;
}

export interface DailyAccount {
  readonly id: AccountId;
  readonly timezone: string;
  readonly connectionId: ConnectionId;
}

export interface DailyWorld extends BenchWorld {
  readonly accounts: readonly DailyAccount[];
}

/** Data time begins here. At noon in UTC the daily sync is due in every simulated zone. */
const FIRST_MORNING = Date.parse('2026-02-10T12:00:00Z');
const DAY_MS = 86_400_000;

/** When the sync of the n-th day is due. */
export const dueMorning = (day: number): Instant => new Date(FIRST_MORNING + day * DAY_MS).toISOString();

const AT_ONCE = 20;

const tokensSchema = z.object({
  oauth_token: z.string(),
  oauth_token_secret: z.string(),
  user_id: z.string(),
  screen_name: z.string(),
});

const tokensOf = async (simulatorUrl: string, screenName: string) => {
  const response = await fetch(`${simulatorUrl}/_simulator/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ screen_name: screenName }),
  });
  if (!response.ok) throw new Error(`the simulator gave no tokens for ${screenName}: ${response.status}`);
  return tokensSchema.parse(await response.json());
};

interface Stored {
  readonly accountId: AccountId;
  readonly timezone: string;
  readonly number: number;
  readonly historyFrom: Day;
}

/** An active connection with one grant whose history the first daily sync finds missing. */
const store = async ({ db, simulatorUrl }: BenchWorld, sealer: Sealer, stored: Stored): Promise<DailyAccount> => {
  const { accountId, timezone, number, historyFrom } = stored;
  const tokens = await tokensOf(simulatorUrl, `user_${number}`);
  const connectionId = randomUUID();
  const account = {
    id: accountId,
    name: accountId,
    businessName: null,
    timezone,
    timezoneSwitchAt: null,
    approvalStatus: 'ACCEPTED',
    deleted: false,
    createdAt: null,
    raw: {},
  };
  // Observed a day before, so that the first sync reads the account itself.
  await saveAccounts(db, [account], dueMorning(-1));
  await createConnection(db, { id: connectionId, displayName: tokens.screen_name, createdBy: 'bench' });
  await saveCredential(db, sealer, {
    xUserId: tokens.user_id,
    screenName: tokens.screen_name,
    token: tokens.oauth_token,
    tokenSecret: tokens.oauth_token_secret,
  });
  await attachXUser(db, connectionId, tokens.user_id);
  await setPhase(db, connectionId, 'active');
  await saveGrants(db, connectionId, [{ accountId, historyFrom, waitDays: 1 }]);
  await setGrantStatus(db, connectionId, accountId, { status: 'up_to_date' });
  return { id: accountId, timezone, connectionId };
};

export const makeDailyWorld = async (
  options: DailyWorldOptions,
  loadConfig: LoadConfig,
  report: (text: string) => void,
): Promise<DailyWorld> => {
  const { connections, ads, history, jobSeconds, seed, endedShare = 0, corrections = 1 } = options;
  const sizes = { accounts: connections, ads, days: history + 5, seed, 'job-seconds': jobSeconds, corrections };
  const simulated = { ...sizes, now: dueMorning(0), ...(endedShare > 0 ? { 'ended-share': endedShare } : {}) };
  let config: ImporterConfig | undefined;
  report(`${connections} connections: starting the stack …`);
  const world = await makeWorld(simulated, (environment) => (config = loadConfig(environment)), report);
  try {
    await world.control('PUT', 'clock', { frozen: true });
    const sealer = createSealer(config?.importerKeys ?? []);
    const limit = pLimit(AT_ONCE);
    report(`${connections} connections: storing them …`);
    const accounts = await Promise.all(
      (await simulatedAccounts(world.simulatorUrl)).map(({ id, timezone }, index) => {
        const historyFrom = addDays(dayOf(dueMorning(0), timezone), -history);
        return limit(() => store(world, sealer, { accountId: id, timezone, number: index + 1, historyFrom }));
      }),
    );
    return { ...world, accounts };
  } catch (error) {
    await world[Symbol.asyncDispose]();
    throw error;
  }
};
