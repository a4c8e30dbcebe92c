// Keys of backups, as someone meets them: encrypting, a window without the key, another key, and back to plain.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { newIdentity } from '../../src/core/archive/ageKeys.js';
import { realEnv } from '../../src/core/env.js';
import { BackupError, type ErrorCode } from '../../src/core/errors.js';
import { changeKey } from '../../src/core/jobs/changeKey.js';
import type { Progress } from '../../src/core/jobs/job.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { Boards } from '../../src/ui/boards.js';
import { backupUri } from '../../src/ui/files/backupUri.js';
import { StoredKeys } from '../../src/ui/keys/storedKeys.js';
import { LiveBoards } from '../../src/ui/live/liveBoards.js';
import { boardItem } from '../../src/ui/pickBoard.js';
import { RunningJobs } from '../../src/ui/runningJobs.js';
import { BoardsTree } from '../../src/ui/tree/boardsTree.js';
import { describe as itemOf } from '../../src/ui/tree/describe.js';
import { takeBackup } from '../support/builders.js';
import { memory, secretsInMemory } from './newStore.js';
import { beginWithBoards, foldersOfTests, type Said, whileUserAnswers } from './userAtWork.js';

const run = (name: string, ...args: unknown[]) => vscode.commands.executeCommand(`micropythonBackup.${name}`, ...args);
const textsOf = (said: Said[]) => said.map(({ text }) => text);
const FILE = parseBoardPath('main.py');

const names = async () => {
  const all = await readdir(foldersOfTests().store, { recursive: true });
  return all.filter((name) => /\.blb(\.age)?$/.test(name));
};

/** What an editor shows, or why it shows nothing. */
async function opened(backup: BackupSummary): Promise<string> {
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(backupUri(backup, FILE))).toString();
  } catch (error) {
    return `not opened: ${error}`;
  }
}

/** The rows of a window that has these keys. */
async function rowsWith(...secrets: string[]): Promise<string[]> {
  const boards = new Boards(realEnv(undefined, { secretsFor: async () => secrets }), memory());
  const tree = new BoardsTree(boards, new LiveBoards(boards), new RunningJobs());
  try {
    const rows = (await tree.getChildren()).map((row) => itemOf(row, Date.now()));
    return rows.map(({ label, description, contextValue }) => `${label}: ${description} (${contextValue})`);
  } finally {
    tree.dispose();
    boards.dispose();
  }
}

/** What a list to pick from says of a board, of which no backup is listed for this reason. */
function itemOfBoard([code]: ErrorCode[]): string {
  const storeTrouble = code && new BackupError(code, 'Nothing was listed.');
  return boardItem({ key: 'sim:a', name: 'a', url: 'sim:a' }, { storeTrouble }).detail;
}

