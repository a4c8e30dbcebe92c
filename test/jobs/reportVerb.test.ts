// Where the command line puts the page of a report.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { realEnv } from '../../src/core/env.js';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, takeBackup } from '../support/builders.js';
import { mpbackup } from '../support/mpbackup.js';

describe('The page of a report from the command line', () => {
  it('is a new file or takes the place of an earlier page, or goes to standard output; never of a folder or another file', () =>
    inFolder(async (folder) => {
      const store = await openStore(realEnv(), join(folder, 'store'));
      const { board } = await takeBackup(store, { 'main.py': 'print(1)\n' });
      const pages = join(folder, 'pages');
      await mkdir(join(pages, 'there'), { recursive: true });
      await writeFile(join(pages, 'taken.html'), 'mine');
      const report = async (html: string, ...more: string[]) =>
        mpbackup(['report', board.id, '--store', store.root, '--html', html, ...more], { cwd: pages });

      const printed = await report('-');
      assert.equal(printed.status, 0, printed.stderr);
      assert.match(printed.stdout.toString(), /^<!DOCTYPE html>[\s\S]*<\/html>\s*$/i);
      assert.equal((await report('-', '--json')).result.code, 'usage');

      for (const [html, code] of [
        ['there', 'bad-argument'],
        ['new/', 'bad-argument'],
        ['taken.html', 'path-taken'],
        ['taken.html/report.html', 'bad-argument'],
        ['nowhere/report.html', 'bad-argument'],
      ] as const) {
        const { result } = await report(html, '--json');
        assert.equal(result.code, code, `${html}: ${result.message}`);
      }
      assert.deepEqual((await readdir(pages)).sort(), ['taken.html', 'there']);
      assert.equal(await readFile(join(pages, 'taken.html'), 'utf8'), 'mine');

      assert.equal((await report('report.html')).status, 0);
      const first = await readFile(join(pages, 'report.html'), 'utf8');
      await takeBackup(store, { 'main.py': 'print(2)\n' }, { board });
      assert.equal((await report('report.html')).status, 0);
      assert.notEqual(await readFile(join(pages, 'report.html'), 'utf8'), first);
      assert.deepEqual((await readdir(pages)).sort(), ['report.html', 'taken.html', 'there']);
      assert.equal(await readFile(join(pages, 'report.html'), 'utf8').then((page) => page.includes('</html>')), true);
    }));
});
