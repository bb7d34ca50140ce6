import { deleteAuthorizationLink } from './delete-authorization-link.js';
import { deleteBackfill } from './delete-backfill.js';
import { getAuthorizationLinks } from './get-authorization-links.js';
import { getAuthorizationRequest } from './get-authorization-request.js';
import { getConnectionById } from './get-connection.js';
import { getConnectionAccounts } from './get-connection-accounts.js';
import { getConnectionStatus } from './get-connection-status.js';
import { getConnections } from './get-connections.js';
import { getConsequences } from './get-consequences.js';
import { getCoverage } from './get-coverage.js';
import { getDataHealth } from './get-data-health.js';
import { getParts } from './get-parts.js';
import { getSearch } from './get-search.js';
import { getWorkflows } from './get-workflows.js';
import { getDayDetail } from './get-day-detail.js';
import { getDraft } from './get-draft.js';
import { getFirstNumbers } from './get-first-numbers.js';
import { getFreshness } from './get-freshness.js';
import { getOpenapi } from './get-openapi.js';
import { getPerformance } from './get-performance.js';
import { getPreflight } from './get-preflight.js';
import { getReconciliation } from './get-reconciliation.js';
import { getRestatements } from './get-restatements.js';
import { getRun } from './get-run.js';
import { getOutlook } from './get-outlook.js';
import { getTimeline } from './get-timeline.js';
import { getUtm } from './get-utm.js';
import { getXCallback } from './get-x-callback.js';
import { patchConnection } from './patch-connection.js';
import { postAuthorizationLink } from './post-authorization-link.js';
import { postAuthorizationRequest } from './post-authorization-request.js';
import { postBackfill } from './post-backfill.js';
import { postConnection } from './post-connection.js';
import { postConnectionSignIn } from './post-connection-sign-in.js';
import { postDisconnect } from './post-disconnect.js';
import { postPerformanceVisit } from './post-performance-visit.js';
import { postPause } from './post-pause.js';
import { postResume } from './post-resume.js';
import { postSync } from './post-sync.js';
import { postUnfinishedConnection } from './post-unfinished-connection.js';
import { putChoice } from './put-choice.js';
import { putDraft } from './put-draft.js';

/** Routes of connections and what is known of them. */
export const connectionRoutes = {
  deleteAuthorizationLink,
  deleteBackfill,
  getAuthorizationLinks,
  getAuthorizationRequest,
  getConnection: getConnectionById,
  getConnectionAccounts,
  getConnectionStatus,
  getConnections,
  getConsequences,
  getCoverage,
  getDataHealth,
  getParts,
  getSearch,
  getWorkflows,
  getDayDetail,
  getDraft,
  getFirstNumbers,
  getFreshness,
  getOpenapi,
  getPerformance,
  getPreflight,
  getReconciliation,
  getRestatements,
  getRun,
  getOutlook,
  getTimeline,
  getUtm,
  getXCallback,
  patchConnection,
  postAuthorizationLink,
  postAuthorizationRequest,
  postBackfill,
  postConnection,
  postConnectionSignIn,
  postDisconnect,
  postPause,
  postPerformanceVisit,
  postResume,
  postSync,
  postUnfinishedConnection,
  putChoice,
  putDraft,
} as const;
