import { createServer } from 'node:net';

const host = '127.0.0.1';
/** Below the range that systems hand out to outgoing connections, so that a port is still free when a killed server returns to it. */
const lowest = 15_000;
const highest = 32_000;

const isFree = async (port: number): Promise<boolean> =>
  await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** The preferred port when it is free, else a random free one. Another process may take it meanwhile: callers try again. */
export const freePort = async (preferred?: number): Promise<number> => {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found on ${host} between ${lowest} and ${highest}`);
};
