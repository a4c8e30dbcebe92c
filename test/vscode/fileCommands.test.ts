// What can be done with a file of a backup, from its row or from an editor that shows it.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { realEnv } from '../../src/core/env.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { moment } from '../../src/core/text.js';
import { backupUri } from '../../src/ui/files/backupUri.js';
import { COMPARED_SCHEME, ComparedBoards } from '../../src/ui/files/comparedBoards.js';
import { takeBackup, takeIncremental } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { beginWithBoards, foldersOfTests, type Said, unplug, whileUserAnswers } from './userAtWork.js';

const WIFI = 'lib/wifi.py';
/** Not packed, so that a test finds it in the archive. */
const MARK = 'q8#Zx!';

const run = (name: string, target?: unknown, selection?: unknown) =>
  vscode.commands.executeCommand(`micropythonBackup.${name}`, target, selection);
const row = (backup: BackupSummary, path: string, kind: 'file' | 'folder' = 'file') => ({
  ...{ kind, backup, path: parseBoardPath(path) },
});
const when = ({ createdAt }: BackupSummary) => moment(createdAt, Date.now());
const texts = (said: readonly Said[]) => said.map(({ text }) => text);

describe('A file of a backup', function () {
  this.timeout(60_000);
  let store: Store;
  /** Oldest first: wifi.py is `1`, `1`, gone, `2`. */
  let first: BackupSummary;
  let second: BackupSummary;
  let third: BackupSummary;
  let fourth: BackupSummary;
  let project: string;

  before(async () => {
    await beginWithBoards();
    store = await openStore(realEnv(), foldersOfTests().store);
    first = await takeBackup(store, { [WIFI]: 'wifi = 1\n', 'main.py': MARK });
    second = await takeIncremental(store, { [WIFI]: 'wifi = 1\n', 'main.py': MARK });
    third = await takeIncremental(store, { 'main.py': MARK });
    fourth = await takeIncremental(store, { [WIFI]: 'wifi = 2\n', 'main.py': MARK, 'aux.py': '' });
    project = join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'project');
    await run('refresh');
  });
  beforeEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(project, { recursive: true, force: true });
  });

  it('is compared with the backup before', async () => {
    assert.deepEqual(texts(await whileUserAnswers({}, () => run('compareWithPrevious', row(second, WIFI)))), [
      `wifi.py is the same in the backup before, ${when(first)}.`,
    ]);
    assert.deepEqual(texts(await whileUserAnswers({}, () => run('compareWithPrevious', row(fourth, WIFI)))), [
      `wifi.py is new in this backup: the one before, ${when(third)}, does not have it.`,
    ]);
    assert.deepEqual(texts(await whileUserAnswers({}, () => run('compareWithPrevious', row(first, WIFI)))), [
      'There is no earlier backup that could have wifi.py.',
    ]);
    const changed = await takeIncremental(store, { [WIFI]: 'wifi = 3\n', 'main.py': MARK });
    try {
      await run('refresh');
      // From an editor, too.
      await run('compareWithPrevious', backupUri(changed, parseBoardPath(WIFI)));
      assert.deepEqual(await shownDiff(), [
        `wifi.py (Kitchen sensor, ${when(fourth)} ↔ ${when(changed)})`,
        ...['wifi = 2\n', 'wifi = 3\n'],
      ]);
    } finally {
      await rm(changed.archive, { force: true });
      await run('refresh');
    }
  });

  it('is compared with a version of another backup, the newest first; the older one is on the left', async () => {
    const label = when(fourth);
    const said = await whileUserAnswers({ [`Compare ${WIFI} of`]: label }, () =>
      run('compareWithBackup', row(first, WIFI)),
    );
    assert.deepEqual(said[0]?.choices, [label]);
    assert.deepEqual((await shownDiff()).slice(1), ['wifi = 1\n', 'wifi = 2\n']);
    const same = await whileUserAnswers({}, () => run('compareWithBackup', row(first, 'main.py')));
    assert.deepEqual(texts(same), ['main.py is the same in all backups that have it.']);
  });

  it('is looked for in all backups while the list is there, and closing the list ends that', async () => {
    const { showQuickPick } = vscode.window;
    let filling: Thenable<unknown> | undefined;
    Reflect.set(vscode.window, 'showQuickPick', async (items: Thenable<unknown>) => {
      filling = items;
    });
    try {
      await run('compareWithBackup', row(first, WIFI));
    } finally {
      Reflect.set(vscode.window, 'showQuickPick', showQuickPick);
    }
    await assert.rejects(
      Promise.resolve(filling),
      (error) => error instanceof Error && /Cancelled/.test(error.message),
    );
    // On the screen, it is picked from as soon as it is filled.
    await inQuickPick(() => run('compareWithBackup', row(first, WIFI)));
    assert.deepEqual((await shownDiff()).slice(1), ['wifi = 1\n', 'wifi = 2\n']);
  });

  it('is compared with the other one that is selected', async () => {
    const [older, newer] = [row(first, WIFI), row(fourth, WIFI)];
    await run('compareSelected', newer, [newer, older]);
    assert.deepEqual((await shownDiff()).slice(1), ['wifi = 1\n', 'wifi = 2\n']);
    for (const selection of [[newer], [newer, older, row(first, 'main.py')]]) {
      const said = await whileUserAnswers({}, () => run('compareSelected', newer, selection));
      assert.deepEqual(texts(said), ['Select two files of backups in the tree to compare them.']);
    }
  });

  it('is compared with the file of the workspace whose path ends alike, or with one that is chosen', async () => {
    const none = await whileUserAnswers({}, () => run('compareWithWorkspace', row(first, WIFI)));
    assert.deepEqual(texts(none), ['The workspace has no file named wifi.py.']);
    for (const folder of ['src/lib', 'old']) await mkdir(join(project, folder), { recursive: true });
    await writeFile(join(project, 'src/lib/wifi.py'), 'wifi = 0\n');
    await writeFile(join(project, 'old/wifi.py'), 'wifi = -1\n');
    await run('compareWithWorkspace', row(first, WIFI));
    assert.deepEqual(await shownDiff(), [
      `wifi.py (Kitchen sensor, ${when(first)} ↔ workspace)`,
      ...['wifi = 1\n', 'wifi = 0\n'],
    ]);
    await mkdir(join(project, 'too/lib'), { recursive: true });
    await writeFile(join(project, 'too/lib/wifi.py'), 'wifi = 7\n');
    const said = await whileUserAnswers({ [`Compare ${WIFI} with`]: 'project/too/lib/wifi.py' }, () =>
      run('compareWithWorkspace', row(first, WIFI)),
    );
    assert.deepEqual(said[0]?.choices, ['project/src/lib/wifi.py', 'project/too/lib/wifi.py']);
    assert.equal((await shownDiff())[2], 'wifi = 7\n');
    const answers = { 'no file named aux.py': 'Choose File…', 'Compare aux.py with': join(project, 'old/wifi.py') };
    await whileUserAnswers(answers, () => run('compareWithWorkspace', row(fourth, 'aux.py')));
    assert.deepEqual(await shownDiff(), [
      `aux.py (Kitchen sensor, ${when(fourth)} ↔ project/old/wifi.py)`,
      ...['', 'wifi = -1\n'],
    ]);
  });

  it('is copied to a place that the user names, and replaces nothing unasked', async () => {
    await mkdir(project, { recursive: true });
    const target = join(project, 'copy.py');
    await writeFile(target, 'mine');
    const cancelled = await whileUserAnswers({ 'Save Copy': target }, () => run('saveCopy', row(first, WIFI)));
    assert.deepEqual(texts(cancelled), ['Save Copy', `Replace ${target}?`, `Copying ${WIFI} was cancelled.`]);
    assert.equal(await readFile(target, 'utf8'), 'mine');
    const said = await whileUserAnswers({ 'Save Copy': target, Replace: 'Replace' }, () =>
      run('saveCopy', backupUri(first, parseBoardPath(WIFI))),
    );
    assert.equal(said.at(-1)?.text, `Copied 1 file, 9 B: ${target}.`);
    assert.equal(await readFile(target, 'utf8'), 'wifi = 1\n');
  });

  it('is copied with all that is selected of its backup; names that not every disk takes are told', async () => {
    const target = join(project, 'copies');
    await mkdir(target, { recursive: true });
    await writeFile(join(target, 'main.py'), 'mine');
    const rows = [row(fourth, 'lib', 'folder'), row(fourth, 'main.py'), row(fourth, 'aux.py'), row(first, 'main.py')];
    const said = await whileUserAnswers({ 'Save Copy': target, 'Replace ': 'Replace' }, () =>
      run('saveCopy', rows[0], rows),
    );
    assert.deepEqual(texts(said), [
      '1 selected item of other backups is not copied.',
      'Save Copy',
      `Replace ${join(target, 'main.py')}?`,
      `Copied 2 files, 15 B: ${target}. Left out, because not every disk allows these names: aux.py.`,
    ]);
    assert.deepEqual((await readdir(target, { recursive: true })).sort(), ['lib', 'lib/wifi.py', 'main.py']);
  });

  it('has a history, in which each version opens as what changed in it', async () => {
    await inQuickPick(() => run('fileHistory', row(third, 'main.py')));
    // It has only ever been as it is.
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(tab instanceof vscode.TabInputText && tab.uri.path.endsWith(`${first.id.slice(0, 12)}/main.py`));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const gone = await whileUserAnswers({}, () => run('fileHistory', row(third, 'gone.py')));
    assert.deepEqual(texts(gone), ['No backup of this board has a file gone.py. Check the name.']);
  });

  it('that cannot be read says why, once, and what can be done', async () => {
    const damaged = await takeBackup(store, { 'lost.py': 'q9#Lost' });
    await damageArchive(damaged.archive, 'q9#Lost');
    await run('refresh');
    const uri = backupUri(damaged, parseBoardPath('lost.py'));
    const told = await whileUserAnswers({}, async () => {
      for (let times = 0; times < 2; times++) {
        await assert.rejects(Promise.resolve(vscode.workspace.fs.readFile(uri)), (error) => {
          return (
            error instanceof vscode.FileSystemError &&
            /cannot be read from any archive.*Repair the backups/.test(error.message)
          );
        });
      }
    });
    assert.equal(told.length, 1);
    assert.match(told[0]?.text ?? '', /cannot be read from any archive.*Repair the backups/);
    assert.deepEqual(told[0]?.choices, ['Repair Backups…', 'Show Log']);
    await rm(damaged.archive, { force: true });
    await run('refresh');
    for (const name of ['fileHistory', 'compareWithPrevious', 'compareWithWorkspace', 'saveCopy']) {
      const said = await whileUserAnswers({}, () => run(name, uri));
      assert.match(said[0]?.text ?? '', /^The backup that this file belongs to is gone\./, name);
    }
    const [stale] = await whileUserAnswers({}, () => run('compareWithPrevious', row(damaged, 'lost.py')));
    assert.match(stale?.text ?? '', /is gone\. /);
  });

  it('is as long as VS Code is told, however long', async () => {
    const content = new Map([
      ['data.bin', Buffer.alloc(2_000_000, Buffer.from([0, 255, 13, 10, 128]))],
      ['empty.mpy', Buffer.alloc(0)],
    ]);
    const backup = await takeBackup(store, content);
    await run('refresh');
    for (const [path, bytes] of content) {
      const uri = backupUri(backup, parseBoardPath(path));
      assert.equal((await vscode.workspace.fs.stat(uri)).size, bytes.length);
      assert.ok(bytes.equals(await vscode.workspace.fs.readFile(uri)));
    }
  });

  it('is asked for where a command names none, and there is none before the first backup', async () => {
    const [newest] = (await (await openStore(realEnv(), foldersOfTests().store)).list()).backups;
    assert.ok(newest);
    const answers = { 'Which backup has the file?': `Kitchen sensor, ${when(newest)}`, 'Which file?': 'data.bin' };
    const said = await whileUserAnswers(answers, () => run('compareWithPrevious'));
    // All of this minute have the same name, and the newest comes first.
    assert.deepEqual(said[1]?.choices, ['data.bin', 'empty.mpy']);
    assert.match(said[2]?.text ?? '', /^data\.bin is new in this backup/);
    await beginWithBoards();
    for (const name of ['fileHistory', 'compareWithPrevious', 'compareWithWorkspace', 'saveCopy']) {
      const [none] = await whileUserAnswers({}, () => run(name));
      assert.equal(none?.text, 'There is no backup yet.', name);
    }
  });
});

