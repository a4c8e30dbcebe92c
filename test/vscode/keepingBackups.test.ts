// What is done with backups from their rows and from the palette: the face of the jobs on the store.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import packageJson from '../../package.json';
import { realEnv } from '../../src/core/env.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { nameBackup, nameBackups } from '../../src/ui/nameBackups.js';
import { hasFileManager } from '../../src/ui/showFolder.js';
import { backupRow } from '../../src/ui/tree/describeBackup.js';
import { takeBackup, takeIncremental } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { archives, beginWithBoards, foldersOfTests, type Said, whileUserAnswers } from './userAtWork.js';

const run = (name: string, target?: unknown, selection?: unknown) =>
  vscode.commands.executeCommand(`micropythonBackup.${name}`, target, selection);
const row = (backup: BackupSummary) => ({ kind: 'backup', backup });
/** Calls a command on the first of these rows, with all of them selected. */
const runOnAll = (name: string, ...backups: BackupSummary[]) => {
  const rows = backups.map(row);
  return run(name, rows[0], rows);
};
const textsOf = (said: Said[]) => said.map(({ text }) => text);
const listed = async (store: Store) => (await store.list()).backups.map(({ id }) => id);
/** Where the words are told late: by a message that nobody waits for, or an editor that opens. */
const shownText = () => vscode.window.activeTextEditor?.document.getText() ?? '';

const OF_STORE = [
  ...['compareWithBoard', 'compareWithBackup', 'renameBackup', 'pinBackup', 'unpinBackup', 'verifyBackup', 'makeFull'],
  ...['exportBackup', 'exportChain', 'deleteBackup', 'deleteChain', 'repairBackups', 'pruneBackups'],
  ...['restoreDeletedBackup', 'emptyTrash', 'verifyBackups'],
];

