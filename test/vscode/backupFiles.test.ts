import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseBoardPath } from '../../src/core/paths.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { BackupFiles } from '../../src/ui/files/backupFiles.js';
import { backupUri, comparedUri, splitBackupUri } from '../../src/ui/files/backupUri.js';
import { takeBackup } from '../support/builders.js';
import { inNewStore, quietLog } from './newStore.js';

/** One name has an odd byte, the other looks like it: both are shown as `caf\xe9.txt`. */
const ODD = 'caf\udce9.txt';
const LOOKALIKE = 'caf\\xe9.txt';

describe('A file of a backup in an editor', () => {
  const open = async (files: BackupFiles, backup: BackupSummary, path: string) =>
    Buffer.from(await files.readFile(backupUri(backup, parseBoardPath(path)))).toString();

  it('opens before anybody has listed the backups, as when VS Code restores its editors', () =>
    inNewStore(async ({ boards, store }) => {
      const backup = await takeBackup(store, { 'lib/wifi.py': 'import network\n' });
      const uri = backupUri(backup, parseBoardPath('lib/wifi.py'));
      const files = new BackupFiles(boards, quietLog());
      assert.equal((await files.stat(uri)).type, vscode.FileType.File);
      assert.equal(await open(files, backup, 'lib/wifi.py'), 'import network\n');
    }));

  it('is the file that was meant where two names look the same', () =>
    inNewStore(async ({ boards, store }) => {
      const content = { [ODD]: 'odd byte\n', [LOOKALIKE]: 'backslash\n' };
      const backup = await takeBackup(store, content);
      const files = new BackupFiles(boards, quietLog());
      for (const [path, text] of Object.entries(content)) assert.equal(await open(files, backup, path), text);
    }));

  it('is found by its name as VS Code writes it down and reads it back', () => {
    for (const path of ['main.py', 'lib/ä b#c?.py', ODD, LOOKALIKE, `lib/${ODD}`].map(parseBoardPath)) {
      const uri = vscode.Uri.parse(backupUri(aBackup(), path).toString());
      assert.equal(splitBackupUri(uri).path, path);
    }
  });

  it('has the same path in two backups that are compared, so that it is not taken for renamed', () =>
    inNewStore(async ({ boards, store }) => {
      const content: Record<string, string> = {
        'lib/ä b#c?.py': 'first\n',
        [ODD]: 'odd byte\n',
        [LOOKALIKE]: 'backslash\n',
      };
      const before = await takeBackup(store, content);
      const after = await takeBackup(store, { ...content, 'lib/ä b#c?.py': 'second\n' });
      const files = new BackupFiles(boards, quietLog());
      for (const path of Object.keys(content).map(parseBoardPath)) {
        const uris = [before, after].map((backup) => vscode.Uri.parse(comparedUri(backup, path).toString()));
        assert.equal(uris[0]?.path, uris[1]?.path);
        for (const [index, uri] of uris.entries()) {
          const expected = index === 1 && path.startsWith('lib') ? 'second\n' : content[path];
          assert.equal(Buffer.from(await files.readFile(uri)).toString(), expected);
        }
      }
    }));

  it('cannot be changed', () =>
    inNewStore(async ({ boards, store }) => {
      const backup = await takeBackup(store, { 'main.py': '' });
      const uri = backupUri(backup, parseBoardPath('main.py'));
      assert.equal((await new BackupFiles(boards, quietLog()).stat(uri)).permissions, vscode.FilePermission.Readonly);
      assert.throws(() => new BackupFiles(boards, quietLog()).writeFile(uri), vscode.FileSystemError);
    }));

  it('that is not there is not found, nor is any other in its place', () =>
    inNewStore(async ({ boards, store }) => {
      const backup = await takeBackup(store, { 'main.py': '' });
      const files = new BackupFiles(boards, quietLog());
      const nameless = vscode.Uri.from({ scheme: 'mpbackup', path: '/' });
      for (const uri of [backupUri(backup, parseBoardPath('gone.py')), nameless]) {
        await assert.rejects(files.stat(uri), { code: 'FileNotFound' });
      }
    }));

  it('stands in its folder, with its name', () =>
    inNewStore(async ({ boards, store }) => {
      const backup = await takeBackup(store, { 'lib/wifi.py': '', 'library.py': '', 'main.py': '' });
      const files = new BackupFiles(boards, quietLog());
      const namesIn = async (path: string) =>
        (await files.readDirectory(backupUri(backup, parseBoardPath(path)))).map(([name]) => name).sort();
      assert.deepEqual(await namesIn(''), ['lib', 'library.py', 'main.py']);
      assert.deepEqual(await namesIn('lib'), ['wifi.py']);
    }));

  it('can be had through VS Code, by any extension', () =>
    inNewStore(async ({ store }) => {
      const backup = await takeBackup(store, { 'main.py': 'print(1)\n' });
      const document = await vscode.workspace.openTextDocument(backupUri(backup, parseBoardPath('main.py')));
      assert.equal(document.getText(), 'print(1)\n');
    }));
});

function aBackup(): BackupSummary {
  const board = {
    id: 'e6614103',
    idSource: 'unique-id',
    name: 'Kitchen/sensor',
    machine: '',
    firmware: '',
    mounts: [],
  };
  return { id: 'ab'.repeat(32), board, createdAt: '2025-11-21T09:10:00Z' } as unknown as BackupSummary;
}
