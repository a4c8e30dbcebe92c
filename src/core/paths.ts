// Paths on boards, and the validator that every path from a board or an archive has to pass (P44).

import { BackupError } from './errors.js';
import { t } from './l10n.js';

declare const boardPath: unique symbol;

/**
 * A path on a board, relative to its root: `main.py`, `lib/wifi.py`; the root itself is the empty string.
 *
 * Boards hold names as bytes. A name that is not UTF-8 keeps its odd bytes as lone surrogates U+DC80 to U+DCFF
 * (the convention of Python's PEP 383), so that every name can be converted to text and back without loss.
 */
export type BoardPath = string & { readonly [boardPath]: true };

export const ROOT = '' as BoardPath;

/** Most paths match this, and need no further check: `lib/wifi.py`. */
const PLAIN = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;
/** The expression takes memory for each part of a path, and a manifest from elsewhere may have millions of them in one (P44). */
const SURELY_SHORT = 255;

/**
 * Validates a path from outside: from an archive, a board, or the user.
 *
 * @throws BackupError `bad-name` for empty, `.` and `..` parts and for NUL, which no board can hold and which would lead out of a folder
 */
export function parseBoardPath(text: string): BoardPath {
  if (text === '' || (text.length <= SURELY_SHORT && PLAIN.test(text))) return text as BoardPath;
  for (const name of text.split('/')) {
    if (name === '' || name === '.' || name === '..' || name.includes('\0')) throw badName(text);
  }
  // Each sequence of bytes has one spelling: a text with surrogates in any other combination is not a name.
  if (!text.isWellFormed() && textFromBytes(bytesFromText(text)) !== text) throw badName(text);
  return text as BoardPath;
}

/** For paths that a user types: a leading and a trailing `/` are allowed, as on the board itself. */
export function parseUserPath(text: string): BoardPath {
  return parseBoardPath(text.replace(/^\/+/, '').replace(/\/+$/, ''));
}

function badName(text: string): BackupError {
  return new BackupError('bad-name', t('The name {0} cannot be the path of a file on a board.', JSON.stringify(text)), {
    path: text,
  });
}

/** @returns `name` inside `folder` */
export function childOf(folder: BoardPath, name: string): BoardPath {
  return parseBoardPath(folder === ROOT ? name : `${folder}/${name}`);
}

/** @returns the folder that holds `path`; the root for names at the top */
export function parentOf(path: BoardPath): BoardPath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/'))) as BoardPath;
}

/** @returns the deepest folder that contains all of them */
export function commonParent(paths: readonly BoardPath[]): BoardPath {
  const [first = ROOT] = paths;
  let base = parentOf(first);
  while (!paths.every((path) => isInside(parentOf(path), base))) base = parentOf(base);
  return base;
}

/** @returns every folder that one of `paths` lies in, but the root */
export function foldersAround(paths: Iterable<BoardPath>): Set<BoardPath> {
  const folders = new Set<BoardPath>();
  for (const path of paths) {
    for (let at = parentOf(path); at !== ROOT && !folders.has(at); at = parentOf(at)) folders.add(at);
  }
  return folders;
}

/** @returns the last part of `path` */
export function nameOf(path: BoardPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** @returns true if `path` is `folder` itself or anywhere below it */
export function isInside(path: BoardPath, folder: BoardPath): boolean {
  return folder === ROOT || path === folder || path.startsWith(`${folder}/`);
}

/**
 * A path for people to read: bytes that are not UTF-8 as `\xNN`; control characters, line separators and invisible characters escaped,
 * so that no name can manipulate a screen. The zero-width joiner stays, since emoji need it.
 */
export function displayPath(path: string): string {
  return path
    .replace(/[\udc80-\udcff]/gu, (odd) => `\\x${(odd.charCodeAt(0) - 0xdc00).toString(16)}`)
    .replace(/(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (unseen) => {
      return `\\u${(unseen.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
    });
}

const SURROGATES = /[\ud800-\udfff]/;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes of a name, as the board has them, to text. */
export function textFromBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    // Not UTF-8 (FAT volumes have OEM code pages): below, each odd byte becomes a surrogate.
  }
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = validSequenceAt(bytes, at);
    text += length > 0 ? utf8.decode(bytes.subarray(at, at + length)) : String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at += Math.max(1, length);
  }
  return text;
}

function validSequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  try {
    if (length > 0 && at + length <= bytes.length) {
      utf8.decode(bytes.subarray(at, at + length));
      return length;
    }
  } catch {
    // Not a complete UTF-8 sequence.
  }
  return 0;
}

/** The inverse of {@link textFromBytes}. */
export function bytesFromText(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(character, 'utf8');
  });
  return Buffer.concat(parts);
}

/**
 * The order of paths in a manifest: that of their bytes.
 *
 * @returns less than 0 if `one` comes first, 0 if they are equal
 */
export function comparePaths(one: BoardPath, other: BoardPath): number {
  // UTF-16 and UTF-8 sort alike, except for surrogates (pairs, or bytes that are not UTF-8).
  if (SURROGATES.test(one) || SURROGATES.test(other)) return Buffer.compare(bytesFromText(one), bytesFromText(other));
  return one < other ? -1 : one > other ? 1 : 0;
}