describe('What can be done with backups', function () {
  this.timeout(60_000);
  let store: Store;
  let older: BackupSummary;
  let newer: BackupSummary;

  beforeEach(async () => {
    await beginWithBoards();
    store = await openStore(realEnv(), foldersOfTests().store);
    older = await takeBackup(store, { 'main.py': 'print(1)\n', 'lib/wifi.py': 'import network\n' });
    newer = await takeIncremental(store, { 'main.py': 'print(2)\n', 'lib/wifi.py': 'import network\n' });
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('is in the palette, and says what is missing where there is neither a backup nor a board', async () => {
    await beginWithBoards();
    const known = await vscode.commands.getCommands(true);
    const declared = packageJson.contributes.commands.map(({ command }) => command);
    assert.deepEqual(
      declared.filter((command) => !known.includes(command)),
      [],
    );
    for (const name of [...OF_STORE, 'fullBackup', 'differentialBackup']) {
      const said = await whileUserAnswers({ 'Repair damaged backups?': 'Repair' }, () => run(name));
      assert.match(
        said.at(-1)?.text ?? '',
        /no backup yet|No board was found|There is no |trash is empty|nothing to (repair|prune|verify)/,
        name,
      );
      assert.doesNotMatch(textsOf(said).join(' '), /unexpectedly/, name);
    }
    console.log(`      ${OF_STORE.length + 2} commands without a backup or a board`);
    assert.equal(await archives(), 0);
  });

  it('P20 a deleted backup goes to the trash, the others stay as they are, and it can be brought back', async () => {
    const said = await whileUserAnswers({ Delete: 'Delete' }, () => run('deleteBackup', row(older)));
    assert.equal(said[0]?.text, `Delete ${nameBackups([older])}?`);
    assert.match(said[0]?.detail ?? '', /Other backups keep what they need\.\nIt can be brought back/);
    assert.match(said[1]?.text ?? '', /^Deleted the backup of Kitchen sensor, .*\. What others need/);
    assert.deepEqual(await listed(store), [newer.id]);

    const back = await whileUserAnswers({ 'Which deleted backups': nameBackup(older) }, () =>
      run('restoreDeletedBackup'),
    );
    assert.equal(back.at(-1)?.text, `Brought back ${nameBackups([older])}.`);
    assert.deepEqual(await listed(store), [newer.id, older.id]);
  });

  it('P20 "Undo" brings back what was just deleted', async () => {
    let done: (text: string) => void = () => {};
    const broughtBack = new Promise<string>((resolve) => {
      done = resolve;
    });
    await whileUserAnswers(
      { 'Delete 2 backups?': 'Delete', 'Deleted 2 backups.': 'Undo' },
      async () => {
        await runOnAll('deleteBackup', newer, older);
        await broughtBack;
      },
      ({ text }) => text.startsWith('Brought back') && done(text),
    );
    assert.equal(await broughtBack, 'Brought back 2 backups.');
    assert.deepEqual(await listed(store), [newer.id, older.id]);
  });

  it('nothing is deleted without a yes', async () => {
    await whileUserAnswers({}, () => run('deleteBackup', row(older)));
    await whileUserAnswers({}, () => run('pruneBackups'));
    assert.deepEqual(await listed(store), [newer.id, older.id]);
    const chain = { kind: 'chain', chain: { full: older, backups: [newer, older] } };
    const said = await whileUserAnswers({}, () => run('deleteChain', chain));
    assert.deepEqual(textsOf(said), ['Delete 2 backups?']);
  });

  it('the trash says what it has before it is emptied, and is empty then', async () => {
    await whileUserAnswers({ Delete: 'Delete' }, () => run('deleteBackup', row(older)));
    const said = await whileUserAnswers({ 'Empty the trash?': 'Empty Trash' }, () => run('emptyTrash'));
    assert.match(said[0]?.detail ?? '', /^1 deleted backup \(\d archives?, .*\) cannot be brought back then\./);
    assert.match(said[1]?.text ?? '', /^Emptied the trash: /);
    assert.deepEqual(await store.trash(), []);
    assert.deepEqual(await listed(store), [newer.id]);
  });

  it('a pinned backup is not deleted, and its row says that it is pinned', async () => {
    await runOnAll('pinBackup', older, newer);
    const [first, second] = (await store.list()).backups;
    assert.ok(first?.pinned && second?.pinned);
    const { contextValue, description, iconPath } = backupRow(second, Date.now(), false);
    assert.equal(contextValue, 'backup.pinned');
    assert.match(`${description}`, /, pinned$/);
    assert.equal((iconPath as vscode.ThemeIcon).id, 'pinned');

    const said = await whileUserAnswers({ Delete: 'Delete' }, () => run('deleteBackup', row(second)));
    assert.match(said[0]?.text ?? '', /^The backup of Kitchen sensor, .* is pinned\. Nothing was deleted\.$/);
    assert.deepEqual(await listed(store), [newer.id, older.id]);

    await whileUserAnswers({ 'is pinned': 'Unpin' }, () => run('deleteBackup', row(second)));
    assert.equal((await store.find(older.id)).pinned, false);
    await whileUserAnswers({ 'Which backup do you want to unpin?': nameBackup(newer) }, () => run('unpinBackup'));
    assert.equal((await store.find(newer.id)).pinned, false);
  });

  it('P20 a backup that was pinned after its row was drawn is not deleted either', async () => {
    await run('pinBackup', row(older));
    const said = await whileUserAnswers({ Delete: 'Delete' }, () => run('deleteBackup', row(older)));
    assert.match(said.at(-1)?.text ?? '', /is pinned\. Nothing was deleted\. Unpin it first\.$/);
    assert.equal((await listed(store)).length, 2);
  });

  it('a label shows in the row, and can be taken away', async () => {
    await whileUserAnswers({ 'Rename Backup': '  before the trip ' }, () => run('renameBackup', row(older)));
    const named = await store.find(older.id);
    assert.equal(named.label, 'before the trip');
    assert.match(`${backupRow(named, Date.now(), false).description}`, /^before the trip, full/);
    await whileUserAnswers({ 'Rename Backup': '' }, () => run('renameBackup', row(named)));
    assert.equal((await store.find(older.id)).label, null);
  });

  it('a label that is too long is refused with a sentence', async () => {
    const said = await whileUserAnswers({ 'Rename Backup': 'x'.repeat(201) }, () => run('renameBackup', row(older)));
    assert.match(said.at(-1)?.text ?? '', /^A label can have 200 characters at most\./);
  });

  it('two selected backups open as their changes, the older one on the left', async () => {
    const said = await whileUserAnswers({}, () => runOnAll('compareWithBackup', newer, older));
    assert.deepEqual(textsOf(said), ['0 added, 0 removed, 1 changed, 1 same.']);
    const labels = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    assert.ok(
      labels.some((label) => label.startsWith(`${nameBackup(older)} and `)),
      labels.join(),
    );
  });

  it('a backup is compared with another one that is picked', async () => {
    const said = await whileUserAnswers({ 'Compare Kitchen sensor': nameBackup(newer) }, () =>
      run('compareWithBackup', row(older)),
    );
    assert.equal(said[0]?.choices.length, 1);
    assert.match(said[1]?.text ?? '', /1 changed/);
  });

  it('P22 the plan that was shown is the one that is carried out, and can be undone', async () => {
    const settings = vscode.workspace.getConfiguration('micropythonBackup');
    await settings.update('retention', { manual: 1 }, vscode.ConfigurationTarget.Global);
    try {
      const answers = { 'that the retention policy does not keep': 'Show Plan', 'of this plan?': 'Delete' };
      const said = await whileUserAnswers(answers, () => run('pruneBackups'));
      assert.equal(said[0]?.text, 'Delete 1 backup that the retention policy does not keep?');
      assert.match(said[0]?.detail ?? '', /^Kitchen sensor: 1 of 2 backups, /);
      assert.match(shownText(), /keep {4}\w{8}.*\n {2}delete {2}\w{8}.*Older than the newest manual backup\./);
      assert.match(said.at(-1)?.text ?? '', /^Deleted 1 backup\./);
      assert.deepEqual(await listed(store), [newer.id]);
      assert.equal((await store.trash()).length, 1);
    } finally {
      await settings.update('retention', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('P22 an impossible retention policy is refused with a sentence', async () => {
    const settings = vscode.workspace.getConfiguration('micropythonBackup');
    await settings.update('retention', { manual: -1 }, vscode.ConfigurationTarget.Global);
    try {
      const said = await whileUserAnswers({}, () => run('pruneBackups'));
      assert.match(said[0]?.text ?? '', /^The retention policy has -1 for manual, which is not possible\./);
    } finally {
      await settings.update('retention', undefined, vscode.ConfigurationTarget.Global);
    }
    assert.equal((await listed(store)).length, 2);
  });

  it('P13 damage shows in the row of the backup once it was verified, and a repair says what is lost', async () => {
    await damageArchive(older.archive, 'print(1)');
    const said = await whileUserAnswers({}, () => run('verifyBackup', row(older)));
    assert.match(said[0]?.text ?? '', /^Damage was found in backup_.*\.blb\. 1 backup lost files\.$/);
    assert.deepEqual(said[0]?.choices, ['Repair Backups…', 'Show Log']);
    const found = backupRow(await store.find(older.id), Date.now(), false);
    assert.match(`${found.description}`, /^damaged, /);
    assert.equal((found.iconPath as vscode.ThemeIcon).id, 'warning');

    const repaired = await whileUserAnswers({ 'Repair damaged': 'Repair' }, () => run('repairBackups'));
    assert.match(repaired[1]?.text ?? '', /^1 damaged archive put into quarantine\. .* 1 file is lost\.$/);
    // The board is away: nobody is asked to read from it.
    assert.deepEqual(repaired[1]?.choices, ['Show Log']);
    // No archive is damaged any more, and what was lost is in none.
    const lacking = backupRow(await store.find(older.id), Date.now(), false);
    assert.match(`${lacking.description}`, /^files missing, /);
    assert.equal((lacking.iconPath as vscode.ThemeIcon).id, 'warning');
  });

  it('a sound backup is said to be sound', async () => {
    const said = await whileUserAnswers({}, () => run('verifyBackup', row(newer)));
    assert.match(said[0]?.text ?? '', /^The backup of Kitchen sensor, .* is sound: 2 archives read in .*\.$/);
  });

  it('a backup is made to need no other archive', async () => {
    const said = await whileUserAnswers({}, () => run('makeFull', row(newer)));
    assert.match(said[0]?.text ?? '', /^The backup of .* holds all of its 2 files now, /);
    assert.match(basename((await store.find(newer.id)).archive), /\.2\.blb$/);
  });

  it('P43 what is exported, as an archive or a folder, is imported into another store', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mpbackup-export-'));
    try {
      const chain = { kind: 'chain', chain: { full: older, backups: [newer, older] } };
      const targets = { 'One Archive': join(folder, 'both.blb'), 'Plain Folder': join(folder, 'both') };
      for (const [form, target] of Object.entries(targets)) {
        const said = await whileUserAnswers({ 'Export 2 backups as': form, 'Export to': target }, () =>
          run('exportChain', chain),
        );
        assert.match(said.at(-1)?.text ?? '', /^Exported 2 backups: .* verified\.$/);
      }
      assert.deepEqual((await readdir(folder)).sort(), ['both', 'both.blb']);

      for (const [kind, target] of [
        ['Archives', targets['One Archive']],
        ['Folders', targets['Plain Folder']],
      ] as const) {
        await beginWithBoards();
        const said = await whileUserAnswers({ 'What do you want to import?': kind, 'Import Backups': target }, () =>
          run('importBackups'),
        );
        assert.match(said.at(-1)?.text ?? '', /^2 backups imported into /);
        const fresh = await openStore(realEnv(), foldersOfTests().store);
        assert.deepEqual((await listed(fresh)).sort(), [newer.id, older.id].sort());
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('an import of what is no backup is refused with a sentence, and an export overwrites nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mpbackup-export-'));
    try {
      const said = await whileUserAnswers({ 'What do you want to import?': 'Folders', 'Import Backups': folder }, () =>
        run('importBackups'),
      );
      assert.doesNotMatch(textsOf(said).join(' '), /unexpectedly/);
      const taken = await whileUserAnswers({ 'Export the backup': 'Plain Folder', 'Export to': folder }, () =>
        run('exportBackup', row(older)),
      );
      assert.match(taken.at(-1)?.text ?? '', /already|exists|taken/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('the folder of the backups is named where no file manager can show it', async () => {
    await vscode.env.clipboard.writeText('');
    const said = await whileUserAnswers({ 'The backups are in': 'Copy Path' }, () => run('openStoreFolder'));
    if (hasFileManager()) assert.deepEqual(said, []);
    else assert.equal(await vscode.env.clipboard.readText(), foldersOfTests().store);
  });
});

describe('A board and its backups', function () {
  this.timeout(60_000);
  const settings = () => vscode.workspace.getConfiguration('micropythonBackup');
  const latest = async () => {
    const [backup] = (await (await openStore(realEnv(), foldersOfTests().store)).list()).backups;
    assert.ok(backup);
    return backup;
  };

  before(async () => {
    await beginWithBoards('alpha');
    await writeFile(join(foldersOfTests().boards, 'alpha', 'keep.txt'), 'keep me\n');
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('a differential backup is refused where there is no full one, and says what to do', async () => {
    const said = await whileUserAnswers({}, () => run('differentialBackup', 'sim:alpha'));
    assert.match(said[0]?.text ?? '', /full/);
    assert.equal(await archives(), 0);
  });

  it('is backed up in full, differentially, and in full again after as many backups as the settings say', async () => {
    await whileUserAnswers({}, () => run('fullBackup', 'sim:alpha'));
    assert.equal((await latest()).kind, 'full');
    await settings().update('recordUnchanged', true, vscode.ConfigurationTarget.Global);
    try {
      await whileUserAnswers({}, () => run('differentialBackup', 'sim:alpha'));
      assert.equal((await latest()).kind, 'differential');
    } finally {
      await settings().update('recordUnchanged', undefined, vscode.ConfigurationTarget.Global);
    }
    await settings().update('fullAfter', 1, vscode.ConfigurationTarget.Global);
    try {
      await writeFile(join(foldersOfTests().boards, 'alpha', 'more.txt'), 'more\n');
      const said = await whileUserAnswers({}, () => run('backupDevice', 'sim:alpha'));
      assert.match(said[0]?.text ?? '', /so this is a full one\./);
      assert.equal((await latest()).kind, 'full');
    } finally {
      await settings().update('fullAfter', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('P31 is compared with a backup, and the text says what differs', async () => {
    await writeFile(join(foldersOfTests().boards, 'alpha', 'new.txt'), 'new\n');
    const shown = new Promise<void>((resolve) => {
      const listener = vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor?.document.uri.scheme !== 'mpbackup-text') return;
        listener.dispose();
        resolve();
      });
    });
    const comparing = async () => run('compareWithBoard', row(await latest()));
    const [told] = await whileUserAnswers({ '1 added': 'Show List' }, comparing);
    assert.match(told?.text ?? '', /^1 added, 0 removed, 0 changed, \d+ same\./);
    const labels = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    assert.ok(
      labels.some((label) => /^alpha, .* and the board alpha, Today /.test(label)),
      labels.join(),
    );
    await shown;
    assert.match(shownText(), /^From alpha's backup \w{8} of .* to alpha on sim:alpha:\n/);
    assert.ok(shownText().includes('+ new.txt  4 B'), shownText());
    assert.match(shownText(), /1 added, 0 removed, 0 changed, \d+ same\.\n$/);
  });

  it('P18 gives back what its backups have lost, when the user says so', async () => {
    const backups = await (await openStore(realEnv(), foldersOfTests().store)).list();
    for (const { archive, kind } of backups.backups) if (kind === 'full') await damageArchive(archive, 'keep me');
    let done: (text: string) => void = () => {};
    const repaired = new Promise<string>((resolve) => {
      done = resolve;
    });
    const said = await whileUserAnswers(
      { 'Repair damaged': 'Repair', 'lost.': 'Read From alpha' },
      async () => {
        await run('repairBackups');
        await repaired;
      },
      ({ text }) => text.includes('read from the board') && done(text),
    );
    assert.ok(said.some(({ choices }) => choices.includes('Read From alpha')));
    assert.match(await repaired, /1 lost file read from the board\./);
  });
});

describe('After a backup', function () {
  this.timeout(60_000);
  const settings = () => vscode.workspace.getConfiguration('micropythonBackup');

  before(async () => {
    await beginWithBoards('alpha');
    await whileUserAnswers({}, () => run('backupDevice', 'sim:alpha'));
  });

  it('P20 P22 old backups go to the trash by the retention policy, unless the settings say no', async () => {
    const store = await openStore(realEnv(), foldersOfTests().store);
    const backUp = async (content: string) => {
      await writeFile(join(foldersOfTests().boards, 'alpha', 'more.txt'), content);
      return (await whileUserAnswers({}, () => run('backupDevice', 'sim:alpha')))[0]?.text ?? '';
    };
    const set = (name: string, value: unknown) => settings().update(name, value, vscode.ConfigurationTarget.Global);
    try {
      await set('retention', { manual: 2 });
      await set('pruneAfterBackup', false);
      assert.doesNotMatch(await backUp('kept\n'), /trash/);
      for (const content of ['so\n', 'too\n']) await backUp(content);
      assert.equal((await store.list()).backups.length, 4);
      await set('pruneAfterBackup', undefined);
      assert.match(await backUp('pruned\n'), / 3 old backups went to the trash\./);
      assert.equal((await store.list()).backups.length, 2);
      assert.equal((await store.trash()).length, 3);
      await set('retention', { manual: -1 });
      assert.match(
        await backUp('all the same\n'),
        /^Backed up .* Old backups were not pruned: The retention policy has -1 for manual/,
      );
      assert.equal((await store.list()).backups.length, 3);
    } finally {
      for (const name of ['retention', 'pruneAfterBackup']) await set(name, undefined);
    }
  });

  it('a disk that is nearly full is told, with what helps', async () => {
    const set = (value: unknown) => settings().update('freeSpaceWarning', value, vscode.ConfigurationTarget.Global);
    await set(1e12);
    try {
      let tell: (said: Said) => void = () => {};
      const told = new Promise<Said>((resolve) => {
        tell = resolve;
      });
      const onSaid = (said: Said) => said.text.startsWith('Only ') && tell(said);
      // The command has ended before it is told.
      await whileUserAnswers({}, () => run('backupDevice', 'sim:alpha').then(() => told), onSaid);
      const warning = await told;
      assert.match(warning.text, / are free on the disk of the backups in .* Emptying the trash frees up to /);
      assert.deepEqual(warning.choices, ['Empty Trash…', "Don't Show Again"]);
    } finally {
      await set(undefined);
    }
  });
});