describe('Encrypted backups', function () {
  this.timeout(60_000);
  let folder: string;
  let keyFile: string;
  let backup: BackupSummary;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-keys-'));
    keyFile = join(folder, 'key.txt');
    await beginWithBoards('alpha');
    backup = await takeBackup(await openStore(realEnv(), foldersOfTests().store), { 'main.py': 'print(1)\n' });
    await run('refresh');
  });
  after(async () => {
    await whileUserAnswers({ 'Forget the key': 'Forget Key' }, () => run('forgetKey'));
    await rm(folder, { recursive: true, force: true });
    await beginWithBoards();
  });

  it('say what is missing where they are plain still', async () => {
    for (const [name, text] of [
      ['changeKey', 'The backups are not encrypted.'],
      ['stopEncrypting', 'The backups are not encrypted.'],
      ['forgetKey', 'No key of the backups in this folder is known on this computer.'],
      ['saveKeyFile', 'No key of the backups in this folder is known on this computer.'],
    ] as const)
      assert.deepEqual(textsOf(await whileUserAnswers({}, () => run(name))), [text]);
  });

  it('are plain until somebody has agreed, wherever they stop before', async () => {
    const inside = join(foldersOfTests().store, 'key.txt');
    const ways: [Record<string, string>, RegExp][] = [
      [{}, /What should open/],
      [{ 'What should open': 'Passphrase…' }, /New Passphrase/],
      [{ 'What should open': 'Passphrase…', 'New Passphrase': 'correct horse' }, /Encrypt the backups/],
      [
        { 'What should open': 'Passphrase…', 'Passphrase, Again': 'correct hors', 'New Passphrase': 'correct horse' },
        /not the same/,
      ],
      [{ 'What should open': 'Passphrase…', 'New Passphrase': 'short' }, /8 characters/],
      [
        { 'What should open': 'For Several People… (age recipients)', Recipients: 'age1nothing' },
        /^A recipient of age begins with age1/,
      ],
      [{ 'What should open': 'New Key File…', 'Save Key': keyFile }, /Encrypt the backups/],
      [
        { 'What should open': 'New Key File…', 'Save Key': inside, 'Encrypt the': 'Encrypt' },
        /is in the folder of the backups/,
      ],
    ];
    for (const [answers, last] of ways) {
      const said = await whileUserAnswers(answers, () => run('encryptBackups'));
      assert.match(said.at(-1)?.text ?? '', last);
    }
    assert.ok((await names()).every((name) => name.endsWith('.blb')));
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name === 'key.txt'),
      [],
    );
  });

  it('get a new key file, which is for this user alone, and which no message repeats', async () => {
    const answers = { 'What should open': 'New Key File…', 'Save Key': keyFile, 'Encrypt the backups?': 'Encrypt' };
    const said = await whileUserAnswers(answers, () => run('encryptBackups'));
    const question = said.find(({ text }) => text === 'Encrypt the backups?');
    assert.match(
      question?.detail ?? '',
      /Nobody can open the backups without its key file.*1 archive will be rewritten/s,
    );
    assert.match(said.at(-1)?.text ?? '', /are encrypted: 1 archive rewritten.*Keep the key/);
    // Its file is there already.
    assert.deepEqual(said.at(-1)?.choices, []);
    assert.deepEqual([(await names()).length, (await names()).every((name) => name.endsWith('.blb.age'))], [1, true]);
    const text = await readFile(keyFile, 'utf8');
    assert.match(text, /^# created: .*\n# public key: age1\w+\nAGE-SECRET-KEY-1\w+\n$/);
    if (process.platform !== 'win32') assert.equal((await stat(keyFile)).mode & 0o777, 0o600);
    assert.doesNotMatch(JSON.stringify(said), /AGE-SECRET-KEY/);
    assert.equal(await opened(backup), 'print(1)\n');
  });

  it('are backed up into as before, encrypted', async () => {
    const said = await whileUserAnswers({}, () => run('backupDevice'));
    assert.match(said[0]?.text ?? '', /^Backed up alpha/);
    assert.deepEqual([(await names()).length, (await names()).every((name) => name.endsWith('.blb.age'))], [2, true]);
  });

  it('show one row where the key is missing, or another one is known, instead of one for each archive', async () => {
    const { identity } = await newIdentity();
    const locked = (await rowsWith()).filter((row) => !row.startsWith('alpha'));
    assert.deepEqual(locked, ['Enter Key…: backups are encrypted (trouble.locked)']);
    const wrong = (await rowsWith(identity)).filter((row) => !row.startsWith('alpha'));
    assert.deepEqual(wrong, ['Enter Key…: the known key does not fit (trouble.locked)']);
    // Nobody knows whether it has a backup.
    assert.deepEqual(
      (await rowsWith()).filter((row) => row.includes('no backup yet')),
      [],
    );
  });

  it('are closed once the key is forgotten: nothing opens, no board is touched, and each failure offers to enter it', async () => {
    const forgotten = await whileUserAnswers({ 'Forget the key': 'Forget Key' }, () => run('forgetKey'));
    assert.match(forgotten.at(-1)?.text ?? '', /The key is forgotten on this computer/);
    const said = await whileUserAnswers({}, async () => assert.match(await opened(backup), /^not opened/));
    assert.equal(said.length, 1);
    assert.deepEqual(said[0]?.choices[0], 'Enter Key…');
    for (const name of ['backupDevice', 'changeKey', 'stopEncrypting', 'verifyBackups', 'saveKeyFile']) {
      const heard = await whileUserAnswers({}, () => run(name));
      assert.ok(heard.at(-1)?.choices.includes('Enter Key…'), `${name}: ${textsOf(heard)}`);
    }
    assert.equal((await names()).length, 2);
    assert.match(itemOfBoard(['key-missing']), /^Backups are locked$/);
    assert.match(itemOfBoard(['store-failed']), /^Backups could not be listed$/);
    assert.match(itemOfBoard([]), /^No backup yet$/);
  });

  it('open again with the key, whether it was refused before or not', async () => {
    const { identity } = await newIdentity();
    const otherKey = join(folder, 'other.txt');
    await writeFile(otherKey, `${identity}\n`);
    // How they are encrypted is known: nobody is asked for that.
    const wrong = await whileUserAnswers({ 'Key File': otherKey }, () => run('enterKey'));
    assert.match(wrong.at(-1)?.text ?? '', /the backups in this folder were encrypted for another key file/);
    assert.deepEqual(wrong.at(-1)?.choices, ['Choose Another File…']);
    await writeFile(otherKey, '\n');
    const none = await whileUserAnswers({ 'Key File': otherKey }, () => run('enterKey'));
    assert.match(none.at(-1)?.text ?? '', /holds no key/);
    const right = await whileUserAnswers({ 'Key File': keyFile }, () => run('enterKey'));
    assert.match(right.at(-1)?.text ?? '', /are open on this computer/);
    assert.equal(await opened(backup), 'print(1)\n');
  });

  it('get another key: a passphrase, which can be saved in a file of its own and in no other', async () => {
    const answers = {
      ...{ 'What should open': 'Passphrase…', 'New Passphrase': 'correct horse', 'Change the key of': 'Change Key' },
    };
    const said = await whileUserAnswers(answers, () => run('changeKey'));
    assert.match(said.at(-1)?.text ?? '', /2 archives rewritten/);
    assert.deepEqual(said.at(-1)?.choices, ['Save Key File…']);
    const saved = await whileUserAnswers({ 'Save Key File': join(folder, 'again.txt') }, () => run('saveKeyFile'));
    assert.match(saved.at(-1)?.text ?? '', /^The key is in .*again\.txt/);
    assert.equal(await readFile(join(folder, 'again.txt'), 'utf8'), 'correct horse\n');
    const taken = await whileUserAnswers({ 'Save Key File': keyFile }, () => run('saveKeyFile'));
    assert.match(taken.at(-1)?.text ?? '', /already exists, and may be a key/);
    assert.match(await readFile(keyFile, 'utf8'), /AGE-SECRET-KEY/);
    assert.equal(await opened(backup), 'print(1)\n');
  });

  it('whose change of key was interrupted open all the same, and it can be brought to its end', async () => {
    const { identity, recipient } = await newIdentity();
    await writeFile(join(folder, 'second.txt'), `${identity}\n`);
    const env = realEnv(undefined, { secretsFor: async () => [identity, 'correct horse'] });
    const abort = new AbortController();
    const onProgress = ({ done }: Progress) => done.files > 0 && abort.abort();
    const store = await openStore(env, foldersOfTests().store);
    const context = { env, signal: abort.signal, onProgress };
    await assert.rejects(changeKey(context, store, { recipients: [recipient], identity }), { code: 'cancelled' });
    assert.equal((await store.encryption()).state, 'changing');
    const answers = { 'Key File': join(folder, 'second.txt') };
    const entered = await whileUserAnswers(answers, () => run('enterKey'));
    assert.match(entered.map(({ text }) => text).join(' | '), /are open on this computer/);
    // Nobody has agreed to that in this window.
    const told = entered.filter(({ text }) => text.startsWith(`Recipient ${recipient} was added to the backups`));
    assert.deepEqual(
      told.map(({ choices }) => choices),
      [['Change Key…']],
    );
    assert.deepEqual(textsOf(await whileUserAnswers({}, () => run('refresh'))), []);
    assert.equal(await opened(backup), 'print(1)\n');
    await whileUserAnswers({ 'was interrupted': 'Finish Now' }, () => run('changeKey'));
    assert.equal((await store.encryption()).state, 'encrypted');
    assert.equal(await opened(backup), 'print(1)\n');
  });

  it('keep their key where one of them could not be made plain', async () => {
    const { store } = foldersOfTests();
    const [name = ''] = await names();
    const bytes = await readFile(join(store, name));
    const spoiled = Buffer.from(bytes);
    spoiled[spoiled.length - 30] = (spoiled[spoiled.length - 30] ?? 0) ^ 1;
    await writeFile(join(store, name), spoiled);
    const said = await whileUserAnswers({ 'Stop encrypting': 'Stop Encrypting' }, () => run('stopEncrypting'));
    assert.match(said.at(-1)?.text ?? '', /What could not be read is as it was/);
    await writeFile(join(store, name), bytes);
    // It is asked again before it goes on.
    const answers = { 'Stopping the encryption of your backups was interrupted': 'Finish Now' };
    const asked = await whileUserAnswers(answers, () => run('changeKey'));
    assert.match(asked.at(-1)?.text ?? '', /Stop encrypting the backups\?/);
    assert.equal((await names()).filter((each) => each.endsWith('.age')).length, 1);
    const finished = { ...answers, 'Stop encrypting the backups?': 'Stop Encrypting' };
    const ended = await whileUserAnswers(finished, () => run('changeKey'));
    assert.match(ended.map(({ text }) => text).join(' | '), /are plain: 1 archive/);
    assert.ok((await names()).every((each) => each.endsWith('.blb')));
    const gone = await whileUserAnswers({}, () => run('saveKeyFile'));
    assert.match(gone.at(-1)?.text ?? '', /^No key/);
    const again = { 'What should open': 'Passphrase…', 'New Passphrase': 'correct horse', 'Encrypt the': 'Encrypt' };
    await whileUserAnswers(again, () => run('encryptBackups'));
  });

  it('become plain again, and nothing of the key is kept', async () => {
    const said = await whileUserAnswers({ 'Stop encrypting': 'Stop Encrypting' }, () => run('stopEncrypting'));
    assert.match(said.at(-1)?.text ?? '', /are plain: 2 archives/);
    assert.ok((await names()).every((name) => name.endsWith('.blb')));
    assert.equal(await opened(backup), 'print(1)\n');
    const gone = await whileUserAnswers({}, () => run('saveKeyFile'));
    assert.match(gone.at(-1)?.text ?? '', /^No key/);
  });
});

describe('The keys in the secret storage', () => {
  it('are kept by the folder of the backups, the newest first, and told to whoever follows them', async () => {
    const { kept, secrets } = secretsInMemory();
    let root = '/a';
    const keys = new StoredKeys(secrets, () => root);
    let told = 0;
    keys.onDidChange(() => {
      told += 1;
    });
    await keys.keep('old');
    await keys.keep('new');
    await keys.keepForOthers('foreign');
    assert.deepEqual(await keys.newRing().secretsFor('/a/x.blb.age'), ['new', 'old', 'foreign']);
    root = '/b';
    assert.deepEqual(await keys.own(), []);
    await keys.keep('b');
    root = '/a';
    await keys.keepOnly('new');
    await keys.drop('nothing');
    assert.deepEqual(await keys.own(), ['new']);
    await keys.forget();
    // Those of other folders are not ours to forget.
    assert.deepEqual([...kept.values()], ['["foreign"]', '["b"]']);
    await keys.forgetOthers(['foreign']);
    assert.deepEqual([...kept], [['backup keys /b', '["b"]']]);
    assert.equal(told, 8);
  });
});
