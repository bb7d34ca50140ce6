import { OPERATOR } from '../../domain/viewer.js';
import { addDays } from '../../domain/calendar.js';
import { dayOf, endOfRange, startOfDay } from '../../domain/local-days.js';
import { selectable } from '../../domain/access.js';
import type { XUserId } from '../../domain/ids.js';
import { approvalProblem } from '../../domain/account-problem.js';
import { zonesAfter } from '../../domain/zones.js';
import { getAccount } from '../../store/account/accounts.js';
import { listConnections } from '../../store/connection/connections.js';
import { getCredential } from '../../store/connection/credentials.js';
import { listGrants } from '../../store/connection/grants.js';
import type { Db } from '../../store/pool.js';
import { observeLimits } from '../../store/import/rate-limit-windows.js';
import type { Sealer } from '../../store/secrets.js';
import { type Hooks, limitOf } from '../../x-ads/call.js';
import type { UserApi, XAds } from '../../x-ads/client.js';
import type { XAccount } from '../../x-ads/resources/account.js';
import { problemSummary } from '../../client/read/problem.js';
import { EXIT } from '../exit-codes.js';
import { type DoctorCheck, runCheck, failed, failure, ok, skipped, step, warning } from './check.js';

export interface XDoctor {
  readonly x: XAds;
  readonly db: Db;
  readonly sealer: Sealer;
  readonly callbackUrl: string;
  /** The command that makes a connection. */
  readonly connect: string;
}

/** Stores what X's headers say of limits for the workers, as if one of them had called. */
const remembering = (db: Db): Hooks => ({
  afterResponse: async (call, { readings }) => {
    for (const reading of readings.filter(({ scope }) => scope === call.scope)) {
      await observeLimits(db, limitOf(call), reading);
    }
  },
});

/** Does X know our app, and does it know the callback? A request token is the cheapest question that needs both. */
const checkApp = ({ x, callbackUrl }: XDoctor): Promise<readonly DoctorCheck[]> =>
  runCheck('X app', async () => {
    await x.authorize.requestToken({ callbackUrl });
    return ok('X app', `keys accepted, callback ${callbackUrl} registered`);
  });

/** Can numbers be read? Yesterday of one funding instrument, by the synchronous endpoint. */
const checkStats = (db: Db, api: UserApi, account: XAccount, observedAt: string): Promise<readonly DoctorCheck[]> => {
  const name = `stats of ${account.name ?? account.id}`;
  return runCheck(name, async () => {
    const { value: page } = await api.fundingInstruments.list(account.id, { count: 1 }).next();
    const [instrument] = page?.items ?? [];
    if (instrument === undefined) return skipped(name, 'the account has no funding instrument yet');
    const known = (await getAccount(db, account.id))?.zones ?? [];
    const [switchAt, createdAt] = [account.timezone_switch_at ?? null, account.created_at ?? null];
    // The day before a switch has midnights of the zone before it.
    const zones = zonesAfter(known, { zone: account.timezone, switchAt, createdAt, observedAt });
    const yesterday = addDays(dayOf(observedAt, zones), -1);
    await api.stats.get(account.id, {
      entity: 'FUNDING_INSTRUMENT',
      entityIds: [instrument.id],
      startTime: startOfDay(yesterday, zones),
      endTime: endOfRange({ from: yesterday, to: yesterday }, zones),
      placement: 'ALL_ON_TWITTER',
      metricGroups: ['ENGAGEMENT', 'BILLING'],
    });
    return ok(name, `${yesterday} can be read`);
  });
};

