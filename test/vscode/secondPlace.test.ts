// The second place, as someone meets it: set up, filled without a word, checked, and there when the first is gone.

import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { LEAST_WORK } from '../../src/core/archive/ageHeader.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { changeKey } from '../../src/core/jobs/changeKey.js';
import { setPlace } from '../../src/core/jobs/offsitePlace.js';
import { syncOffsite } from '../../src/core/jobs/syncOffsite.js';
import { openStore } from '../../src/core/store/store.js';
import { Boards } from '../../src/ui/boards.js';
import { LiveBoards } from '../../src/ui/live/liveBoards.js';
import { RunningJobs } from '../../src/ui/runningJobs.js';
import { QuietCopies } from '../../src/ui/secondPlace/quietCopies.js';
import { BoardsTree } from '../../src/ui/tree/boardsTree.js';
import { describe as itemOf } from '../../src/ui/tree/describe.js';
import { takeBackup, takeIncremental } from '../support/builders.js';
import { memory } from './newStore.js';
import { beginWithBoards, foldersOfTests, type Said, whileUserAnswers } from './userAtWork.js';

const run = (name: string, ...args: unknown[]) => vscode.commands.executeCommand(`micropythonBackup.${name}`, ...args);
const textsOf = (said: Said[]) => said.map(({ text }) => text);
const TO_FOLDER = { 'Where do you want to keep': 'Folder…', 'copy to another place': 'Folder…' };

const archivesIn = async (folder: string) =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.blb'));

