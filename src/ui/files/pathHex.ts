// Names of boards may be any bytes, and names of VS Code's files only text: in those, bytes stand as hex digits.

import { bytesFromText, textFromBytes } from '../../core/paths.js';

export function hexOf(text: string): string {
  return Buffer.from(bytesFromText(text)).toString('hex');
}

export function textOfHex(hex: string): string {
  return textFromBytes(Buffer.from(hex, 'hex'));
}
