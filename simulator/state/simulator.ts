import type { SimulatorOptions } from '../options.js';
import { AccountChanges } from '../world/account-changes.js';
import type { WorldAccount } from '../world/account.js';
import type { User } from '../world/users.js';
import { buildWorld, type SimulatedWorld } from '../world/world.js';
import { Clock } from './clock.js';
import { Faults, type Fault } from './faults.js';
import { Files } from './files.js';
import { Jobs } from './jobs.js';
import { Nonces } from './nonces.js';
import { RateLimits } from './rate-limits.js';
import { RequestLog } from './request-log.js';
import { SENTINEL_FAULTS } from './sentinel-faults.js';
import { Tokens } from './tokens.js';

/** The faults set on the command line (docs/x-ads-api.md §17.39, §17.49). One 503 in ten has no retry-after header. */
const permanentFaults = ({ randomJobFailures, random503 }: SimulatorOptions): Fault[] => [
  ...(randomJobFailures > 0 ? [{ kind: 'job_failed', rate: randomJobFailures } as const] : []),
  ...(random503 > 0
    ? [
        { kind: 'status_503', rate: random503 * 0.1, retry_after: false } as const,
        { kind: 'status_503', rate: random503 * 0.9 } as const,
      ]
    : []),
];

/** The state of one simulated X, in memory only. Numbers are computed from the seed when they are read. */
export class Simulator {
  readonly options: SimulatorOptions;
  readonly clock: Clock;
  readonly world: SimulatedWorld;
  readonly changes: AccountChanges;
  readonly tokens: Tokens;
  readonly nonces = new Nonces();
  readonly limits = new RateLimits();
  readonly faults: Faults;
  readonly log = new RequestLog();
  readonly jobs: Jobs;
  readonly files: Files;
  /** Where clients reach it, such as `http://127.0.0.1:8790`; empty until it listens. */
  url = '';

  constructor(options: SimulatorOptions) {
    this.options = options;
    const now = options.now === undefined ? Date.now() : Date.parse(options.now);
    this.clock = new Clock(now);
    this.world = buildWorld(options, now);
    this.changes = new AccountChanges(options.accountChanges);
    this.tokens = new Tokens(`${options.consumerKey} ${options.consumerSecret} ${options.seed}`);
    this.faults = new Faults(options.seed, permanentFaults(options), SENTINEL_FAULTS);
    this.jobs = new Jobs(this.clock, this.log);
    this.files = new Files(this.clock);
  }

  /** The permissions of a user on an account, at the present data time. */
  permissions(account: WorldAccount, user: User): readonly string[] {
    return this.changes.permissions(account, user, this.clock.data());
  }
}
