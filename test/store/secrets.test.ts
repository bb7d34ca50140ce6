import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSealer, SealBroken } from '../../store/secrets.js';

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];

test('what is sealed opens again, and the sealed bytes do not show it', () => {
  const sealer = createSealer([newKey]);
  const { sealed, keyId } = sealer.seal('token-ü', 'user 7');
  expect(sealed.includes('token')).toBe(false);
  expect(sealer.open(sealed, keyId, 'user 7')).toBe('token-ü');
});

test('the same value is sealed differently each time', () => {
  const sealer = createSealer([newKey]);
  expect(sealer.seal('a', 'x').sealed.equals(sealer.seal('a', 'x').sealed)).toBe(false);
});

test('the first key of the list seals, and all of them open', () => {
  const before = createSealer([oldKey]).seal('a', 'x');
  const sealer = createSealer([newKey, oldKey]);
  expect(sealer.open(before.sealed, before.keyId, 'x')).toBe('a');
  expect(sealer.seal('a', 'x').keyId).toBe(createSealer([newKey]).keyId);
});

test('a value moved to another row does not open', () => {
  const sealer = createSealer([newKey]);
  const { sealed, keyId } = sealer.seal('a', 'user 7');
  expect(() => sealer.open(sealed, keyId, 'user 8')).toThrow(SealBroken);
});

test('a damaged or truncated value does not open', () => {
  const sealer = createSealer([newKey]);
  const { sealed, keyId } = sealer.seal('abc', 'x');
  const damaged = Buffer.from(sealed);
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
  for (const broken of [damaged, sealed.subarray(0, -1), sealed.subarray(0, 20), Buffer.alloc(0)]) {
    expect(() => sealer.open(broken, keyId, 'x')).toThrow(SealBroken);
  }
});

test('a missing key is named together with what to do, and no key is shown', () => {
  const { sealed, keyId } = createSealer([oldKey]).seal('a', 'x');
  const open = () => createSealer([newKey]).open(sealed, keyId, 'x');
  expect(open).toThrow(`the key ${keyId} is not in IMPORTER_KEY`);
  expect(open).not.toThrow(oldKey.toString('base64'));
});

test('a list without a key, or with a short one, is refused', () => {
  expect(() => createSealer([])).toThrow('at least one key');
  expect(() => createSealer([randomBytes(16)])).toThrow('32 bytes');
});