describe('The second place', function () {
  this.timeout(60_000);
  let place: string;

  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'mpbackup-place-'));
    await beginWithBoards();
    const store = await openStore(realEnv(), foldersOfTests().store);
    await takeBackup(store, { 'main.py': 'print(1)\n' });
    await takeIncremental(store, { 'main.py': 'print(2)\n' });
    await run('refresh');
  });
  after(async () => {
    await rm(place, { recursive: true, force: true });
    await beginWithBoards();
  });

  it('is offered where there is none yet', async () => {
    for (const name of ['copyToSecondPlace', 'checkSecondPlace', 'forgetSecondPlace']) {
      const said = await whileUserAnswers({}, () => run(name));
      assert.deepEqual(textsOf(said), ['There is no second place for the backups yet.']);
      assert.deepEqual(said[0]?.choices, ['Set Up Second Place…']);
    }
  });

  it('is a folder, which gets all backups at once, and a warning that anybody can read them there', async () => {
    const said = await whileUserAnswers({ ...TO_FOLDER, 'Second Place': place }, () => run('setUpSecondPlace'));
    const last = said.at(-1);
    assert.match(
      last?.text ?? '',
      /^Copied 2 archives .*Each new backup is copied there.*This is the same disk.*not encrypted/,
    );
    assert.deepEqual(last?.choices, ['Encrypt Backups…']);
    assert.equal((await archivesIn(place)).length, 2);
  });

  it('has all that can be done with it in one list, which its row opens', async () => {
    const [said] = await whileUserAnswers({}, () => run('secondPlaceActions'));
    assert.deepEqual([said?.text, said?.choices.length, said?.choices[0]], [place, 5, 'Copy Now']);
    const copied = await whileUserAnswers({ [place]: 'Copy Now' }, () => run('secondPlaceActions'));
    assert.match(copied.at(-1)?.text ?? '', /^Nothing had to be copied/);
  });

  it('cannot be where the backups are', async () => {
    const inside = join(foldersOfTests().store, 'copies');
    await mkdir(inside);
    const said = await whileUserAnswers({ ...TO_FOLDER, 'Second Place': inside }, () => run('setUpSecondPlace'));
    assert.doesNotMatch(said.at(-1)?.text ?? '', /^Copied|unexpectedly/);
    await rm(inside, { recursive: true });
    const board = join(foldersOfTests().boards, 'copies');
    const refused = await whileUserAnswers({ ...TO_FOLDER, 'Second Place': board }, () => run('setUpSecondPlace'));
    assert.match(refused.at(-1)?.text ?? '', /is in the folder of the simulated boards/);
    const again = await whileUserAnswers({}, () => run('copyToSecondPlace'));
    assert.match(again.at(-1)?.text ?? '', /^Nothing had to be copied: 2 archives/);
  });

  it('is checked, and what is damaged there is copied anew', async () => {
    const sound = await whileUserAnswers({}, () => run('checkSecondPlace'));
    assert.match(sound.at(-1)?.text ?? '', /2 archives checked .*all are sound/);
    const [name = ''] = await archivesIn(place);
    await chmod(join(place, name), 0o644);
    const bytes = await readFile(join(place, name));
    await writeFile(join(place, name), bytes.fill(0, 40, 60));
    const said = await whileUserAnswers({ 'checked at': 'Copy Anew' }, () => run('checkSecondPlace'));
    assert.ok(
      said.some(({ text, choices }) => /1 finding left/.test(text) && choices.includes('Copy Anew')),
      textsOf(said).join(' | '),
    );
    const after = await whileUserAnswers({}, () => run('checkSecondPlace'));
    assert.match(after.at(-1)?.text ?? '', /all are sound/);
  });

  it('has everything when the first is gone, also for who has not set it up', async () => {
    await rm(foldersOfTests().store, { recursive: true });
    const answers = { 'Where are the backups?': 'Folder…', 'Bring Back': place, 'Which backups?': 'All Backups' };
    const said = await whileUserAnswers(answers, () => run('bringBack'));
    assert.match(said.at(-1)?.text ?? '', /^2 backups imported into/);
    assert.ok(said.at(-1)?.choices.includes('Go On Copying There'));
    assert.equal((await archivesIn(foldersOfTests().store)).length, 2);
  });

  it('gives back single backups, too', async () => {
    await rm(foldersOfTests().store, { recursive: true });
    const listed = await whileUserAnswers(
      { 'Where are the backups?': 'Folder…', 'Bring Back': place, 'Which backups?': 'Choose Backups…' },
      () => run('bringBack'),
    );
    const { choices = [] } = listed.find(({ text }) => text === 'Tick what to bring back') ?? {};
    assert.equal(choices.length, 2);
    const said = await whileUserAnswers(
      {
        ...{ 'Where are the backups?': 'Folder…', 'Bring Back': place, 'Which backups?': 'Choose Backups…' },
        'Tick what to bring back': choices[1] ?? '',
      },
      () => run('bringBack'),
    );
    assert.match(said.at(-1)?.text ?? '', /^1 backup imported into/);
  });

  it('asks a new computer for the key of what is encrypted there, again where it is wrong, and goes on with what was chosen', async () => {
    const { store: folder } = foldersOfTests();
    const far = await mkdtemp(join(tmpdir(), 'mpbackup-place-'));
    const passphrase = 'correct horse';
    const env = realEnv(undefined, { secretsFor: async () => [passphrase] });
    const store = await openStore(env, folder);
    await changeKey({ env }, store, { passphrase, workFactor: LEAST_WORK });
    await setPlace({ env }, store, far);
    await syncOffsite({ env }, store);
    await rm(folder, { recursive: true });
    const chosen = { 'Where are the backups?': 'Folder…', 'Bring Back': far, 'Which backups?': 'All Backups' };
    const refused = await whileUserAnswers({ ...chosen, Passphrase: 'wrong horse' }, () => run('bringBack'));
    const asked = refused.filter(({ text }) => text === 'Passphrase');
    assert.deepEqual(
      asked.map(({ detail }) => detail.replace(far, 'there')),
      [
        'The backups at there are encrypted. A key file that you have saved holds the passphrase as text.',
        'This passphrase does not open the backups. Try again.',
      ],
    );
    assert.equal(refused.at(-1), asked.at(-1), 'nothing else was said');
    const said = await whileUserAnswers({ ...chosen, Passphrase: passphrase }, () => run('bringBack'));
    assert.match(said.at(-1)?.text ?? '', /^1 backup imported into/);
    const row = await whileUserAnswers({ Passphrase: 'wrong horse' }, () => run('enterKey'));
    assert.match(row[0]?.text ?? '', /^The backups here are open/);
    await rm(far, { recursive: true, force: true });
    await whileUserAnswers({ 'Forget the key': 'Forget Key' }, () => run('forgetKey'));
    await beginWithBoards();
    await takeBackup(await openStore(realEnv(), folder), { 'main.py': 'print(1)\n' });
    await run('refresh');
  });

  it('is forgotten, and what lies there stays', async () => {
    await whileUserAnswers({ ...TO_FOLDER, 'Second Place': place }, () => run('setUpSecondPlace'));
    const said = await whileUserAnswers({ 'Forget the second place': 'Forget' }, () => run('forgetSecondPlace'));
    assert.match(said.at(-1)?.text ?? '', /is no longer the second place/);
    assert.ok((await archivesIn(place)).length >= 2);
  });

  it('by rclone needs rclone: one sentence, and where it comes from', async () => {
    const configuration = vscode.workspace.getConfiguration('micropythonBackup');
    await configuration.update('rclonePath', join(place, 'no-rclone'), vscode.ConfigurationTarget.Global);
    try {
      const said = await whileUserAnswers({ 'Where do you want to keep': 'rclone Remote…' }, () =>
        run('setUpSecondPlace'),
      );
      assert.match(said.at(-1)?.text ?? '', /rclone/);
      assert.deepEqual(said.at(-1)?.choices, ['Get rclone', 'Open Settings', 'Show Log']);
    } finally {
      await configuration.update('rclonePath', undefined, vscode.ConfigurationTarget.Global);
      await run('refresh');
    }
  });
});

