// Settings are written by hand, by many hands: what they hold is taken with care. Knows nothing of VS Code.

import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** What is no text is passed over. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string' && item.trim() !== '') : [];
}

/** What is no list is passed over; an empty one is meant. */
export function textsOr(value: unknown, otherwise: readonly string[]): string[] {
  return Array.isArray(value) ? texts(value) : [...otherwise];
}

/** @returns an absolute path: `~` is the home folder, and what is not absolute begins there */
export function folder(value: unknown, otherwise: string): string {
  if (typeof value !== 'string' || value.trim() === '') return otherwise;
  return resolve(
    homedir(),
    value.trim().replace(/^~(?=$|[/\\])/, () => homedir()),
  );
}

/** @returns a name to look for, or an absolute path; undefined if nothing is said */
export function program(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return /[/\\]/.test(value) ? folder(value, '') : value.trim();
}

/** @returns a number from 1 on; what is none is passed over */
export function wholeNumber(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : otherwise;
}

/** @returns a whole number from 0 on; what is none is passed over */
export function zeroOrMore(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
}

export function oneOf<T>(choices: readonly T[], value: unknown, otherwise: T): T {
  return choices.find((choice) => choice === value) ?? otherwise;
}

export function yesOrNo(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}
