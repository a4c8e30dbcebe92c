// Where the user's own rclone is, for verbs that go to a second place.

import { resolve } from 'node:path';
import type { RcloneOptions } from '../core/offsite/rclone.js';
import type { Call } from './usage.js';

export const rcloneOption = {
  rclone: {
    type: 'string',
    value: 'FILE',
    about: 'rclone program to use for a second place (default: the one on the PATH)',
  },
} as const;

export function rcloneOf(call: Call): RcloneOptions {
  const file = call.text('rclone');
  return file === undefined ? {} : { rclonePath: resolve(file) };
}
