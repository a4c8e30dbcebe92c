// What a backup may give cause to warn of, besides how it went.

import { unawaited } from './failures.js';
import type { Services } from './services.js';
import { warnOfSecrets } from './warnOfSecrets.js';
import { warnWhenShort } from './warnWhenShort.js';

/** Waits for no answer. */
export function warnAfterBackups(services: Services, results: Parameters<typeof warnOfSecrets>[1]): void {
  unawaited(services, warnWhenShort(services));
  unawaited(services, warnOfSecrets(services, results));
}
