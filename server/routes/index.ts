import { deleteApiKey } from './delete-api-key.js';
import { deleteInvitation } from './delete-invitation.js';
import { deleteMember } from './delete-member.js';
import { deleteTeam } from './delete-team.js';
import { getApiKeys } from './get-api-keys.js';
import { getAudit } from './get-audit.js';
import { getDigest } from './get-digest.js';
import { getHealth } from './get-health.js';
import { getHiddenConnections } from './get-hidden-connections.js';
import { getInvitations } from './get-invitations.js';
import { getLink } from './get-link.js';
import { getMe } from './get-me.js';
import { getMembers } from './get-members.js';
import { getNotifications } from './get-notifications.js';
import { getOidcCallback } from './get-oidc-callback.js';
import { getReadiness } from './get-readiness.js';
import { getSignInOidc } from './get-sign-in-oidc.js';
import { getSignInWays } from './get-sign-in-ways.js';
import { getTeams } from './get-teams.js';
import { patchMe } from './patch-me.js';
import { patchMember } from './patch-member.js';
import { patchTeam } from './patch-team.js';
import { postActiveWorkspace } from './post-active-workspace.js';
import { postApiKey } from './post-api-key.js';
import { postInvitation } from './post-invitation.js';
import { postLink } from './post-link.js';
import { postNotificationsTest } from './post-notifications-test.js';
import { postPassword } from './post-password.js';
import { postSignIn } from './post-sign-in.js';
import { postSignOutEverywhere } from './post-sign-out-everywhere.js';
import { postSignOut } from './post-sign-out.js';
import { postSimulatedTrouble } from './post-simulated-trouble.js';
import { postTeam } from './post-team.js';
import { postTransfer } from './post-transfer.js';
import { putDigest } from './put-digest.js';
import { putNotifications } from './put-notifications.js';
import { putTeamMembers } from './put-team-members.js';
import { deleteSavedView } from './delete-saved-view.js';
import { getSavedView } from './get-saved-view.js';
import { getSavedViews } from './get-saved-views.js';
import { patchSavedView } from './patch-saved-view.js';
import { postSavedView } from './post-saved-view.js';
import { connectionRoutes } from './of-connections.js';

/** Every route that there is. The console imports the types. */
export const routes = {
  ...connectionRoutes,
  deleteApiKey,
  deleteInvitation,
  deleteMember,
  deleteTeam,
  getApiKeys,
  getAudit,
  getDigest,
  getHealth,
  getHiddenConnections,
  getInvitations,
  getLink,
  getMe,
  getMembers,
  getNotifications,
  getOidcCallback,
  getReadiness,
  getSignInOidc,
  getSignInWays,
  getTeams,
  patchMe,
  patchMember,
  patchTeam,
  postActiveWorkspace,
  postApiKey,
  postInvitation,
  postLink,
  postNotificationsTest,
  postPassword,
  postSignIn,
  postSignOutEverywhere,
  postSignOut,
  postSimulatedTrouble,
  postTeam,
  postTransfer,
  putDigest,
  putNotifications,
  putTeamMembers,
  deleteSavedView,
  getSavedView,
  getSavedViews,
  patchSavedView,
  postSavedView,
} as const;
export type Routes = typeof routes;