describe('A board that is compared', function () {
  this.timeout(60_000);

  it('has files that are too long to be shown, which is said', async () => {
    await beginWithBoards('alpha');
    await whileUserAnswers({}, () => run('backupDevice', 'sim:alpha'));
    const { store, boards } = foldersOfTests();
    await writeFile(join(boards, 'alpha', 'new.txt'), 'new\n');
    await writeFile(join(boards, 'alpha', 'long.bin'), Buffer.alloc(1_000_000));
    const [backup] = (await (await openStore(realEnv(), store)).list()).backups;
    const [told] = await whileUserAnswers({}, () => run('compareWithBoard', { kind: 'backup', backup }));
    assert.match(
      told?.text ?? '',
      /^2 added, .* same\. 1 file is not shown: it is too long \(1\.0 MB of a board are shown at most\), or could not be read\./,
    );
  });

  it('is compared with one file of a backup, or why not is said', async () => {
    await beginWithBoards('alpha', 'beta');
    const { store, boards } = foldersOfTests();
    const notes = join(boards, 'alpha', 'notes.txt');
    await writeFile(notes, 'one\n');
    // No program that would have to be restarted.
    await rm(join(boards, 'alpha', 'main.py'));
    await whileUserAnswers({}, () => run('backupDevice', 'sim:alpha'));
    const [backup] = (await (await openStore(realEnv(), store)).list()).backups;
    assert.ok(backup);
    const compare = (target: unknown = row(backup, 'notes.txt')) =>
      whileUserAnswers({}, () => run('compareWithBoard', target));
    assert.deepEqual(texts(await compare()), ['notes.txt is the same on the board.']);
    await writeFile(notes, 'two\n');
    assert.deepEqual(await compare(), []);
    const [title, ...sides] = await shownDiff();
    // Which minute it is by now is another matter.
    assert.equal(title.replace(/board, .*\)$/, 'board, …)'), `notes.txt (alpha, ${when(backup)} ↔ on the board, …)`);
    assert.match(title, / on the board, Today \d\d?:\d\d( [AP]M)?\)$/);
    assert.deepEqual(sides, ['one\n', 'two\n']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // From an editor that shows it, too, and however long it is.
    await writeFile(notes, '#'.repeat(1_100_000));
    assert.deepEqual(await compare(backupUri(backup, parseBoardPath('notes.txt'))), []);
    assert.equal((await shownDiff())[2].length, 1_100_000);
    await rm(notes);
    assert.deepEqual(texts(await compare()), ['notes.txt is no longer on the board: Restore File… brings it back.']);
    await unplug('alpha');
    const [away] = await compare();
    assert.equal(away?.text, 'alpha is not connected. Plug it in and try again.');
    assert.deepEqual(away?.choices, ['Choose Another Board']);
    await unplug('beta');
    const [alone] = await compare();
    assert.deepEqual([alone?.text, alone?.choices], [away?.text, []]);
  });

  it('is kept as it was for the editors, of the last comparisons alone', async () => {
    const path = parseBoardPath('caf\udce9.txt');
    const boards = new ComparedBoards();
    const uris = Array.from({ length: 5 }, (_, number) => {
      const uriOf = boards.keep(`name${number}`, { files: new Map([[path, Buffer.from([number])]]), notRead: [] });
      assert.equal(uriOf(parseBoardPath('caf\\xe9.txt')), undefined);
      return uriOf(path);
    });
    const [forgotten, ...kept] = uris.map((uri) => vscode.Uri.parse(`${uri}`));
    assert.ok(forgotten && kept.every(({ scheme }) => scheme === COMPARED_SCHEME));
    for (const [index, uri] of kept.entries()) assert.deepEqual([...(await boards.readFile(uri))], [index + 1]);
    const text = `${Buffer.from(await boards.readFile(forgotten))}`;
    assert.equal(text, 'This was read from the board in another session. Compare again.\n');
    assert.equal((await boards.stat(forgotten)).size, text.length);
  });
});

/** Both sides of the difference in the active tab, and what the tab says. */
async function shownDiff(): Promise<[label: string, left: string, right: string]> {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  const { input, label = '' } = tab ?? {};
  assert.ok(input instanceof vscode.TabInputTextDiff, label);
  const sides = [input.original, input.modified].map((uri) => vscode.workspace.openTextDocument(uri));
  const [left, right] = await Promise.all(sides);
  return [label, left?.getText() ?? '', right?.getText() ?? ''];
}

/** Runs what shows a list, waits until there is something to be picked, and picks what is offered. */
async function inQuickPick(work: () => Thenable<unknown>): Promise<void> {
  let hasEnded = false;
  const ending = Promise.resolve(work()).finally(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await ending;
}
