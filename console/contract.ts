/* The answers of the server's API, until its routes are there to take the types from. */
import type { Day } from '../domain/calendar.js';
import type { NextStepAction } from '../domain/next-step.js';
import type {
  AccountCoverage,
  AccountSummary,
  ConnectionSummary,
  GrantSummary,
  HoldSummary,
  RunSummary,
} from '../client/shapes.js';
import type { AccountReconciliation, AccountRestatements } from '../client/report-shapes.js';

export type May = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };
type Role = 'owner' | 'admin' | 'member' | 'viewer';
type Step = {
  readonly action: NextStepAction;
  readonly connectionId?: string;
  readonly text: string;
};
interface Mark {
  status:
    | 'not_finished'
    | 'starting'
    | 'importing_history'
    | 'up_to_date'
    | 'behind'
    | 'waiting_for_x'
    | 'needs_person'
    | 'paused'
    | 'disconnected';
  label: string;
  sentence: string;
  who: 'nobody' | 'you' | 'administrator' | 'operator';
  until?: string;
  accountsInTrouble: number;
  accounts: number;
  nextStep?: Step;
}
interface DaysOf {
  due: number;
  complete: number;
  from?: Day;
  usableFrom?: Day;
  lastImported?: Day;
}
interface View extends Omit<ConnectionSummary, 'version'> {
  mark: Mark;
  createdByName: string;
  team?: { id: string; name: string };
  days: DaysOf;
  version: string;
}
interface Person {
  id: string;
  name: string;
  email: string;
}
type Params = { id: string };
interface Of<A, I = {}> {
  answer: A;
  input: I;
}
export interface Contract {
  getSignInWays: Of<{ password: boolean; oidc: { name: string } | null }>;
  postSignIn: Of<null, { body: { email: string; password: string } }>;
  postSignOut: Of<null>;
  postSignOutEverywhere: Of<null>;
  getLink: Of<
    {
      kind: 'first_person' | 'sign_in' | 'invitation';
      workspaceName: string;
      role?: Role;
      email?: string;
      personName?: string;
      needs: { name: boolean; email: boolean; password: boolean };
      expiresAt: string;
    },
    { params: { token: string } }
  >;
  postLink: Of<null, { params: { token: string }; body: { name?: string; email?: string; password?: string } }>;
  getMe: Of<{
    person: Person;
    workspace: { id: string; name: string };
    workspaces: { id: string; name: string; role: Role }[];
    role: Role;
    teams: { id: string; name: string }[];
    can: Record<string, May>;
    simulated: boolean;
    serverTime: string;
    version: string;
  }>;
  patchMe: Of<null, { body: { name: string } }>;
  postPassword: Of<null, { body: { current?: string; next: string } }>;
  postActiveWorkspace: Of<null, { body: { workspaceId: string } }>;
  getConnections: Of<{ connections: View[] }, { query?: { withDisconnected?: boolean } }>;
  postConnection: Of<
    { connectionId: string; authorizeUrl: string; expiresAt: string },
    { body: { displayName?: string } }
  >;
  postConnectionSignIn: Of<{ connectionId: string; authorizeUrl: string; expiresAt: string }, { params: Params }>;
  getConnection: Of<View, { params: Params }>;
  getConnectionStatus: Of<
    View & {
      accounts: (GrantSummary & { days: DaysOf; estimateSeconds?: number; timezone: string; currencies: string[] })[];
      runs: RunSummary[];
      holds: HoldSummary[];
    },
    { params: Params }
  >;
  getConnectionAccounts: Of<{ accounts: AccountSummary[] }, { params: Params }>;
  putChoice: Of<
    unknown,
    {
      params: Params;
      body: {
        accounts: 'all' | readonly string[];
        history: { kind: 'none' } | { kind: 'days'; days: 30 | 90 | 180 | 365 } | { kind: 'from'; day: Day };
        wait: 1 | 3;
      };
    }
  >;
  patchConnection: Of<
    View,
    { params: Params; body: { displayName?: string; privacy?: View['privacy']; teamId?: string }; ifMatch?: string }
  >;
  postSync: Of<unknown, { params: Params }>;
  postPause: Of<unknown, { params: Params; body: { note?: string } }>;
  postResume: Of<unknown, { params: Params }>;
  postBackfill: Of<
    unknown,
    { params: Params; body: { from: string; to: string; accounts?: string[]; refetch?: boolean } }
  >;
  deleteBackfill: Of<unknown, { params: Params }>;
  postDisconnect: Of<unknown, { params: Params; body: { deleteData: boolean; confirmName?: string } }>;
  getConsequences: Of<
    {
      accounts: number;
      accountsNobodyElseReads: number;
      imports: number;
      daysOpen: number;
      connectionsOfSameUser: number;
      rows: number;
    },
    { params: Params; query: { of: 'pause' | 'disconnect' | 'disconnect_and_delete' } }
  >;
  postSimulatedTrouble: Of<
    { sentence: string },
    { params: Params; body: { trouble: 'revoke_token' | 'fail_jobs' | 'busy' | 'restate' } }
  >;
  getCoverage: Of<
    {
      accounts: {
        accountId: string;
        accountName: string;
        days: {
          day: Day;
          status: AccountCoverage['days'][number]['status'];
          finality: 'provisional' | 'settling' | 'final';
          reason?: string;
        }[];
      }[];
    },
    { params: Params; query?: { account?: string; from?: string; to?: string } }
  >;
  getDayDetail: Of<
    {
      slices: {
        level: string;
        placement: string;
        metricSet: string;
        status: string;
        jobId?: string;
        expected?: number;
        landed?: number;
        landedAt?: string;
        sha256?: string;
        reason?: string;
      }[];
    },
    { params: { id: string; account: string; day: string } }
  >;
  getTimeline: Of<
    {
      entries: {
        id: string;
        at: string;
        kind: string;
        sentence: string;
        who?: string;
        from?: string;
        to?: string;
        accountId?: string;
      }[];
    },
    { params: Params; query?: { kind?: string; before?: string } }
  >;
  getRestatements: Of<{ accounts: AccountRestatements[] }, { params: Params }>;
  getReconciliation: Of<{ accounts: AccountReconciliation[] }, { params: Params }>;
  getPreflight: Of<
    {
      lines: {
        accountId: string;
        accountName?: string;
        check: string;
        ok: boolean;
        sentence: string;
        nextStep?: Step;
      }[];
      jobs?: number;
      seconds?: number;
    },
    { params: Params; query?: { accounts?: string; days?: number } }
  >;
  getFirstNumbers: Of<
    {
      accounts: {
        accountId: string;
        accountName: string;
        day?: Day;
        spend: { currency: string | null; micros: string }[];
        impressions: string;
        clicks: string;
      }[];
    },
    { params: Params }
  >;
  getMembers: Of<{
    members: {
      personId: string;
      name: string;
      email: string;
      role: Role;
      teams: { id: string; name: string }[];
      joinedAt: string;
      lastSeenAt?: string;
      connections: number;
      can: { changeRole: May; remove: May };
    }[];
  }>;
  patchMember: Of<unknown, { params: { personId: string }; body: { role: Role } }>;
  deleteMember: Of<unknown, { params: { personId: string }; body: { transferTo: string } }>;
  getInvitations: Of<{
    invitations: { id: string; email?: string; role: Role; createdByName: string; expiresAt: string }[];
  }>;
  postInvitation: Of<{ link: string; expiresAt: string }, { body: { email?: string; role: Role; teamIds: string[] } }>;
  deleteInvitation: Of<unknown, { params: { invitationId: string } }>;
  getTeams: Of<{ teams: { id: string; name: string; personIds: string[]; connections: number }[] }>;
  postTeam: Of<unknown, { body: { name: string } }>;
  patchTeam: Of<unknown, { params: { teamId: string }; body: { name: string } }>;
  deleteTeam: Of<unknown, { params: { teamId: string } }>;
  putTeamMembers: Of<unknown, { params: { teamId: string }; body: { personIds: string[] } }>;
  getApiKeys: Of<{
    apiKeys: {
      id: string;
      name: string;
      prefix: string;
      scope: 'read' | 'read_write';
      createdByName: string;
      createdAt: string;
      expiresAt?: string;
      lastUsedAt?: string;
    }[];
  }>;
  postApiKey: Of<{ key: string }, { body: { name: string; scope: 'read' | 'read_write'; expiresInDays?: number } }>;
  deleteApiKey: Of<unknown, { params: { apiKeyId: string } }>;
  getAudit: Of<
    {
      entries: {
        id: number;
        at: string;
        actor: string;
        actorName: string;
        action: string;
        subject: { kind: string; id?: string; name?: string };
        from?: Record<string, unknown>;
        to?: Record<string, unknown>;
      }[];
      next?: number;
    },
    { query?: { before?: number } }
  >;
  getDataHealth: Of<{
    connections: {
      id: string;
      displayName: string;
      mark: Mark;
      accounts: {
        accountId: string;
        accountName: string;
        timezone: string;
        lastImported?: Day;
        openDays: number;
        reason?: string;
        until?: string;
      }[];
    }[];
    quota: { family: string; limit: number; remaining: number; resetAt?: string; credential?: string }[];
  }>;
}
