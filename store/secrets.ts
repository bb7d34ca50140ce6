import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/*
 * Seals tokens before they are stored and opens them inside an activity: AES-256-GCM, with a new nonce each time. The
 * associated data names the row of the sealed value, so a value that is moved to another row does not open.
 */

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export interface Sealed {
  /** nonce, tag, ciphertext */
  readonly sealed: Buffer;
  readonly keyId: string;
}

export interface Sealer {
  /** Id of the key that seals. */
  readonly keyId: string;
  seal(plain: string, associatedData: string): Sealed;
  /** @throws {SealBroken} */
  open(sealed: Buffer, keyId: string, associatedData: string): string;
}

/** A sealed value cannot be opened: its key is missing from the list, or the value was changed or moved. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** Identifies the key that sealed a value without revealing anything about it. */
const idOf = (key: Buffer): string =>
  createHash('sha256').update('x-ads-importer key id').update(key).digest('hex').slice(0, 12);

/**
 * The first key seals, and all of them open: to retire a key put a new one in front and seal everything again.
 * @throws {RangeError} when there is no key, or one that has not 32 bytes
 */
export const createSealer = (keys: readonly Buffer[]): Sealer => {
  for (const key of keys) {
    if (key.length !== KEY_BYTES)
      throw new RangeError(`a key must have ${KEY_BYTES} bytes, this one has ${key.length}`);
  }
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  const first = keys[0];
  if (first === undefined) throw new RangeError('at least one key is needed: set IMPORTER_KEY');
  const firstId = idOf(first);
  return {
    keyId: firstId,
    seal: (plain, associatedData) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', first, nonce).setAAD(Buffer.from(associatedData));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]), keyId: firstId };
    },
    open: (sealed, keyId, associatedData) => {
      const key = byId.get(keyId);
      if (key === undefined) {
        throw new SealBroken(
          `the key ${keyId} is not in IMPORTER_KEY (there: ${[...byId.keys()].join(', ')}); add the key that sealed this value to the end of the list`,
        );
      }
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(Buffer.from(associatedData)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new SealBroken(`a value sealed by the key ${keyId} is damaged, or belongs to another row`, { cause });
      }
    },
  };
};