const checkAccount = async (
  db: Db,
  api: UserApi,
  account: XAccount,
  observedAt: string,
): Promise<readonly DoctorCheck[]> => {
  const name = `account ${account.name ?? account.id}`;
  const role = await runCheck(name, async () => {
    const { data } = await api.accounts.authenticatedUserAccess(account.id);
    const may = selectable(data.permissions);
    return may.selectable
      ? ok(name, `${account.id}, ${data.permissions.join(', ')}`)
      : failed(name, may.reason, EXIT.needsPerson, step('ask_administrator', may.cure));
  });
  const approval = account.approval_status ?? 'UNKNOWN';
  const lacking = problemSummary(approvalProblem(approval) ?? null, { otherwise: 'see_x' });
  const approved = lacking ? [warning(name, `approval: ${approval.toLowerCase()}`, lacking.nextStep)] : [];
  const readable = role.every(({ status }) => status === 'ok');
  return [...role, ...approved, ...(readable ? await checkStats(db, api, account, observedAt) : [])];
};

/** The accounts that connections of this X user read. */
const grantedAccounts = async (db: Db, xUserId: XUserId): Promise<ReadonlyMap<string, string>> => {
  const rows = await listConnections(db, OPERATOR);
  const grants = await Promise.all(rows.filter((row) => row.xUserId === xUserId).map((row) => listGrants(db, row.id)));
  return new Map(grants.flat().map((grant) => [grant.accountId, grant.accountName]));
};

const checkCredential = async (
  doctor: XDoctor,
  xUserId: XUserId,
  screenName: string,
): Promise<readonly DoctorCheck[]> => {
  const name = `credential @${screenName}`;
  let accounts: readonly XAccount[] = [];
  let observedAt = '';
  let api: UserApi | undefined;
  const opened = await runCheck(name, async () => {
    const credential = await getCredential(doctor.db, doctor.sealer, xUserId);
    if (credential === undefined) return failed(name, 'is gone', EXIT.needsPerson, step('reconnect', 'Sign in again.'));
    api = doctor.x.forUser(
      { userId: xUserId, token: credential.token, tokenSecret: credential.tokenSecret },
      { hooks: remembering(doctor.db) },
    );
    for await (const page of api.accounts.list({ withDeleted: false })) {
      accounts = [...accounts, ...page.items];
      observedAt = page.observedAt;
    }
    if (credential.status === 'rejected') {
      const detail = `X accepts it now, but refused it before (${credential.rejectedReason ?? 'no reason given'}); nothing is imported with it until somebody signs in again`;
      return failed(name, detail, EXIT.needsPerson, step('reconnect', 'Sign in again.'));
    }
    return ok(name, `accepted by X; ${accounts.length} ad account${accounts.length === 1 ? '' : 's'}`);
  }).catch((error: unknown) => [failure(name, error)]);
  if (api === undefined || opened.some(({ status }) => status !== 'ok')) return opened;

  const checks: DoctorCheck[] = [...opened];
  for (const [id, accountName] of await grantedAccounts(doctor.db, xUserId)) {
    const account = accounts.find((each) => each.id === id);
    if (account === undefined) {
      const cure = 'Ask the Business Administrator: X Ads → Business Settings → Collaborators → People.';
      checks.push(
        failed(
          `account ${accountName}`,
          `@${screenName} cannot see it any more`,
          EXIT.needsPerson,
          step('ask_administrator', cure),
        ),
      );
    } else {
      checks.push(...(await checkAccount(doctor.db, api, account, observedAt)));
    }
  }
  return checks;
};

/** The app, then each credential, then each account that is read with it. */
export const checkX = async (doctor: XDoctor): Promise<readonly DoctorCheck[]> => {
  const app = await checkApp(doctor);
  // With wrong keys, X refuses every user's token as well: those refusals would only mislead.
  if (app.some(({ status }) => status === 'failed')) return app;
  const checks: DoctorCheck[] = [...app];
  const users = new Map<XUserId, string>();
  for (const { xUserId, screenName } of await listConnections(doctor.db, OPERATOR)) {
    if (xUserId !== null) users.set(xUserId, screenName ?? xUserId);
  }
  if (users.size === 0) checks.push(skipped('credentials', `none yet: make a connection with \`${doctor.connect}\``));
  for (const [xUserId, screenName] of users) checks.push(...(await checkCredential(doctor, xUserId, screenName)));
  return checks;
};
