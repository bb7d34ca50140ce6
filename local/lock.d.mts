export interface Lock {
  release(): void;
}

/** Takes a lock file, or returns the id of the living process that holds it. A lock whose process has ended is taken over. */
export declare const tryLock: (path: string) => Lock | { readonly heldBy: number };

/** Waits for the lock. `onWait` is called before each wait. */
export declare const lock: (path: string, onWait?: () => void) => Promise<Lock>;
