// What a user wants to know of a backup besides its label: any keys, any values.

import type { Call } from './usage.js';
import { UsageError } from './usageError.js';

export const metadataOption = {
  meta: {
    type: 'string',
    value: 'KEY=VALUE',
    multiple: true,
    about: 'anything else to know of it; may be given again',
  },
} as const;

/** @throws UsageError if one is no pair */
export function metadataOf(call: Call): [key: string, value: string][] {
  return call.texts('meta').map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--meta is KEY=VALUE, and not ${text}.`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}
