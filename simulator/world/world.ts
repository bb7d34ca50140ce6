import { buildAccount, type WorldAccount } from './account.js';
import type { WorldOptions } from './options.js';

/** The accounts of the simulated X and their entities. They do not change; only numbers depend on the time. */
export interface SimulatedWorld {
  readonly accounts: readonly WorldAccount[];
  readonly accountById: (id: string) => WorldAccount | undefined;
}

/** Builds the world from its seed; `now` is where data time begins, in epoch milliseconds. */
export const buildWorld = (options: WorldOptions, now: number): SimulatedWorld => {
  const accounts = Array.from({ length: options.accounts }, (_, index) => buildAccount(options, index, now));
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return { accounts, accountById: (id) => byId.get(id) };
};
