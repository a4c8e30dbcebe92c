// Archives in an editor: what it shows, what its links do, and that it keeps up with the file.

import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { realEnv } from '../../src/core/env.js';
import type { ArchiveAction } from '../../src/core/jobs/archiveActions.js';
import { changeKey } from '../../src/core/jobs/changeKey.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { hrefOf, parseCall } from '../../src/ui/archiveEditor/archiveLinks.js';
import { ArchiveView } from '../../src/ui/archiveEditor/archiveView.js';
import { performAction } from '../../src/ui/archiveEditor/performAction.js';
import { BackupFiles } from '../../src/ui/files/backupFiles.js';
import { archivedUri, splitBackupUri } from '../../src/ui/files/backupUri.js';
import { StoredKeys } from '../../src/ui/keys/storedKeys.js';
import type { Services } from '../../src/ui/services.js';
import { takeBackup, takeIncremental } from '../support/builders.js';
import { having, PASSPHRASE, secretOf } from '../support/encryptedStores.js';
import { inNewStore, quietLog, secretsInMemory } from './newStore.js';
import { foldersOfTests, whileUserAnswers } from './userAtWork.js';

const EDITOR = 'micropythonBackup.archive';
const FILES = { 'main.py': 'print(1)\n', 'lib/caf\udce9.py': 'odd\n' };

describe('An archive in an editor', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'archive-editor-'));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true });
  });

  /** A store that VS Code does not use, with two backups. */
  async function elsewhere(): Promise<Store> {
    const store = await openStore(realEnv(), join(folder, 'other store'));
    await takeBackup(store, FILES);
    await takeIncremental(store, { ...FILES, 'main.py': 'print(2)\n' });
    return store;
  }

  it('opens with a double click, that is, by its name alone; encrypted or not', async () => {
    for (const name of ['a.blb', 'b.blb.age', 'c.BLB']) {
      const uri = vscode.Uri.file(join(folder, name));
      await writeFile(uri.fsPath, 'no archive');
      await vscode.commands.executeCommand('vscode.open', uri);
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof vscode.TabInputCustom, name);
      assert.deepEqual([input.viewType, input.uri.toString()], [EDITOR, uri.toString()]);
    }
  });

  it('shows one of a store that VS Code does not use, whose files open read-only, its borrowed ones too', () =>
    inView(async ({ open, boards }) => {
      const [last] = (await (await elsewhere()).list()).backups;
      assert.ok(last);
      const { view, html } = await open(vscode.Uri.file(last.archive));
      assert.match(html(), /Sound/);
      assert.match(html(), /default-src &#39;none&#39;/);
      const files = new BackupFiles(boards, quietLog());
      for (const [path, content] of [
        ['main.py', 'print(2)\n'],
        ['lib/caf\udce9.py', 'odd\n'],
      ] as const) {
        const uri = vscode.Uri.parse(archivedUri(view.uri, last, parseBoardPath(path)).toString());
        assert.equal(splitBackupUri(uri).archive?.fsPath, last.archive);
        assert.equal((await files.stat(uri)).permissions, vscode.FilePermission.Readonly);
        assert.equal(Buffer.from(await files.readFile(uri)).toString(), content);
      }
    }));

  it('a link to a file opens it', async () => {
    await inNewStore(async () => {
      const [last] = (await (await elsewhere()).list()).backups;
      await call(vscode.Uri.file(last?.archive ?? ''), { do: 'file', path: parseBoardPath('lib/caf\udce9.py') });
      const shown = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'mpbackup');
      assert.ok(shown.some((document) => document.getText() === 'odd\n'));
    });
  });

  it('keeps up with its file: it changes, it goes, it comes back', () =>
    inView(async ({ open }) => {
      const [last, first] = (await (await elsewhere()).list()).backups;
      const path = join(folder, 'watched [1].blb');
      await copyFile(last?.archive ?? '', path);
      const { html, until } = await open(vscode.Uri.file(path));
      assert.match(html(), /Incremental backup/);
      // Until somebody watches: what changes before that, nobody is told of.
      await until(/Full backup/, () => copyFile(first?.archive ?? '', path));
      await rm(path);
      await until(/This file is gone/);
      await copyFile(last?.archive ?? '', path);
      await until(/Incremental backup/);
    }));

  it('that is imported is among the backups in use then, and can be restored', () =>
    inView(async ({ open, boards, store }) => {
      const [last] = (await (await elsewhere()).list()).backups;
      const { panel, view, html, until } = await open(vscode.Uri.file(last?.archive ?? ''));
      assert.match(html(), />Import</);
      assert.doesNotMatch(html(), /Restore…/);
      await call(view.uri, { do: 'import' });
      assert.equal((await store.list()).backups.length, 1);
      // What is behind another editor is looked at again when it comes to the front.
      await boards.refreshBackups();
      panel.reveal();
      await until(/Restore…/);
    }));

  it('that is encrypted asks for its key, which is remembered for others of its kind', () =>
    inView(async ({ open, act, keys }) => {
      const env = having(secretOf(PASSPHRASE));
      const store = await openStore(env, join(folder, 'secret'));
      await changeKey({ env }, store, PASSPHRASE);
      const { archive } = await takeBackup(store, FILES);
      const { view, html, until } = await open(vscode.Uri.file(archive));
      assert.match(html(), /Enter Key…/);
      assert.doesNotMatch(html(), /main\.py/);
      await whileUserAnswers({ Passphrase: secretOf(PASSPHRASE) }, () => act(view, { do: 'enterKey' }));
      await until(/main\.py/);
      assert.deepEqual(await keys.others(), [secretOf(PASSPHRASE)]);
    }));

  it('that lies on no disk of this computer is brought here', () =>
    inView(async ({ open, act, boards, store }) => {
      const [, first] = (await (await elsewhere()).list()).backups;
      const files = new Map([
        ['/far/backup.blb', await vscode.workspace.fs.readFile(vscode.Uri.file(first?.archive ?? ''))],
      ]);
      let brought = 0;
      const far = inMemory(files);
      const counting: vscode.FileSystemProvider = {
        ...far,
        readFile(uri) {
          brought += 1;
          return far.readFile(uri);
        },
      };
      const provider = vscode.workspace.registerFileSystemProvider('far-test', counting, { isReadonly: true });
      try {
        const { view, html, until } = await open(vscode.Uri.parse('far-test:/far/backup.blb'));
        assert.match(html(), /Sound[\s\S]*not on a disk of this computer/);
        await assert.rejects(act(view, { do: 'import' }), { code: 'bad-argument' });
        // Once more where there are other backups, and not because rows were drawn anew.
        assert.equal(brought, 1);
        await boards.refreshBackups();
        assert.doesNotMatch(html(), />Restore…</);
        await importBackups({ env: boards.env }, store, [first?.archive ?? '']);
        await boards.refreshBackups();
        await until(/>Restore…</);
        assert.ok(brought > 1);
        const { html: gone } = await open(vscode.Uri.parse('far-test:/far/gone.blb'));
        assert.match(gone(), /This file cannot be read/);
      } finally {
        provider.dispose();
      }
    }));

  it('takes nothing for a call of its own page that is none', () => {
    const call = { uri: 'file:///a%20b%25.blb', action: { do: 'file', path: parseBoardPath('caf\udce9.py') } } as const;
    const [, query = ''] = hrefOf('x', call).split('?');
    // As VS Code does it.
    assert.deepEqual(parseCall(JSON.parse(decodeURIComponent(decodeURIComponent(query)))[0]), call);
    const sent = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const others = [{}, { uri: 1 }, { uri: 'x', action: { do: 'evil' } }, { uri: 'x', action: { do: 'open' } }];
    for (const other of [undefined, call, 'x', ...others.map(sent)]) assert.equal(parseCall(other), undefined);
  });
});

