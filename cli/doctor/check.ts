import { ImporterError } from '../../client/errors/importer-error.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { SealBroken } from '../../store/secrets.js';
import { XAdsError } from '../../x-ads/errors/index.js';

/** One thing that was looked at. `nextStep` is the one step that cures it. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly detail: string;
  readonly nextStep?: string;
  /** What the command ends with if this is the worst. */
  readonly exitCode?: ExitCode;
}

export const ok = (name: string, detail: string): Check => ({ name, status: 'ok', detail });
export const skipped = (name: string, detail: string): Check => ({ name, status: 'skipped', detail });
export const warning = (name: string, detail: string, nextStep?: string): Check => ({
  name,
  status: 'warning',
  detail,
  ...(nextStep === undefined ? {} : { nextStep }),
});
export const failed = (name: string, detail: string, exitCode: ExitCode, nextStep?: string): Check => ({
  name,
  status: 'failed',
  detail,
  exitCode,
  ...(nextStep === undefined ? {} : { nextStep }),
});

/** Refusals of X that say nothing about our configuration: only time helps. */
const PASSING: ReadonlySet<string> = new Set(['Unavailable', 'ConnectionFailed', 'RateLimited']);

/** An error as a check that failed, with the step that its author wrote for it. */
export const failure = (name: string, error: unknown): Check => {
  if (error instanceof ImporterError) return failed(name, error.message, error.exitCode, error.nextStep);
  if (error instanceof XAdsError) {
    const passing = PASSING.has(error.name);
    const nextStep = error.nextStep ?? (passing ? 'Nothing is wrong here: try again in a few minutes.' : undefined);
    if (error.name === 'RateLimited') return warning(name, error.message, nextStep);
    return failed(name, error.message, passing ? EXIT.unreachable : EXIT.needsPerson, nextStep);
  }
  if (error instanceof SealBroken) {
    const nextStep = 'Add the key that sealed it to the end of IMPORTER_KEY, or sign in again with `xads reconnect`.';
    return failed(name, error.message, EXIT.usage, nextStep);
  }
  return failed(name, error instanceof Error ? error.message : String(error), EXIT.failed);
};

/** Runs one check; whatever it throws is its result. */
export const check = async (name: string, look: () => Promise<Check | readonly Check[]>): Promise<readonly Check[]> => {
  try {
    const seen = await look();
    return Array.isArray(seen) ? seen : [seen as Check];
  } catch (error) {
    return [failure(name, error)];
  }
};

/** What cannot be reached comes first, because everything else follows from it; then what a person must do. */
const ORDER: readonly ExitCode[] = [EXIT.unreachable, EXIT.usage, EXIT.needsPerson, EXIT.failed];

export const exitOf = (checks: readonly Check[]): ExitCode => {
  const codes = new Set(
    checks.filter(({ status }) => status === 'failed').map(({ exitCode }) => exitCode ?? EXIT.failed),
  );
  return ORDER.find((code) => codes.has(code)) ?? (codes.size > 0 ? EXIT.failed : EXIT.ok);
};
