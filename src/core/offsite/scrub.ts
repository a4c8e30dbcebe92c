// What rclone says goes to people and logs, and may hold what it was configured with.

import { shortened } from '../text.js';

const LONGEST = 240;

/** @returns one line, without passwords, signatures and tokens */
export function scrubbed(words: string): string {
  const line = words
    .replace(/[\p{C}\s]+/gu, ' ')
    // user:password@ of an address.
    .replace(/(\w\/\/)[^\s/"'@]*@/g, '$1')
    .replace(/(:\/\/)[^\s/"'@]*@/g, '$1')
    // What comes after the path of an address may be a signature.
    .replace(/(https?:\/\/[^\s"'?]*)\?[^\s"']*/gi, '$1')
    // Settings of a connection string.
    .replace(/(:\w[\w-]*),[^\s]*?(?=:[^/\s,]*|\s|$)/g, '$1,…')
    .replace(
      /((?:pass(?:word|wd|phrase)?|secret\w*|token|authorization|signature|credential|api.?key)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|(?:(?:basic|bearer)\s+)?[^\s,;&]+)/gi,
      '$1…',
    )
    .replace(/\b(basic|bearer)\s+[A-Za-z0-9+/_=.-]{6,}/gi, '$1 …')
    .trim();
  return shortened(line, LONGEST);
}
