import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { assert, asyncProperty, jsonValue } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodec, keyId } from '../../temporal/codec.js';

const key = randomBytes(32);
const newKey = randomBytes(32);
const payload = (value: unknown): Payload => {
  const made = defaultPayloadConverter.toPayload(value);
  if (made === undefined) throw new Error('not convertible');
  return made;
};
const valueOf = (found: Payload | undefined): unknown => {
  if (found === undefined) throw new Error('no payload');
  return defaultPayloadConverter.fromPayload(found);
};

describe('the payload codec', () => {
  it('gives back what it sealed, whatever it was', async () => {
    const codec = createCodec([key]);
    await assert(
      asyncProperty(jsonValue(), async (value) => {
        const [opened] = await codec.decode(await codec.encode([payload(value)]));
        expect(valueOf(opened)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('leaves nothing of the content readable, its kind included', async () => {
    const [sealed] = await createCodec([key]).encode([payload({ accountId: '18ce54d4x5t' })]);
    expect(Buffer.from(sealed?.data ?? []).includes('18ce54d4x5t')).toBe(false);
    expect(Object.keys(sealed?.metadata ?? {})).toEqual(['encoding', 'encryption-key-id']);
    expect(Buffer.from(sealed?.metadata?.['encoding'] ?? []).toString()).toBe('binary/encrypted');
  });

  it('seals equal payloads differently', async () => {
    const [first, second] = await createCodec([key]).encode([payload('same'), payload('same')]);
    expect(Buffer.from(first?.data ?? []).equals(Buffer.from(second?.data ?? []))).toBe(false);
  });

  it('seals with the first key and opens with every key', async () => {
    const [old] = await createCodec([key]).encode([payload('before the change')]);
    const rotated = createCodec([newKey, key]);
    const [fresh] = await rotated.encode([payload('after the change')]);
    expect(Buffer.from(fresh?.metadata?.['encryption-key-id'] ?? []).toString()).toBe(keyId(newKey));
    expect((await rotated.decode([old ?? {}, fresh ?? {}])).map(valueOf)).toEqual([
      'before the change',
      'after the change',
    ]);
  });

  it('says which key is missing', async () => {
    const sealed = await createCodec([key]).encode([payload(1)]);
    await expect(createCodec([newKey]).decode(sealed)).rejects.toThrow(
      `sealed with the key ${keyId(key)}, which PAYLOAD_KEY does not hold`,
    );
  });

  it('passes payloads through that it did not seal', async () => {
    const plain = payload({ from: 'before encryption' });
    await expect(createCodec([key]).decode([plain])).resolves.toEqual([plain]);
  });

  it('refuses content that was changed, cut short or put under another key id', async () => {
    const codec = createCodec([key, newKey]);
    const [sealed] = await codec.encode([payload('content')]);
    const data = Buffer.from(sealed?.data ?? []);
    const changed = Buffer.from(data);
    changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
    const metadata = sealed?.metadata ?? {};
    await expect(codec.decode([{ metadata, data: changed }])).rejects.toThrow('authenticate');
    await expect(codec.decode([{ metadata, data: data.subarray(0, 20) }])).rejects.toThrow('cut short');
    const renamed = { ...metadata, 'encryption-key-id': Buffer.from(keyId(newKey)) };
    await expect(codec.decode([{ metadata: renamed, data }])).rejects.toThrow('authenticate');
  });

  it('takes keys of 32 bytes only, and at least one', () => {
    expect(() => createCodec([])).toThrow('at least one key');
    expect(() => createCodec([randomBytes(16)])).toThrow('32 bytes');
  });
});
