// Reading a store cannot be told to stop. Whoever presses Ctrl-C need not wait for a disk that does not answer.

import { cancelled, throwIfCancelled } from '../core/errors.js';

/** What `work` comes to. @throws BackupError `cancelled` as soon as `signal` says so; the work is then on its own */
export function unlessCancelled<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    throwIfCancelled(signal);
    const cancel = () => reject(cancelled());
    signal?.addEventListener('abort', cancel, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal?.removeEventListener('abort', cancel));
  });
}
