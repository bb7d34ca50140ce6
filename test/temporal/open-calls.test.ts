import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { countOpenCalls } from '../../temporal/open-calls.js';

const UNAVAILABLE = 14;
const NOT_FOUND = 5;

test('whoever closes a connection can wait for a call that is tried again, and for which nobody waits', async () => {
  let asked = 0;
  const server = createServer();
  server.on('stream', (stream, headers) => {
    const isAsked = headers[':path']?.endsWith('/DescribeNamespace') === true;
    if (isAsked) asked += 1;
    const status = !isAsked ? 0 : asked < 4 ? UNAVAILABLE : NOT_FOUND;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': `${status}` }));
    // An empty message.
    stream.end(status === 0 ? Buffer.alloc(5) : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const calls = countOpenCalls();
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const connection = Connection.lazy({ address, interceptors: calls.interceptors });
    await connection.ensureConnected();
    await calls.ended(60_000);
    const abandoned = connection.workflowService.describeNamespace({ namespace: 'none' }).catch(() => undefined);
    await expect.poll(() => asked).toBeGreaterThan(0);
    await calls.ended(60_000);
    expect(asked).toBe(4);
    await connection.close();
    await abandoned;
  } finally {
    server.close();
  }
});
