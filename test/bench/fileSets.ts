// What the boards of the bench hold. The same bytes on every run.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Files of a board by their path: `lib/rp2.py`. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** A project as people have it: 41 sources, settings, pages, a binary that cannot be compressed, and a log. */
export function fiftyFiles(): Files {
  return new Map([
    ...projectFiles(),
    ['data/model.bin', randomBytes('model', 30_000)],
    ['data/log.csv', sensorLog(40_000)],
  ]);
}

/** One source of {@link fiftyFiles} after a line was added to it. */
export function oneChanged(files: Files): Files {
  const path = 'app/staccel.py';
  return new Map(files).set(path, Buffer.concat([fileOf(files, path), Buffer.from('\nprint(STAccel().xyz())\n')]));
}

export function incompressibleFiles(): Files {
  return new Map(Array.from({ length: 10 }, (_, at) => [`data/${at}.bin`, randomBytes(`data ${at}`, 15_000)]));
}

/** Pieces of sources, 50 to 400 bytes each, in ten folders. */
export function smallFiles(): Files {
  const sources = [...projectFiles()].filter(([path]) => path.endsWith('.py')).map(([, content]) => content);
  const text = Buffer.concat(sources);
  const lengths = randomBytes('lengths', 1_000);
  const files = new Map<string, Uint8Array>();
  let start = 0;
  for (let number = 0; number < 500; number++) {
    const end = start + 50 + (lengths.readUInt16LE(2 * number) % 351);
    files.set(`parts/${number % 10}/part${number}.txt`, text.subarray(start, end));
    start = end;
  }
  return files;
}

/** @param length bytes of the log; a shorter one is the beginning of a longer one */
export function oneLog(length: number): Files {
  return new Map([['data/log.csv', sensorLog(length)]]);
}

export function sizeOf(files: Files): number {
  return [...files.values()].reduce((sum, { length }) => sum + length, 0);
}

/** @throws where there is no such file */
export function fileOf(files: Files, path: string): Uint8Array {
  const content = files.get(path);
  if (content === undefined) throw new Error(`The set has no ${path}.`);
  return content;
}

function projectFiles(): Map<string, Uint8Array> {
  const folder = join(ASSETS_FOLDER, '..', 'test', 'bench', 'files');
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(paths.map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path)]));
}

/** A line for each minute with what sensors measured: values that wander, each about what is usual. */
function sensorLog(length: number): Buffer {
  const columns = [
    { usual: 18.5, step: 0.12, digits: 2 },
    { usual: 55, step: 0.5, digits: 1 },
    { usual: 1013, step: 0.1, digits: 1 },
    { usual: 4.12, step: 0.004, digits: 2 },
  ];
  const values = columns.map(({ usual }) => usual);
  const noise = randomBytes('noise', length);
  const start = Date.UTC(2025, 5, 1);
  let log = 'time,temperature,humidity,pressure,battery\n';
  for (let minute = 0; log.length < length; minute++) {
    const fields = columns.map(({ usual, step, digits }, at) => {
      const value = values[at] ?? usual;
      values[at] = value + (step * noise.readInt8(columns.length * minute + at)) / 128 + (usual - value) / 200;
      return value.toFixed(digits);
    });
    log += `${new Date(start + minute * 60_000).toISOString().slice(0, 19)},${fields.join(',')}\n`;
  }
  return Buffer.from(log).subarray(0, length);
}

/** Bytes without any pattern, the same for the same seed; fewer of them are the beginning of more. */
function randomBytes(seed: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest();
}
