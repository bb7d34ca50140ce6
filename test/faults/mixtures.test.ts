import { describe, expect, test } from 'vitest';
import { NeedsPerson } from '../../client/errors.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { Fault } from '../../simulator/state/faults.js';
import { expectTruth } from './support/expect-truth.js';
import { describeMixture, mixtureOf } from './support/mixture.js';
import { busiestAd, expectOnlySilent, neverAnswers } from './support/never.js';
import { startWorld, type World } from './support/world.js';

/** `FAULT_MIXTURES=17-17` repeats one seed, `51-100` runs others. */
const [first = 1, last = 50] = (process.env['FAULT_MIXTURES'] ?? '1-50').split('-').map(Number);
const mixtures = Array.from({ length: last - first + 1 }, (_, i) => mixtureOf(first + i));

/** It takes minutes until X is believed not to answer for an ad, and twice that where the import began anew. */
const IMPORT_MS = 1_500_000;

/** Waits for the import, and signs in again when X has taken the token back. */
const importedWithinTimeout = async (world: World, id: ConnectionId, faults: readonly Fault[]): Promise<void> => {
  try {
    await world.imported(id, IMPORT_MS);
  } catch (error) {
    if (!(error instanceof NeedsPerson)) throw error;
    expect((await world.importer.status(id)).phase).toBe('needs_reauthorization');
    await world.provoke([]);
    await world.signInAgain(id);
    await world.provoke(faults.filter(({ kind }) => kind !== 'token_revoked'));
    await world.imported(id, IMPORT_MS);
  }
};

describe.concurrent('faults in random mixtures, and in the end stored = truth', () => {
  test.each(mixtures.map((mixture) => [describeMixture(mixture), mixture] as const))(
    '%s',
    async (_name, { world: options, faults, never }) => {
      await using world = await startWorld(options);
      const connectionId = await world.signIn();
      const silent = never === undefined ? undefined : await busiestAd(world);
      // First, because the first fault of a kind that strikes is the one that does.
      const all = [...(never === undefined || !silent ? [] : [neverAnswers(never, silent)]), ...faults];
      await world.provoke(all);
      await world.importer.choose(connectionId);
      await importedWithinTimeout(world, connectionId, all);
      const { phase, accounts, runs } = await world.importer.status(connectionId);
      expect(phase).toBe('active');
      expect(accounts.map(({ status }) => status)).toEqual(['up_to_date']);
      expect(runs[0]?.state).toBe('completed');
      if (silent) await expectOnlySilent(world, connectionId, silent);
      else await expectTruth(world, connectionId);
    },
  );
});
