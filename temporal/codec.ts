import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { type Payload, type PayloadCodec, ValueError } from '@temporalio/common';
import proto from '@temporalio/proto';

/*
 * Encrypts what Temporal stores: arguments, results, summaries and failures. Our payloads hold no secrets, only ids,
 * counts, days and cursors; some installations want to hide those from Temporal as well.
 */

const encoding = 'binary/encrypted';
const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const fromText = (value: Uint8Array | null | undefined): string => new TextDecoder().decode(value ?? new Uint8Array());

/** Names a key without revealing it, so that sealed payloads say which key opens them. */
export const keyId = (key: Uint8Array): string => createHash('sha256').update(key).digest('hex').slice(0, 16);

/** The id of the key that sealed a payload; undefined for one that is not sealed. */
export const sealingKey = ({ metadata }: Payload): string | undefined =>
  fromText(metadata?.['encoding']) === encoding ? fromText(metadata?.['encryption-key-id']) : undefined;

/**
 * AES-256-GCM. The first key seals and all keys open, so that a new key can be put in front while old histories exist.
 * The key's id is authenticated with the content. Payloads that are not sealed pass through unchanged.
 *
 * @throws {ValueError} without a key, or for a key that is not 32 bytes long; when opening, for an unknown key.
 */
export const createCodec = (keys: readonly Uint8Array[]): PayloadCodec => {
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  const [sealing] = keys;
  if (sealing === undefined) throw new ValueError('a payload codec needs at least one key');
  if (keys.some((key) => key.byteLength !== keyBytes)) throw new ValueError(`a payload key has ${keyBytes} bytes`);
  const sealingId = keyId(sealing);

  const seal = (payload: Payload): Payload => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, sealing, nonce).setAAD(text(sealingId));
    const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
    const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { encoding: text(encoding), 'encryption-key-id': text(sealingId) }, data };
  };

  const open = (payload: Payload): Payload => {
    const id = sealingKey(payload);
    if (id === undefined) return payload;
    const key = byId.get(id);
    if (key === undefined) {
      throw new ValueError(`the payload is sealed with the key ${id}, which PAYLOAD_KEY does not hold`);
    }
    const sealed = Buffer.from(payload.data ?? new Uint8Array());
    if (sealed.length < nonceBytes + tagBytes)
      throw new ValueError(`the payload sealed with the key ${id} is cut short`);
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(text(id))
      .setAuthTag(sealed.subarray(-tagBytes));
    const plain = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    return proto.temporal.api.common.v1.Payload.decode(plain);
  };

  return {
    encode: async (payloads) => payloads.map(seal),
    decode: async (payloads) => payloads.map(open),
  };
};
