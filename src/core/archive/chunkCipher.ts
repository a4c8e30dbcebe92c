// One chunk of an age file's payload: ChaCha20-Poly1305, the number of the chunk and whether it is the last one as its nonce.

import { createCipheriv, createDecipheriv, getCiphers } from 'node:crypto';

/** Bytes of a chunk but the last, and what each takes besides. */
export const CHUNK = 1 << 16;
export const TAG = 16;

export interface ChunkCipher {
  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array;
  /** @returns undefined if it is not what was sealed */
  open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

let chosen: Promise<ChunkCipher> | undefined;

/** Node's own is ten times as fast; the Node inside of VS Code on the desktop has none. */
export function chunkCipher(): Promise<ChunkCipher> {
  chosen ??= getCiphers().includes(NATIVE) ? Promise.resolve(nativeCipher) : portableCipher();
  return chosen;
}

/** @param index of the chunk, from 0 */
export function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

const NATIVE = 'chacha20-poly1305';

export const nativeCipher: ChunkCipher = {
  seal(key, nonce, plain) {
    const cipher = createCipheriv(NATIVE, key, nonce, { authTagLength: TAG });
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  open(key, nonce, sealed) {
    if (sealed.length < TAG) return undefined;
    const decipher = createDecipheriv(NATIVE, key, nonce, { authTagLength: TAG });
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
    const plain = decipher.update(sealed.subarray(0, sealed.length - TAG));
    try {
      decipher.final();
    } catch {
      // It says no more than that the tag does not fit.
      return undefined;
    }
    return plain;
  },
};

export async function portableCipher(): Promise<ChunkCipher> {
  const { chacha20poly1305 } = await import('@noble/ciphers/chacha.js');
  return {
    seal: (key, nonce, plain) => chacha20poly1305(key, nonce).encrypt(plain),
    open(key, nonce, sealed) {
      try {
        return chacha20poly1305(key, nonce).decrypt(sealed);
      } catch {
        return undefined;
      }
    },
  };
}
