// Whether the archives of a store are encrypted, and the key of that: `encryption.json` at its top says so (FORMAT.md, 11).

import type { Env } from '../env.js';

export type KeyMode = 'passphrase' | 'recipients';

export type Encryption =
  | { state: 'plain' }
  | {
      /** `changing`: a change of key has begun and has not ended. */
      state: 'encrypted' | 'changing';
      mode: KeyMode;
      /** Empty with a passphrase. */
      recipients: string[];
      /** Archives that are still plain, or under an earlier key. */
      pending: number;
    };

export interface StoreEncryption {
  state(): Promise<Encryption>;
  unlock(): Promise<void>;
}

export function createEncryption(_env: Env, _root: string): StoreEncryption {
  return {
    state: async () => ({ state: 'plain' }),
    async unlock() {},
  };
}
