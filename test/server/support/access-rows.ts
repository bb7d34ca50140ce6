import type { routes } from '../../../server/routes/index.js';

/*
 * Who may do what, written a second time, by hand: the test asks every route as everybody and compares. A new route needs a
 * row in `ROWS`; without one this file does not compile.
 */
export const ASKERS = ['owner', 'admin', 'member', 'viewer', 'read_key', 'read_write_key'] as const;
export type AskerName = (typeof ASKERS)[number];

/** What a connection is to whoever asks. `foreign`: of another workspace; `none`: there is no such connection. */
export const STANDINGS = ['own', 'workspace', 'team', 'hidden', 'foreign', 'none'] as const;
export type StandingName = (typeof STANDINGS)[number];

type Row =
  | { readonly who: readonly AskerName[] | 'anybody' }
  | { readonly on: Partial<Readonly<Record<AskerName, readonly StandingName[]>>> };

const anybody: Row = { who: 'anybody' };
const people: Row = { who: ['owner', 'admin', 'member', 'viewer'] };
const managers: Row = { who: ['owner', 'admin'] };
const everybody: Row = { who: ASKERS };
const makers: Row = { who: ['owner', 'admin', 'member', 'read_write_key'] };

const shared: readonly StandingName[] = ['own', 'workspace', 'team'];
const see: Row = {
  on: {
    owner: shared,
    admin: shared,
    member: shared,
    viewer: shared,
    read_key: ['own', 'workspace'],
    read_write_key: ['own', 'workspace'],
  },
};
const run: Row = { on: { owner: shared, admin: shared, member: shared, read_write_key: ['own', 'workspace'] } };
const change: Row = { on: { owner: shared, admin: shared, member: ['own'], read_write_key: ['own', 'workspace'] } };
const end: Row = {
  on: {
    owner: [...shared, 'hidden'],
    admin: [...shared, 'hidden'],
    member: ['own'],
    read_write_key: ['own', 'workspace'],
  },
};
const transfer: Row = { on: { owner: [...shared, 'hidden'], admin: [...shared, 'hidden'], member: ['own'] } };

export const ROWS_OF = { anybody, people, managers, everybody, makers, see, run, change, end, transfer };

export const ROWS: Readonly<Record<keyof typeof routes, keyof typeof ROWS_OF>> = {
  getHealth: 'anybody',
  getReadiness: 'anybody',
  getSignInWays: 'anybody',
  getSignInOidc: 'anybody',
  getOidcCallback: 'anybody',
  postSignIn: 'anybody',
  getLink: 'anybody',
  postLink: 'anybody',
  getMe: 'people',
  patchMe: 'people',
  postPassword: 'people',
  getDigest: 'people',
  putDigest: 'people',
  postActiveWorkspace: 'people',
  postSignOut: 'people',
  postSignOutEverywhere: 'people',
  getMembers: 'people',
  getTeams: 'people',
  patchMember: 'managers',
  deleteMember: 'managers',
  getInvitations: 'managers',
  postInvitation: 'managers',
  deleteInvitation: 'managers',
  postTeam: 'managers',
  patchTeam: 'managers',
  deleteTeam: 'managers',
  putTeamMembers: 'managers',
  getApiKeys: 'managers',
  postApiKey: 'managers',
  deleteApiKey: 'managers',
  getNotifications: 'managers',
  putNotifications: 'managers',
  postNotificationsTest: 'managers',
  getAudit: 'managers',
  getHiddenConnections: 'managers',
  postTransfer: 'transfer',
  postSimulatedTrouble: 'run',
  getConnections: 'everybody',
  getDataHealth: 'everybody',
  getPerformance: 'everybody',
  getOutlook: 'everybody',
  getUtm: 'everybody',
  getSavedViews: 'people',
  getSavedView: 'people',
  postSavedView: 'people',
  patchSavedView: 'people',
  deleteSavedView: 'people',
  postPerformanceVisit: 'people',
  getParts: 'everybody',
  getSearch: 'everybody',
  getWorkflows: 'see',
  getFreshness: 'everybody',
  getRun: 'everybody',
  getOpenapi: 'anybody',
  getXCallback: 'anybody',
  postConnection: 'makers',
  postUnfinishedConnection: 'makers',
  getConnection: 'see',
  getConnectionStatus: 'see',
  getConnectionAccounts: 'see',
  getCoverage: 'see',
  getFirstNumbers: 'see',
  getRestatements: 'see',
  getReconciliation: 'see',
  getTimeline: 'see',
  getDayDetail: 'see',
  getPreflight: 'see',
  postSync: 'run',
  postPause: 'run',
  postResume: 'run',
  postBackfill: 'run',
  deleteBackfill: 'run',
  postConnectionSignIn: 'change',
  postAuthorizationLink: 'change',
  getAuthorizationLinks: 'change',
  deleteAuthorizationLink: 'change',
  getAuthorizationRequest: 'anybody',
  postAuthorizationRequest: 'anybody',
  putChoice: 'change',
  getDraft: 'change',
  putDraft: 'change',
  patchConnection: 'change',
  getConsequences: 'end',
  postDisconnect: 'end',
};

interface Sample {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Of nobody that there is. */
const SOMEBODY = '00000000-0000-4000-8000-00000000abcd';
const RANGE = { from: '2026-01-01', to: '2026-01-02' };

/** Requests that get beyond validation, where an empty one does not. */
export const SAMPLES: Partial<Readonly<Record<keyof typeof routes, Sample>>> = {
  postSignIn: { body: { email: 'nobody@example.com', password: 'wrong' } },
  postLink: { body: { name: 'Nobody', email: 'nobody@example.com', password: 'a long password' } },
  patchMe: { body: { name: 'Renamed' } },
  postPassword: { body: { current: 'wrong', next: 'another long password' } },
  postActiveWorkspace: { body: { workspaceId: SOMEBODY } },
  patchMember: { body: { role: 'viewer' } },
  deleteMember: { body: { transferTo: SOMEBODY } },
  postInvitation: { body: { role: 'viewer', teamIds: [] } },
  postTeam: { body: { name: 'Another team' } },
  postSavedView: { body: { kind: 'view', name: 'Another view', shared: false, view: {} } },
  patchSavedView: { body: { name: 'Renamed view' } },
  patchTeam: { body: { name: 'Renamed team' } },
  putTeamMembers: { body: { personIds: [] } },
  postApiKey: { body: { name: 'Another key', scope: 'read' } },
  getFreshness: { query: { account: 'a1', through: '2026-01-01' } },
  getSearch: { query: { q: 'Ads' } },
  getCoverage: { query: RANGE },
  getRestatements: { query: RANGE },
  getReconciliation: { query: { ...RANGE, all: 'true' } },
  getTimeline: { query: { limit: '10' } },
  getPreflight: { query: { days: '30' } },
  getConsequences: { query: { of: 'disconnect' } },
  postConnection: { body: { displayName: 'Another one' } },
  postConnectionSignIn: { body: {} },
  putDraft: { body: { accounts: ['a1'], history: 30, wait: 1, privacy: 'workspace' } },
  putChoice: { body: { accounts: ['a1'], history: { kind: 'none' }, wait: 1 } },
  patchConnection: { body: { displayName: 'Renamed' } },
  postPause: { body: { note: 'Why' } },
  postBackfill: { body: RANGE },
  postDisconnect: { body: { deleteData: false } },
  postTransfer: { body: { to: SOMEBODY } },
  postSimulatedTrouble: { body: { trouble: 'busy' } },
};
