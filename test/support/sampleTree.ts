// Trees of files as boards have them, and what lies in a folder.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** Fifty files of about 200 kB: sources, settings, a binary, a log, and every kind of name that is awkward. */
export function fiftyFiles(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (path: string, content: string) => files.set(path, Buffer.from(content));
  for (let number = 0; number < 34; number++) {
    const folder = ['', 'lib/', 'lib/drivers/', 'app/views/pages/'][number % 4];
    text(
      `${folder}module${number}.py`,
      `# Module ${number}\n${'def measure(pin):\n    return pin.value()\n\n'.repeat(number + 10)}`,
    );
  }
  for (const name of ['config', 'calibration', 'wifi', 'schedule'])
    text(`${name}.json`, JSON.stringify({ name, values: [1, 2, 3] }));
  text('boot.py', 'import gc\ngc.collect()\n');
  text('main.py', 'print("ready")\n');
  files.set('empty.txt', new Uint8Array());
  files.set(
    'every byte.bin',
    Uint8Array.from({ length: 30_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff),
  );
  text('data/log.csv', Array.from({ length: 2_000 }, (_, at) => `${at},${20 + (at % 10)},48\n`).join(''));
  text('with space.txt', 'a name with a space\n');
  text("it's.txt", 'a single quote\n');
  text('say "hi".txt', 'double quotes\n');
  text('emoji 🐍.txt', 'a snake\n');
  text('Ünïcödé/straße.txt', 'letters with dots\n');
  text('back\\slash.txt', 'a backslash\n');
  text('__proto__', 'not a prototype\n');
  return files;
}

/** Writes files, and folders for paths that end in a slash. */
export async function writeTree(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  folders: readonly string[] = [],
): Promise<void> {
  for (const path of folders) await mkdir(join(folder, path), { recursive: true });
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** @returns every file below `folder` by its path, and the folders that hold nothing */
export async function readTree(folder: string): Promise<{ files: Map<string, Buffer>; emptyFolders: string[] }> {
  const files = new Map<string, Buffer>();
  const emptyFolders: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(relative(folder, path), await readFile(path));
    else if ((await readdir(path)).length === 0) emptyFolders.push(relative(folder, path));
  }
  return { files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))), emptyFolders: emptyFolders.sort() };
}
