// A key ring that asks once.

import { forgetKeys } from '../archive/knownKeys.js';
import type { KeyRing } from '../env.js';

/** Remembers what it was told, and what was opened with it. */
export interface AskingKeyRing extends KeyRing {
  /** Forgets both: the next time it asks again. */
  forget(): void;
}

/** @param ask is called when a key is first needed, and not again, whatever it gives. @param path of the archive or store */
export function createKeyRing(ask: (path: string) => Promise<readonly string[]>): AskingKeyRing {
  let answer: Promise<readonly string[]> | undefined;
  const ring: AskingKeyRing = {
    secretsFor(path) {
      answer ??= ask(path);
      return answer;
    },
    forget() {
      answer = undefined;
      forgetKeys(ring);
    },
  };
  return ring;
}
