// Makes a folder with a year of backups, to look at by hand: `node out/support/yearOfBackups.program.js --folder DIR`.

import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeYearOfBackups } from './yearOfBackups.js';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { folder: { type: 'string' } } });
  assert(values.folder, 'usage: yearOfBackups.program.js --folder DIR');
  const { backups, board } = await writeYearOfBackups(resolve(values.folder), Date.now());
  console.log(`${backups.length} backups of ${board.name} in ${values.folder}`);
}

void main();