describe('Copies to the second place', function () {
  this.timeout(60_000);
  let place: string;
  let now: number;
  let boards: Boards;
  let copies: QuietCopies;
  const row = async () => {
    const tree = new BoardsTree(boards, new LiveBoards(boards), new RunningJobs());
    try {
      const last = (await tree.getChildren()).at(-1);
      const item = last && itemOf(last, Date.now());
      return `${item?.label}: ${item?.description}`;
    } finally {
      tree.dispose();
    }
  };

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'mpbackup-place-'));
    await beginWithBoards();
    now = 0;
    const real = realEnv();
    const env: Env = { ...real, clock: { ...real.clock, ticks: () => now } };
    boards = new Boards(env, memory());
    copies = new QuietCopies({ env, boards, jobs: new RunningJobs() });
    const store = await boards.openStore();
    await takeBackup(store, { 'main.py': 'print(1)\n' });
    await setPlace({ env }, store, place);
    await boards.refreshBackups();
  });
  afterEach(async () => {
    boards.dispose();
    await rm(place, { recursive: true, force: true });
  });

  it('are made after a backup without a word, and the row says how it stands', async () => {
    assert.match(await row(), /^Second place: 1 to copy, /);
    const said = await whileUserAnswers({}, () => copies.afterBackup());
    assert.deepEqual(said, []);
    assert.match(await row(), /^Second place: up to date, /);
    assert.equal((await archivesIn(place)).length, 1);
  });

  it('that fail are made up for a quarter of an hour later, and not sooner', async () => {
    // Somebody has pulled the disk out.
    await rename(place, `${place}-away`);
    const said = await whileUserAnswers({}, () => copies.afterBackup());
    assert.deepEqual(said, []);
    assert.match(await row(), /^Second place: copying failed, 1 to copy, /);
    await rename(`${place}-away`, place);
    now = 14 * 60_000;
    await copies.catchUp();
    assert.match(await row(), /1 to copy/);
    now = 15 * 60_000;
    await copies.catchUp();
    assert.match(await row(), /^Second place: up to date, /);
  });

  it('are not made by themselves where the user does not want it', async () => {
    const configuration = vscode.workspace.getConfiguration('micropythonBackup');
    await configuration.update('secondPlaceCopies', 'never', vscode.ConfigurationTarget.Global);
    try {
      await copies.afterBackup();
      assert.deepEqual(await archivesIn(place), []);
    } finally {
      await configuration.update('secondPlaceCopies', undefined, vscode.ConfigurationTarget.Global);
      // The window looks at the backups with each change of a setting.
      await run('refresh');
    }
  });

  it('of a backup that is taken while others are copied come after them', async () => {
    const first = copies.afterBackup();
    await takeIncremental(await boards.openStore(), { 'main.py': 'print(2)\n' });
    await Promise.all([first, copies.afterBackup(), copies.afterBackup()]);
    assert.equal((await archivesIn(place)).length, 2);
  });
});
