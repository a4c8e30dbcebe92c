// README.txt of an archive: for someone who has the file and not this software.

import { isFile, type Manifest } from './manifest.js';

/** @returns plain ASCII with short lines: it must read well in any viewer, whatever names the board has */
export function readmeOf(manifest: Manifest): Uint8Array {
  const files = manifest.entries.filter(isFile);
  const here = files.filter((file) => file.archive === manifest.archive);
  const renamed = here.filter((file) => file.stored.startsWith('objects/'));
  const lines = [
    `A backup of the MicroPython board ${ascii(manifest.board.name)}, taken ${manifest.createdAt} (UTC)`,
    `by ${ascii(manifest.product)}. This file is a ZIP archive; nothing else is needed to get the files back.`,
    '',
    `Of the board's ${files.length} files, the bytes of ${here.length} are in this archive:`,
    '',
    '  files/         files and folders under their own names, as any unzip gives them back',
    '  objects/       files under the SHA-256 of their content',
    '  manifest.json  the whole tree of the board: every path with its size, time and SHA-256',
    '  checksums.txt  after unpacking, "sha256sum -c checksums.txt" checks every file',
    '',
    'A file that had not changed since an earlier backup is not stored again: its entry in manifest.json',
    'names the archive ("archive") and the entry in it ("stored") that held its bytes. If that archive is',
    'gone, look in the other archives for an entry with the same SHA-256: checksums.txt lists them.',
    '',
    'The comment of the ZIP holds the SHA-256 of every byte before it, as "blb1 sha256:...".',
  ];
  if (renamed.length > 0) {
    lines.push('', 'These files have names that not every system can hold (written as in JSON):', '');
    lines.push(...renamed.map((file) => `  ${file.stored}  ${ascii(file.path)}`));
  }
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

function ascii(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
