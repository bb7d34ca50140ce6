import { useSyncExternalStore } from 'react';

/* Whether the server answers. One bar says so, and asks again; the pages keep what they show. */

let lostSince: number | undefined;
const listeners = new Set<() => void>();
const tell = (since: number | undefined): void => {
  if ((since === undefined) === (lostSince === undefined)) return;
  lostSince = since;
  for (const listener of listeners) listener();
};

export const serverLost = (): void => {
  tell(lostSince ?? Date.now());
};
export const serverFound = (): void => {
  tell(undefined);
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Since when the server does not answer, in milliseconds since 1970 by the browser's clock. */
export const useLostSince = (): number | undefined => useSyncExternalStore(subscribe, () => lostSince);