/** What a link of the page does, in the editor of the extension that runs. */
async function call(uri: vscode.Uri, action: ArchiveAction): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', uri);
  const [, query = ''] = hrefOf('x', { uri: uri.toString(), action }).split('?');
  await vscode.commands.executeCommand('micropythonBackup.archiveAction', ...JSON.parse(decodeURIComponent(query)));
}

interface Parts {
  boards: Services['boards'];
  /** The one in use. */
  store: Store;
  keys: StoredKeys;
  open(uri: vscode.Uri): Promise<{
    panel: vscode.WebviewPanel;
    view: ArchiveView;
    html(): string;
    until(what: RegExp, again?: () => Promise<void>): Promise<void>;
  }>;
  act(view: ArchiveView, action: ArchiveAction): Promise<void>;
}

/** The editor over parts of its own, in real panels. */
async function inView(test: (parts: Parts) => Promise<void>): Promise<void> {
  await inNewStore(async ({ boards, store }) => {
    const keys = new StoredKeys(secretsInMemory().secrets, () => foldersOfTests().store);
    boards.env.keys = keys.newRing();
    const services = { env: boards.env, boards, keys, log: quietLog() } as unknown as Services;
    const opened: vscode.Disposable[] = [];
    try {
      await test({
        ...{ boards, store, keys },
        async open(uri) {
          const panel = vscode.window.createWebviewPanel('test', basename(uri.path), vscode.ViewColumn.One);
          const view = new ArchiveView(services, uri, panel);
          opened.push(view, panel);
          await view.refresh();
          const html = () => panel.webview.html;
          const until = async (what: RegExp, again?: () => Promise<void>) => {
            const giveUp = Date.now() + 10_000;
            while (!what.test(html())) {
              if (Date.now() > giveUp) assert.match(html(), what);
              await again?.();
              await new Promise((resolve) => setTimeout(resolve, again ? 500 : 25));
            }
          };
          return { panel, view, html, until };
        },
        act: (view, action) => performAction(services, view, { uri: view.uri.toString(), action }),
      });
    } finally {
      for (const each of opened) each.dispose();
    }
  });
}

function inMemory(files: ReadonlyMap<string, Uint8Array>): vscode.FileSystemProvider {
  const bytesOf = (uri: vscode.Uri) => {
    const bytes = files.get(uri.path);
    if (!bytes) throw vscode.FileSystemError.FileNotFound(uri);
    return bytes;
  };
  const refuse = () => {
    throw vscode.FileSystemError.NoPermissions();
  };
  return {
    onDidChangeFile: new vscode.EventEmitter<vscode.FileChangeEvent[]>().event,
    watch: () => new vscode.Disposable(() => {}),
    stat: (uri) => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: bytesOf(uri).length }),
    readFile: bytesOf,
    readDirectory: () => [],
    ...{ createDirectory: refuse, writeFile: refuse, delete: refuse, rename: refuse },
  };
}
