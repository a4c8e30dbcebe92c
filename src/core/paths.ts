// Names as boards know them, and the one validator that every name from a board or an archive passes (P44).

import { BackupError } from './errors.js';
import { t } from './l10n.js';

declare const boardPath: unique symbol;

/**
 * A path on a board, relative to its root: `main.py`, `lib/wifi.py`; the root itself is the empty string.
 *
 * Boards hold names as bytes. A name that is not UTF-8 keeps its odd bytes as lone surrogates U+DC80 to U+DCFF
 * (the convention of Python's PEP 383), so every name makes the way to text and back without loss.
 */
export type BoardPath = string & { readonly [boardPath]: true };

export const ROOT = '' as BoardPath;

/** What most paths are, and what needs no closer look: `lib/wifi.py`. */
const PLAIN = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/**
 * Takes a path from outside: an archive, a board, a user.
 *
 * @throws BackupError `bad-name` for empty, `.` and `..` parts and for NUL, which no board can hold and which would lead out of a folder
 */
export function parseBoardPath(text: string): BoardPath {
  if (text === '' || PLAIN.test(text)) return text as BoardPath;
  for (const name of text.split('/')) {
    if (name === '' || name === '.' || name === '..' || name.includes('\0')) throw badName(text);
  }
  // One spelling for each sequence of bytes: a name made of surrogates in any other way is no name of a board.
  if (!text.isWellFormed() && textFromBytes(bytesFromText(text)) !== text) throw badName(text);
  return text as BoardPath;
}

/** What a user types: a leading `/` and a trailing `/` are allowed, as on the board itself. */
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

/** @returns the folder that all of them are in, so that what is side by side stays so */
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

/** @returns true where `path` is `folder` itself or lies anywhere below it */
export function isInside(path: BoardPath, folder: BoardPath): boolean {
  return folder === ROOT || path === folder || path.startsWith(`${folder}/`);
}

/**
 * How a path is shown to people: odd bytes as `\xNN`; control characters, line separators and characters that nobody sees
 * escaped, so that no name can play tricks on a screen. The joiner stays: emoji are made with it.
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

/** Bytes of a name, as the board gave them, to text. */
export function textFromBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    // Not UTF-8 (FAT volumes hold OEM bytes): keep each odd byte as a surrogate.
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
    // Not a whole UTF-8 sequence: the first byte stands alone.
  }
  return 0;
}

/** The way back: the very bytes that {@link textFromBytes} was given. */
export function bytesFromText(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(character, 'utf8');
  });
  return Buffer.concat(parts);
}

/**
 * The order of paths in a manifest: that of the bytes that a board holds.
 *
 * @returns less than 0 where `one` comes first, 0 where they are equal
 */
export function comparePaths(one: BoardPath, other: BoardPath): number {
  // Without surrogates, UTF-16 has the order of UTF-8. Those may be odd bytes, too.
  if (SURROGATES.test(one) || SURROGATES.test(other)) return Buffer.compare(bytesFromText(one), bytesFromText(other));
  return one < other ? -1 : one > other ? 1 : 0;
}
