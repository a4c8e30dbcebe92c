// What a user wants to know of a backup besides its label: any keys, any values.

import type { Call } from './usage.js';
import { UsageError } from './usageError.js';

export const metadataOption = {
  meta: {
    type: 'string',
    value: 'KEY=VALUE',
    multiple: true,
    about: 'any other information about the backup; may be repeated',
  },
} as const;

/** @throws UsageError if one is no pair */
export function metadataOf(call: Call): [key: string, value: string][] {
  return call.texts('meta').map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--meta must be KEY=VALUE, not ${text}.`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}
