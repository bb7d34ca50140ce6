import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCodec } from '../../temporal/codec.js';
import { type CodecServer, startCodecServer } from '../../temporal/codec-server.js';

const uiOrigin = 'http://127.0.0.1:8233';
const codec = createCodec([randomBytes(32)]);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plain = { metadata: { encoding: base64('json/plain') }, data: base64('"a day"') };
let server: CodecServer;

beforeAll(async () => {
  server = await startCodecServer({ codec, uiOrigin });
});
afterAll(async () => await server.close());

const post = async (path: string, content: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  await fetch(`${server.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(content),
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('the codec endpoint of the Temporal UI', () => {
  it('opens what the codec sealed', async () => {
    const sealed: unknown = await (await post('/encode', { payloads: [plain] })).json();
    expect(JSON.stringify(sealed)).not.toContain(plain.data);
    const response = await post('/decode', sealed, { origin: uiOrigin, 'x-namespace': 'default' });
    expect(response.headers.get('access-control-allow-origin')).toBe(uiOrigin);
    await expect(response.json()).resolves.toEqual({ payloads: [plain] });
  });

  it('answers the preflight request of browsers', async () => {
    const response = await fetch(`${server.url}/decode`, { method: 'OPTIONS', headers: { origin: uiOrigin } });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toContain('x-namespace');
  });

  it('refuses pages that are not the Temporal UI', async () => {
    const response = await post('/decode', { payloads: [] }, { origin: 'https://example.com' });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuses a name that was pointed at the loopback address', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = { method: 'POST', headers: { host: 'rebound.example.com' } };
      request(`${server.url}/decode`, options, (response) => resolve(response.resume().statusCode))
        .once('error', reject)
        .end('{}');
    });
    expect(status).toBe(403);
  });

  it('answers what it cannot read with a message', async () => {
    expect((await post('/decode', { payloads: 'none' })).status).toBe(400);
    expect((await post('/elsewhere', {})).status).toBe(404);
  });
});
