// The listing that the agent sends, put together again: see `scan` in agent.py.

import { BackupError } from '../../errors.js';
import { type BoardPath, parseBoardPath, textFromBytes } from '../../paths.js';
import { harmlessWords } from '../harmlessTraceback.js';
import { HASH_START } from './frames.js';

/** What the agent tells of one path. */
export type Listed =
  | { kind: 'folder'; path: BoardPath }
  | { kind: 'file'; path: BoardPath; size: number; mtime?: number; hashStart?: string }
  /** `isFile` if it is a file, but its name is none that a path can have. */
  | { kind: 'unreadable'; path: BoardPath; message: string; isFile?: true };

/**
 * Takes the frames of a listing one by one; each holds whole entries.
 *
 * @param fields what the scan was asked for besides sizes: seconds by the board's clock, the beginning of the hash
 */
export function listingParser(fields: { times: boolean; hashes: boolean }): (frame: Buffer) => Listed[] {
  let folder = '';
  let file: string | undefined;
  return (frame) => {
    const listed: Listed[] = [];
    let at = 0;
    const take = (count: number) => {
      at += count;
      return frame.subarray(at - count, at);
    };
    while (at < frame.length) {
      const kind = take(1)[0];
      const name = textFromBytes(take(take(2).readUInt16LE()));
      const path = `${folder}/${name}`;
      if (kind === 2) {
        folder = name;
        file = undefined;
        add(listed, folder, (path) => ({ kind: 'folder', path }));
      } else if (kind === 0) {
        const size = take(4).readUInt32LE();
        const mtime = fields.times ? take(4).readUInt32LE() : undefined;
        const hashStart = fields.hashes ? take(HASH_START).toString('hex') : undefined;
        const more = { ...(mtime !== undefined && { mtime }), ...(hashStart !== undefined && { hashStart }) };
        add(listed, path, (path) => ({ kind: 'file', path, size, ...more }), { isFile: true });
      } else if (kind === 1) {
        file = path;
      } else {
        add(listed, file ?? folder, (path) => ({ kind: 'unreadable', path, message: harmlessWords(name) }));
        file = undefined;
      }
    }
    return listed;
  };
}

/** A name that no path can have is told as unreadable, and hides no other (P44). */
function add(listed: Listed[], text: string, make: (path: BoardPath) => Listed, what: { isFile?: true } = {}): void {
  try {
    listed.push(make(parseBoardPath(text.replace(/^\//, ''))));
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    listed.push({ kind: 'unreadable', path: parseBoardPath(''), message: error.message, ...what });
  }
}
