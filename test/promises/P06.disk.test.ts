// A disk of 1 MiB, a real one, that fills up while backups are taken, deleted and merged on it (smallDisk.program.ts).

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { inFolder } from '../support/builders.js';

const PROGRAM = join(__dirname, '../support/smallDisk.program.js');
/** The disk is there for this one process only, which anyone may ask for. */
const SCRIPT = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$1"';

describe('On a small disk', () => {
  it('P06 filled to any level: what fails says that the disk is full, no backup is touched, and with space freed it succeeds', async function () {
    this.timeout(60_000);
    if (spawnSync('unshare', ['--mount', '--map-root-user', 'true']).status !== 0) this.skip();
    await inFolder(async (folder) => {
      const words = ['--mount', '--map-root-user', 'sh', '-c', SCRIPT, 'sh', folder, process.execPath, PROGRAM];
      const { status, stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      const { levels, failures, jobs } = JSON.parse(stdout);
      console.log(`      ${levels} levels, ${jobs} jobs, ${failures} of them on a disk that was full`);
      assert.ok(failures > levels / 2, 'the disk was full');
      assert.ok(failures < jobs, 'and not always');
    });
  });
});
