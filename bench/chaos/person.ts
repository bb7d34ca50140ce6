import { setTimeout as delay } from 'node:timers/promises';
import { ImporterError } from '../../client/errors.js';
import { addDays } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import type { Day } from '../../domain/calendar.js';
import type { ConnectionId } from '../../domain/ids.js';
import { defaultJobTimeouts } from '../../domain/job-outcome.js';
import { allow } from '../../local/once/consent.js';
import { throughOutage } from '../outage.js';
import type { BenchWorld } from '../world.js';
import type { Dice } from './troubles.js';

const SCREEN_NAME = 'all_accounts';
/**
 * Whatever takes longer hangs, even on a busy machine. What takes longest is a file that X never gives: the importer asks for
 * it until its time is over, and has it computed again.
 */
export const PATIENCE_MS = (defaultJobTimeouts.file + 300) * 1_000;

const today = (): Day => dayOf(new Date().toISOString(), 'UTC');

/**
 * Somebody who uses the importer while it is in trouble: repeats what an outage has cut off, takes a refusal for an answer,
 * and signs in again when asked to.
 */
export class Person {
  readonly #world: BenchWorld;
  readonly #days: number;
  readonly #say: (text: string) => void;
  #connection: ConnectionId | undefined;

  constructor(world: BenchWorld, days: number, say: (text: string) => void) {
    this.#world = world;
    this.#days = days;
    this.#say = say;
  }

  /**
   * The connection that this person uses now.
   * @throws before `connect`
   */
  get connection(): ConnectionId {
    if (this.#connection === undefined) throw new Error('nothing is connected');
    return this.#connection;
  }

  /** Connects as often as it takes: a sign-in that an outage cuts off is begun anew, as people do. */
  async connect(): Promise<void> {
    const { importer } = this.#world;
    await this.#untilDone('connect', async () => {
      const begun = await importer.connect({ displayName: 'Chaos' });
      await this.#finish(begun.connectionId, begun);
      this.#connection = begun.connectionId;
    });
    await this.choose();
  }

  async choose(): Promise<void> {
    await this.#untilDone('choose', async () => {
      await this.#world.importer.choose(this.connection, {
        history: { kind: 'from', day: addDays(today(), -this.#days) },
      });
    });
  }

  async signInAgain(): Promise<void> {
    const { importer } = this.#world;
    await this.#untilDone('sign in again', async () => {
      if ((await importer.connection(this.connection)).phase !== 'needs_reauthorization') return;
      await this.#finish(this.connection, await importer.signIn(this.connection));
    });
  }

  /** Does one thing that a person may do at any time, and says what was answered. */
  async act(dice: Dice): Promise<void> {
    const { importer } = this.#world;
    const id = this.connection;
    const acts: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['pause', () => importer.pause(id, 'chaos')],
      ['resume', () => importer.resume(id)],
      ['sync', () => importer.sync(id)],
      ['backfill', () => importer.backfill(id, this.#range(dice))],
      ['refetch', () => importer.backfill(id, { ...this.#range(dice), refetch: true })],
      ['cancel', () => importer.cancelBackfills(id, { timeout: 1_000 })],
    ];
    const [name, act] = acts[dice(acts.length)] ?? ['', () => Promise.resolve()];
    this.#say(`${name}: ${await this.#answer(act)}`);
    await this.signInAgain();
  }

  /** Ends the connection and makes another. */
  async reconnect(): Promise<void> {
    const id = this.connection;
    await this.#untilDone('disconnect', () => this.#world.importer.disconnect(id, { reason: 'chaos' }));
    await this.connect();
  }

  /** Brings everything back, and waits until nothing is left to import. */
  async settle(): Promise<void> {
    const { importer } = this.#world;
    await this.signInAgain();
    await this.#untilDone('resume', async () => {
      if ((await importer.connection(this.connection)).phase === 'paused') await importer.resume(this.connection);
    });
    await this.choose();
    await this.#untilDone('be idle', async () => await importer.waitForBackfill(this.connection, { timeout: 120_000 }));
    await this.#untilDone('sync', async () => await importer.sync(this.connection));
    await this.#untilDone('be idle', async () => await importer.waitUntilIdle(this.connection, { timeout: 120_000 }));
  }

  #range(dice: Dice): { from: Day; to: Day } {
    const to = addDays(today(), -3 - dice(this.#days - 3));
    return { from: addDays(to, -dice(30)), to };
  }

  async #finish(id: ConnectionId, begun: { authorizeUrl: string; oauthRequestId: string }): Promise<void> {
    const { importer } = this.#world;
    await throughOutage(
      async () => await importer.completeSignIn(await allow(begun.authorizeUrl, SCREEN_NAME)),
      PATIENCE_MS,
    );
    const { oauthRequestId } = begun;
    await throughOutage(() => importer.waitUntilChoosing(id, { oauthRequestId, timeout: 60_000 }), PATIENCE_MS);
  }

  /** What a person reads: a refusal is an answer. */
  async #answer(act: () => Promise<unknown>): Promise<string> {
    try {
      await throughOutage(act, PATIENCE_MS);
      return 'done';
    } catch (error) {
      if (error instanceof ImporterError) return error.code;
      throw error;
    }
  }

  /** Repeats something until it succeeds; refusals are of the moment, since faults and outages pass. */
  async #untilDone(what: string, act: () => Promise<unknown>): Promise<void> {
    const giveUp = Date.now() + PATIENCE_MS;
    let last: unknown;
    while (Date.now() < giveUp) {
      try {
        await throughOutage(act, PATIENCE_MS);
        return;
      } catch (error) {
        if (!(error instanceof ImporterError)) throw error;
        if (error.code === 'needs_person' && what !== 'sign in again') await this.signInAgain();
        last = error;
        await delay(500);
      }
    }
    throw new Error(`tried in vain to ${what}`, { cause: last });
  }
}
