export { classify, type ClassifiedCall } from './classify.js';
export {
  ConnectionFailed,
  FileNotReady,
  HostNotAllowed,
  MalformedResponse,
  NotAllowed,
  ResponseTooLarge,
  Unavailable,
} from './failures.js';
export {
  AccountLocked,
  AccountNotVisible,
  AppNotApproved,
  CallbackNotApproved,
  ClockSkew,
  ConsumerRejected,
  CredentialsRejected,
  Forbidden,
  InvalidRequest,
  NotFound,
  RateLimited,
  TokenTooOld,
  TooManyJobs,
  VerifierRejected,
} from './refusals.js';
export { XAdsError, type XAdsErrorDetails } from './x-ads-error.js';
