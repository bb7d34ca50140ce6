import { setTimeout as delay } from 'node:timers/promises';
import { causes, throughOutage } from '../outage.js';
import { numbersFrom } from '../seeded.js';
import { makeWorld } from '../world.js';
import type { LoadConfig } from '../world.js';
import { PATIENCE_MS, Person } from './person.js';
import { hang, kill, someFaults, VICTIMS, type Dice } from './troubles.js';
import { examine, type Findings } from './findings.js';

export interface ChaosRun extends Findings {
  readonly seed: number;
  readonly world: string;
  readonly kills: number;
  readonly hangs: number;
  /** All that was done, in order. */
  readonly log: readonly string[];
  readonly seconds: number;
}

const pick = <T>(dice: Dice, items: readonly [T, ...T[]]): T => items[dice(items.length)] ?? items[0];

/** One installation, from the first sign-in to the last comparison, with `troubles` troubles in between. */
export const chaosRun = async (
  { seed, troubles }: { readonly seed: number; readonly troubles: number },
  loadConfig: LoadConfig,
  report: (text: string) => void,
): Promise<ChaosRun> => {
  const started = performance.now();
  const dice = numbersFrom(seed * 7_919 + 1);
  const days = 30 + dice(120);
  const simulated = {
    seed: 1 + dice(1_000),
    profile: 'messy',
    accounts: 1 + dice(2),
    ads: 5 + dice(20),
    days: days + 20,
    'job-seconds': pick(dice, [0, 0.3, 1, 2]),
    corrections: pick(dice, [1, 0.1, 0]),
  };
  const workers = 1 + dice(2);
  const world = `${simulated.accounts} accounts, ${simulated.ads} ads, ${days} days, jobs of ${simulated['job-seconds']} s, ${workers} workers`;
  const log: string[] = [];
  const say = (text: string): void => {
    log.push(`${Math.round(performance.now() - started) / 1_000} s ${text}`);
    report(`run ${seed}: ${text}`);
  };
  await using installation = await makeWorld(simulated, loadConfig, report, { workers });
  await installation.control('PUT', 'clock', { frozen: true });
  const { stack } = installation;
  const person = new Person(installation, days, say);
  await person.connect();
  let kills = 0;
  let hangs = 0;
  for (let done = 0; done < troubles; done += 1) {
    await delay(dice(2_500));
    const victim = pick(dice, VICTIMS);
    const kind = dice(10);
    if (kind < 3) {
      say(`kill ${victim}`);
      kill(stack, victim, dice);
      kills += 1;
    } else if (kind < 5) {
      const milliseconds = 200 + dice(5_000);
      say(`hang ${victim} for ${milliseconds} ms`);
      await hang(stack, victim, milliseconds, dice);
      hangs += 1;
    } else if (kind < 6) {
      const faults = someFaults(dice);
      say(`faults ${JSON.stringify(faults)}`);
      await installation.control('PUT', 'faults', faults);
    } else if (kind < 7 && done % 3 === 0) {
      say('disconnect and connect');
      await person.reconnect();
    } else {
      await person.act(dice);
    }
  }
  await installation.control('PUT', 'faults', []);
  say('settle');
  const stuck = await person.settle().then(
    () => [],
    (error: unknown) => [causes(error)],
  );
  say('compare');
  const { cells, wrong } = await throughOutage(() => examine(installation, person.connection), PATIENCE_MS);
  const seconds = Math.round((performance.now() - started) / 1_000);
  return { seed, world, kills, hangs, cells, wrong: [...stuck, ...wrong], log, seconds };
};
