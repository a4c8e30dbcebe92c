// README.txt of an archive: for someone who has the file and not this software.

import { isFile, type Manifest } from './manifest.js';

/** For an archive that does not hold all of its files. */
const THE_REST = [
  'The bytes of the other files were stored by earlier backups, and are in their archives. To get everything',
  'back by hand:',
  '',
  '  1. Take the archives of this board (from the folder that this one was in), up to this one.',
  '  2. Unpack them into one folder, from the oldest to this one, and let newer files replace older ones. Their',
  '     names have the date. If a clock was wrong, "sequence" in manifest.json gives the order.',
  '  3. Files that were deleted on the board in between come back too: manifest.json lists what it held.',
  '',
  'That is not enough for a file that was renamed, or changed back to earlier content. This works for every',
  'file: unpack each archive into its own folder. manifest.json has the SHA-256 of each file ("sha256"); the',
  'checksums.txt of one of those folders has the same SHA-256, and names the file with those bytes. (The archive',
  'that manifest.json names may be gone: what others need of a deleted backup is in their archives.)',
  '',
];

const CARRIED = [
  'Other backups of the same board are in this archive too: their lists are in manifests/, and their files are',
  'in files/ or objects/. Find each by its SHA-256 in checksums.txt.',
  '',
];

const LOST = [
  'Some bytes were damaged before this archive was rewritten: lost/ names their SHA-256. Another archive may',
  'still have them: look for the same SHA-256 in the checksums.txt of the others.',
  '',
];

/**
 * @param names of all entries of the archive
 * @returns plain ASCII with short lines: it must read well in any viewer, whatever names the board has
 */
export function readmeOf(manifest: Manifest, names: ReadonlySet<string>): Uint8Array {
  const files = manifest.entries.filter(isFile);
  const renamed = files.filter(({ path, sha256 }) => !names.has(`files/${path}`) && names.has(`objects/${sha256}`));
  const here = files.filter(({ path, sha256 }) => names.has(`files/${path}`) || names.has(`objects/${sha256}`));
  const lost = files.filter(({ sha256 }) => names.has(`lost/${sha256}`));
  const has = (folder: string) => [...names].some((name) => name.startsWith(folder));
  const lines = [
    `A backup of the MicroPython board ${ascii(manifest.board.name)}, taken ${manifest.createdAt} (UTC)`,
    `by ${ascii(manifest.product)}. As an archive (.blb) it is a ZIP: any unzip opens it.`,
    '',
    `Of the board's ${files.length} files, the bytes of ${here.length} are in this archive:`,
    '',
    '  files/         files and folders under their own names, as any unzip extracts them',
    ...(has('objects/') ? ['  objects/       files under the SHA-256 of their content'] : []),
    '  manifest.json  the whole tree of the board: every path with its size, time and SHA-256',
    ...(names.has('annotations.json') ? ['  annotations.json  labels, notes, tags and pins of backups'] : []),
    '  checksums.txt  after unpacking, "sha256sum -c checksums.txt" checks every file',
    '',
    ...(here.length + lost.length < files.length ? THE_REST : []),
    ...(has('manifests/') ? CARRIED : []),
    ...(has('lost/') ? LOST : []),
    'In the ZIP, its comment holds the SHA-256 of every byte before it, as "blb1 sha256:...".',
  ];
  if (renamed.length > 0) {
    lines.push('', 'These files have names that not every system can hold (written as in JSON):', '');
    lines.push(...renamed.map(({ path, sha256 }) => `  objects/${sha256}  ${ascii(path)}`));
  }
  if (lost.length > 0) {
    lines.push('', 'These files were lost (written as in JSON):', '');
    lines.push(...lost.map(({ path, sha256 }) => `  lost/${sha256}  ${ascii(path)}`));
  }
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

function ascii(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
