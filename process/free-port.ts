import { createServer } from 'node:net';

const host = '127.0.0.1';
// Below the range that systems give to outgoing connections: a port stays free while a killed server restarts.
const lowest = 15_000;
const highest = 32_000;

const isFree = async (port: number): Promise<boolean> =>
  await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

/**
 * The preferred port if it is free, else a random free one, on the loopback address. Another process may take it before
 * the caller does; the caller must then try again.
 *
 * @throws {Error} when a hundred random ports are all in use.
 */
export const freePort = async (preferred?: number): Promise<number> => {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found on ${host} between ${lowest} and ${highest}`);
};
