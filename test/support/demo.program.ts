// The main job on an embedded default, for `npm start`: a simulated board is backed up, changed, backed up again, verified,
// and gets a file back, all through the command line that ships. Ends with exit code 1 where anything is not as it should be.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { folder: { type: 'string' } } });
assert(values.folder, 'usage: demo.program.js --folder DIR');
const boards = join(values.folder, 'boards');
const store = join(values.folder, 'store');
const flash = join(boards, 'demo');
const changed = 'config.json';

function run(words: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(ASSETS_FOLDER, 'cli.js'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, MPBACKUP_STORE: store, MPBACKUP_SIMULATED_BOARDS: boards },
  });
  assert.equal(status, 0, `mpbackup ${words.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

/** Shows a command and what it says, as in a terminal. */
function show(...words: string[]): void {
  console.log(`\n$ mpbackup ${words.join(' ')}`);
  console.log(run(words).trimEnd());
}

/** The last object that a command prints for machines. */
function ask(...words: string[]): Record<string, unknown> {
  return JSON.parse(
    run([...words, '--json'])
      .trimEnd()
      .split('\n')
      .at(-1) ?? '',
  );
}

function tell(text: string): void {
  console.log(`\n# ${text}`);
}

interface ShownEntry {
  type: string;
  path: string;
  archive?: string;
}

function filesReadIn(reference: string): string[] {
  const { backup, manifest } = ask('show', reference) as {
    backup: { archive: string };
    manifest: { entries: ShownEntry[] };
  };
  return manifest.entries
    .filter(({ type, archive }) => type === 'file' && archive === basename(backup.archive))
    .map(({ path }) => path);
}

// What an earlier start left would make the first backup an incremental one.
rmSync(values.folder, { recursive: true, force: true });

tell('A board without hardware: real MicroPython with a small project on it.');
show('simulate', 'demo');

tell('The first backup is a full one.');
show('backup', 'sim:demo');
const full = (ask('list') as { backups: Array<{ id: string; files: number }> }).backups[0];
assert(full && full.files > 0);

tell(`Somebody changes ${changed} on the board; the next backup reads only that file.`);
const original = readFileSync(join(flash, changed), 'utf8');
writeFileSync(join(flash, changed), original.replace('{', '{\n  "note": "changed by hand",'));
show('backup', 'sim:demo');
assert.deepEqual(filesReadIn('latest'), [changed]);

tell('Both backups, and every byte of them checked.');
show('list');
show('verify');

tell(`${changed} as it was in the first backup goes back to the board.`);
show('restore', 'sim:demo', full.id.slice(0, 8), changed, '--yes');
assert.equal(readFileSync(join(flash, changed), 'utf8'), original);

tell(`Done: the backups are in ${store}`);
