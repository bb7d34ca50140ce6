import { buildAccount, type SimulatedAccount } from './account.js';
import type { WorldOptions } from './options.js';

export interface SimulatedWorld {
  readonly accounts: readonly SimulatedAccount[];
  readonly accountById: (id: string) => SimulatedAccount | undefined;
}

/** Everything that exists on the simulated X; nothing here changes afterwards, only the numbers are read at a time. */
export const buildWorld = (options: WorldOptions, now: number): SimulatedWorld => {
  const accounts = Array.from({ length: options.accounts }, (_, index) => buildAccount(options, index, now));
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return { accounts, accountById: (id) => byId.get(id) };
};
