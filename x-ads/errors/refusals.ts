/**
 * Refusals: X answered, and the answer is no. One class for each thing that the caller, or a person, can do about it.
 */
import { hostname } from 'node:os';
import type { LimitScope } from '../families.js';
import { XAdsError, type XAdsErrorDetails } from './x-ads-error.js';

/**
 * X no longer accepts the user's token pair: it was revoked or made anew, or the user is gone. Only a new authorisation
 * helps, so that no further request is to be made with the pair.
 */
export class CredentialsRejected extends XAdsError {
  override readonly name = 'CredentialsRejected' as const;
  override readonly nextStep = 'Reconnect: the person who connected this X user must sign in again.';
}

/** The X user is suspended or locked out. A new sign-in shows that the person has unlocked it. */
export class AccountLocked extends XAdsError {
  override readonly name = 'AccountLocked' as const;
  override readonly nextStep = 'Sign in at x.com as this user and do what X asks for to unlock it; then reconnect.';
}

/**
 * The token was made before the app was approved, or lacks a permission: only a new one helps (docs/x-ads-api.md §2).
 */
export class TokenTooOld extends XAdsError {
  override readonly name = 'TokenTooOld' as const;
  override readonly nextStep =
    'Disconnect the app under Settings → Security → Apps in X, then reconnect, so that X makes a new token.';
}

/** The app has no access to the Ads API. X approves each app by itself (docs/x-ads-api.md §2). */
export class AppNotApproved extends XAdsError {
  override readonly name = 'AppNotApproved' as const;
  override readonly nextStep =
    'Apply for Ads API access for this app (docs.x.com/forms/ads-api-access), then reconnect: tokens from before the approval stay refused.';
}

/** X does not accept the keys of our app, or has suspended it. All connections are affected; the operator must act. */
export class ConsumerRejected extends XAdsError {
  override readonly name = 'ConsumerRejected' as const;
  override readonly nextStep =
    'Compare X_CONSUMER_KEY and X_CONSUMER_SECRET with the keys of the app at console.x.com, and see that the app is not suspended.';
}

/** `2 h 5 min` */
const inWords = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  const parts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60] as const;
  return [`${parts[0]} d`, `${parts[1]} h`, `${parts[2]} min`].filter((part) => !part.startsWith('0')).join(' ');
};

/**
 * X refused the signature, and the clock of this machine is wrong: X said so (code 135), or its `date` is more than five
 * minutes away. Such a refusal says nothing about keys and tokens.
 */
export class ClockSkew extends XAdsError {
  override readonly name = 'ClockSkew' as const;
  override readonly nextStep: string;
  /** What the refusal would mean if the clock were right; undefined where X itself blames the clock. */
  readonly otherwise: XAdsError | undefined;

  constructor(message: string, details: XAdsErrorDetails & { aheadMs?: number | undefined; otherwise?: XAdsError }) {
    const host = hostname();
    const ahead = details.aheadMs;
    const clock =
      ahead === undefined
        ? `the clock of ${host} is wrong`
        : `the clock of ${host} is ${inWords(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} X's`;
    super(`${message}: ${clock}`, details);
    this.nextStep = `Set the clock of ${host}, which calls X (enable NTP): ${clock}. Keys and tokens are not the reason.`;
    this.otherwise = details.otherwise;
  }
}

/** The callback address is not registered in the app (code 415). X compares it exactly (docs/x-ads-api.md §3.4). */
export class CallbackNotApproved extends XAdsError {
  override readonly name = 'CallbackNotApproved' as const;
  override readonly nextStep =
    "Add the callback address, character for character, to the app's callback URLs at console.x.com.";
}

/** The callback's verifier cannot be exchanged: it was used already, has expired, or is not ours. */
export class VerifierRejected extends XAdsError {
  override readonly name = 'VerifierRejected' as const;
  override readonly nextStep = 'Sign in once more: X lets each sign-in return once, and only for some minutes.';
}

/**
 * The ad account is unknown, or this user may not see it: X answers both alike (docs/x-ads-api.md §14.16). Other
 * accounts are not affected.
 */
export class AccountNotVisible extends XAdsError {
  override readonly name = 'AccountNotVisible' as const;
  override readonly nextStep =
    'Ask the Business Administrator to add this X user under X Ads → Business Settings → Collaborators → People, or choose another account.';
}

/** X understood the request and refused it: a 403 without a more precise code. It concerns one account, not the run. */
export class Forbidden extends XAdsError {
  override readonly name = 'Forbidden' as const;
  override readonly nextStep =
    'See that this X user is Campaign Analyst, Ad Manager or Account Administrator of the ad account, and that the app may read and write.';
}

/** X refused the request itself (400, 405, 422…). Never retried: X would refuse the same request again. */
export class InvalidRequest extends XAdsError {
  override readonly name = 'InvalidRequest' as const;
}

/** X does not have the thing or the route that was asked for. Never retried. */
export class NotFound extends XAdsError {
  override readonly name = 'NotFound' as const;
}

/** X refuses the call for `waitMs`. Only waiting helps. */
export class RateLimited extends XAdsError {
  override readonly name = 'RateLimited' as const;
  /** Until the end of the window, in milliseconds from the answer; where X did not say, a whole window of the family. */
  readonly waitMs: number;
  /** Whose window is used up. */
  readonly scope: LimitScope;

  constructor(message: string, details: XAdsErrorDetails & Pick<RateLimited, 'waitMs' | 'scope'>) {
    super(message, details);
    this.waitMs = details.waitMs;
    this.scope = details.scope;
  }
}

/**
 * X computes as many stats jobs of the ad account as it allows, ours and other tools' together. A slot becomes free.
 */
export class TooManyJobs extends XAdsError {
  override readonly name = 'TooManyJobs' as const;
}
