// As on a machine that the native part of `serialport` does not fit: our programs beside no driver, or beside one that cannot be
// loaded. In VS Code: test/e2e/restrained.test.ts.

import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inFolder } from '../support/builders.js';
import { start } from '../support/mpbackup.js';

interface Said {
  code: number | null;
  text: string;
}

/** Takes the drivers out of a copy of what ships. */
const WAYS = {
  'is missing': (prebuilds: string) => rm(prebuilds, { recursive: true }),
  'cannot be loaded': async (prebuilds: string) => {
    for (const name of await readdir(prebuilds, { recursive: true }))
      if (name.endsWith('.node')) await writeFile(join(prebuilds, name), 'no program for this machine\n');
  },
};

describe('Where the driver of serial ports', function () {
  this.timeout(60_000);

  for (const [trouble, spoil] of Object.entries(WAYS)) {
    it(`${trouble}, one sentence says so, and everything but serial ports works`, async () => {
      await inFolder(async (folder) => {
        const copy = join(folder, 'copy');
        for (const part of ['dist', 'prebuilds'])
          await cp(join(dirname(ASSETS_FOLDER), part), join(copy, part), { recursive: true });
        await spoil(join(copy, 'prebuilds'));
        const [port, boards] = [join(folder, 'tty'), join(folder, '.micropython-backup', 'simulated-boards')];
        const env = { ...process.env, HOME: folder, USERPROFILE: folder, MPBACKUP_STORE: join(folder, 'store') };
        const run = async (...words: string[]): Promise<Said> => {
          const { status, stdout, stderr } = await start(process.execPath, [join(copy, 'dist', 'cli.js'), ...words], {
            env,
          }).ended;
          return { code: status, text: stdout.toString('utf8') + stderr };
        };
        const works = async (...words: string[]) => {
          const { code, text } = await run(...words);
          assert.equal(code, 0, `${words.join(' ')}: ${text}`);
          assert.doesNotMatch(text, /driver/);
        };

        await works('simulate', 'demo');
        await works('backup', 'sim:demo');
        await works('list');
        await works('compare', 'latest', 'sim:demo');
        await works('export', 'latest', join(folder, 'exported'));
        const main = join(boards, 'demo', 'main.py');
        const text = await readFile(main, 'utf8');
        await rm(main);
        await works('restore', 'sim:demo', 'latest', '--yes');
        assert.equal(await readFile(main, 'utf8'), text);

        await writeFile(port, '');
        const said = await run('backup', port);
        assert.notEqual(said.code, 0);
        assert.equal(said.text.match(/driver could not be loaded/g)?.length, 1, said.text);
        assert.doesNotMatch(said.text, /\n\s+at |prebuilds/);
      });
    });
  }
});
