import type { Fault } from './faults.js';

/** The faults of reserved users, with which a person can watch an importer meet failures (listed in DIFFERENCES.md). */
export const SENTINEL_FAULTS: readonly Fault[] = [
  { kind: 'job_failed', screen_name: 'failing_jobs', rate: 0.25 },
  { kind: 'job_slow', screen_name: 'slow_jobs', rate: 0.5, seconds: 60 },
  { kind: 'job_queued', screen_name: 'slow_jobs', rate: 0.5, seconds: 10 },
  { kind: 'status_503', screen_name: 'often_busy', rate: 0.2, seconds: 2 },
  { kind: 'rate_limited', screen_name: 'often_limited', rate: 0.1, seconds: 10 },
  { kind: 'connection_reset', screen_name: 'bad_line', rate: 0.1 },
  { kind: 'malformed_json', screen_name: 'bad_line', rate: 0.05 },
  { kind: 'file_truncated', screen_name: 'bad_line', rate: 0.1 },
];
