/** Compiles what has changed of the sources below `root`; the file of `entry` as JavaScript. */
export const compiled: (root: string, entry: string) => Promise<string>;
