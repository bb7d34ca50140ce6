import { invalidToken, adsError } from '../../errors.js';
import type { Simulator } from '../../state/simulator.js';
import type { IssuedAccessToken } from '../../state/tokens.js';
import type { Route } from './call.js';

/** Calls after which the user `revokes_access` revokes the access of the app. */
const CALLS_BEFORE_REVOKING = 20;

/**
 * Refuses calls of the reserved users, each of whom meets one refusal that real installations meet
 * (docs/x-ads-api.md §2, §3.4, §17.12, §17.13; listed in DIFFERENCES.md).
 *
 * @throws ApiError with that refusal.
 */
export const refuseSentinel = (simulator: Simulator, route: Route, token: IssuedAccessToken): void => {
  token.calls += 1;
  switch (token.user.sentinel) {
    case null:
    // These users have faults instead (sentinel-faults.ts).
    case 'failing_jobs':
    case 'slow_jobs':
    case 'often_busy':
    case 'often_limited':
    case 'bad_line':
      return;
    case 'app_not_approved':
      throw adsError(
        403,
        'UNAUTHORIZED_CLIENT_APPLICATION',
        'The client application making this request does not have access to Twitter Ads API',
      );
    case 'old_token':
      // Authorising again gives a new pair, which works.
      if (token.generation > 0) return;
      throw adsError(
        403,
        'INSUFFICIENT_USER_AUTHORIZED_PERMISSION',
        'The user token was issued before the application was approved',
      );
    case 'suspended':
      throw adsError(403, 'CURRENT_USER_SUSPENDED', 'The current user is suspended');
    case 'locked_out':
      throw adsError(403, 'ACCOUNT_LOCKED_OUT', 'The account is locked out');
    case 'read_only_app':
      if (route.method === 'GET') return;
      throw adsError(403, 'READONLY_CLIENT_APPLICATION', 'The client application may only read');
    case 'analytics_only_app':
      if (route.kind !== 'entities') return;
      throw adsError(
        403,
        'UNAUTHORIZED_CLIENT_APPLICATION',
        'The client application making this request does not have access to this API',
      );
    case 'action_not_allowed':
      if (route.path === '/accounts') return;
      throw adsError(403, 'ACTION_NOT_ALLOWED', 'You are not permitted to perform this action');
    case 'unauthorized':
      throw adsError(401, 'UNAUTHORIZED_ACCESS', 'This request is not properly authenticated');
    case 'revokes_access':
      if (token.calls <= CALLS_BEFORE_REVOKING) return;
      simulator.tokens.revoke(token.token);
      throw invalidToken();
    default:
      token.user.sentinel satisfies never;
  }
};
