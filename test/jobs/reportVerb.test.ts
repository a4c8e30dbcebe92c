// Where the command line puts the page of a report.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placeOfPage, writePage } from '../../src/cli/reportFile.js';
import { type Env, realEnv } from '../../src/core/env.js';
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

  it('takes the place of nothing that came to be there while the report was made', () =>
    inFolder(async (folder) => {
      const env = realEnv();
      const path = await placeOfPage(env, join(folder, 'report.html'));
      await writeFile(path, 'mine');
      await assert.rejects(writePage(env, path, 'page'), { code: 'path-taken' });
      const raced: Env = { ...env, fs: { ...env.fs, info: async () => undefined } };
      await assert.rejects(writePage(raced, path, 'page'), { code: 'path-taken' });
      assert.deepEqual([await readdir(folder), await readFile(path, 'utf8')], [['report.html'], 'mine']);
    }));

  it('leaves nothing where the disk is full', () =>
    inFolder(async (folder) => {
      const env = realEnv();
      const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
      const open: Env['fs']['open'] = async (...of) => ({
        ...(await env.fs.open(...of)),
        append: () => Promise.reject(full),
      });
      const path = join(folder, 'report.html');
      await assert.rejects(writePage({ ...env, fs: { ...env.fs, open } }, path, 'page'), { code: 'store-full' });
      assert.deepEqual(await readdir(folder), []);
    }));
});
