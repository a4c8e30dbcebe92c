// What somebody is asked before a language model backs up or restores, and that what is done then is what they were asked about. The
// tools themselves, over the store and the boards of the tests: VS Code shows no dialog in this host (test/e2e has one).

import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { addSimulatedBoard, powerOffSimulated } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import type { Decide } from '../../src/core/jobs/restorePreview.js';
import { Others } from '../../src/ui/api/others.js';
import { Boards } from '../../src/ui/boards.js';
import { LiveBoards } from '../../src/ui/live/liveBoards.js';
import { RunningJobs } from '../../src/ui/runningJobs.js';
import type { Services } from '../../src/ui/services.js';
import { makeTool } from '../../src/ui/tools/allTools.js';
import type { Tool } from '../../src/ui/tools/tool.js';
import type { ToolName } from '../../src/ui/tools/toolNames.js';
import { registerTools } from '../../src/ui/tools/tools.js';
import { memory } from './newStore.js';
import { hearProgram, PROGRAM } from './tickingProgram.js';
import { beginWithBoards, foldersOfTests, whileUserAnswers } from './userAtWork.js';

const NAME = 'meadow';
const URL = `sim:${NAME}`;
const QUESTION = 'Restore 1 file to meadow?';

describe('Before a language model writes', function () {
  this.timeout(60_000);
  const token = new vscode.CancellationTokenSource().token;
  const inView: string[] = [];
  let boards: Boards;
  let services: Services;
  let backupId = '';

  const onBoard = (path: string) => join(foldersOfTests().boards, NAME, path);
  const made = new Map<ToolName, Tool>();
  /** One of each, as in VS Code. */
  const tool = (name: ToolName) => {
    const there = made.get(name) ?? makeTool(services, name);
    made.set(name, there);
    return there;
  };
  const asked = async (name: ToolName, input: Record<string, unknown>) => {
    const { confirmationMessages } = await tool(name).prepare(input, token);
    const message = confirmationMessages?.message;
    const text = message instanceof vscode.MarkdownString ? message.value : (message ?? '');
    // As it is read: without what keeps names from being Markdown.
    return { title: confirmationMessages?.title, text: text.replaceAll('&nbsp;', ' ').replaceAll(/\\(?=\W)/g, '') };
  };

  const withSetting = async (afterwards: string, work: () => Promise<void>) => {
    const settings = vscode.workspace.getConfiguration('micropythonBackup');
    await settings.update('programAfterwards', afterwards, vscode.ConfigurationTarget.Global);
    try {
      await work();
    } finally {
      await settings.update('programAfterwards', undefined, vscode.ConfigurationTarget.Global);
    }
  };

  const restore = (input: Record<string, unknown>) => tool('micropython_backup_restore').invoke(input, token);

  before(async () => {
    await beginWithBoards(NAME);
    await writeFile(onBoard('main.py'), '');
    await writeFile(onBoard('notes.txt'), 'first\n');
    await whileUserAnswers({}, () => vscode.commands.executeCommand('micropythonBackup.backupDevice', URL));
    const env = realEnv();
    boards = new Boards(env, memory());
    // Where somebody decides in the view, they cancel.
    const whileDeciding = <T>(title: string, _: boolean, job: (decide: Decide) => Promise<T>) => {
      inView.push(title);
      return job(async () => undefined);
    };
    const jobs = new RunningJobs();
    services = {
      ...{ env, boards, jobs, log: env.log, live: new LiveBoards(boards), others: new Others(env) },
      secrets: { get: async () => undefined },
      restoreView: { whileDeciding },
      copies: { afterBackup: async () => {} },
    } as unknown as Services;
    await boards.refresh();
    const [backup] = boards.listing.backups;
    assert.ok(backup);
    backupId = backup.id;
    await boards.learn(URL, backup.board.id);
  });
  after(async () => {
    boards.dispose();
    await beginWithBoards();
  });

  it('nobody is asked about what only looks', async () => {
    for (const name of ['micropython_backup_list', 'micropython_backup_files', 'micropython_backup_compare'] as const)
      assert.deepEqual(await asked(name, {}), { title: undefined, text: '' });
  });

  it('a backup is asked about, with what it does to the board and where it goes', async () => {
    const { title, text } = await asked('micropython_backup_take', {});
    assert.equal(title, 'Back up meadow?');
    assert.match(text, /The board is on sim:meadow\./);
    assert.ok(text.includes(foldersOfTests().store), text);
    assert.match(text, /Nothing is written to the board\./);
    assert.match(text, /A program that runs there is stopped for it, and restarted afterwards\./);
    await assert.rejects(asked('micropython_backup_take', { kind: 'best' }), { code: 'bad-argument' });
    await withSetting('ask', async () => {
      const { text: other } = await asked('micropython_backup_take', {});
      assert.match(other, /You are asked then whether to restart it; without an answer, it is restarted\./);
    });
  });

  it('the board that was asked about is backed up, also where it is not the only one any more', async () => {
    await asked('micropython_backup_take', {});
    await addSimulatedBoard(foldersOfTests().boards, 'hill');
    const [part] = (await tool('micropython_backup_take').invoke({}, token)).content;
    assert.match(part instanceof vscode.LanguageModelTextPart ? part.value : '', /"board":"meadow"/);
    await rm(join(foldersOfTests().boards, 'hill'), { recursive: true });
    await boards.refresh();
  });

  it('a restore is asked about by VS Code, and by us with its figures and its files: just that plan is carried out', async () => {
    await writeFile(onBoard('notes.txt'), 'second\n');
    const input = { backup: backupId.slice(0, 12), paths: ['notes.txt'] };
    const { title, text } = await asked('micropython_backup_restore', input);
    assert.equal(title, 'Restore to meadow?');
    assert.match(text, /^From the backup of meadow, .* to meadow on sim:meadow\./);
    assert.match(
      text,
      /Before a program is stopped or anything is written, you are asked again, with what would be written\./,
    );
    // Somebody changes the board while the question is open.
    const changing = async ({ text }: { text: string }) => {
      if (text === QUESTION) await writeFile(onBoard('notes.txt'), 'third, and longer\n');
    };
    const said = await whileUserAnswers(
      { [QUESTION]: 'Restore' },
      () => assert.rejects(restore(input), /The plan has changed/),
      changing,
    );
    assert.deepEqual([said[0]?.text, said[0]?.choices], [QUESTION, ['Restore']]);
    const detail = said[0]?.detail ?? '';
    assert.match(detail, /1 file will be written \(6 B\)\./);
    assert.match(detail, /! notes\.txt {2}6 B, conflict: the one on the board is in no backup/);
    assert.match(detail, /What is replaced or deleted is backed up first, and the restore can be undone\./);
    // The model may keep it to itself.
    assert.match(said[1]?.text ?? '', /The plan has changed/);
    assert.equal(await readFile(onBoard('notes.txt'), 'utf8'), 'third, and longer\n');
    assert.deepEqual(inView, []);
  });

  it('nothing is written where the answer is no, whatever VS Code has asked', async () => {
    const input = { backup: backupId, paths: ['notes.txt'] };
    const said = await whileUserAnswers({}, () => assert.rejects(restore(input), { code: 'cancelled' }));
    assert.deepEqual(
      said.map(({ text }) => text),
      [QUESTION],
    );
    assert.equal(await readFile(onBoard('notes.txt'), 'utf8'), 'third, and longer\n');
  });

  it('a port that another extension has is not opened to count: that is asked first, and the plan is shown in the view', async () => {
    const released = services.others.release(URL);
    const input = { backup: backupId, paths: ['notes.txt'] };
    const question = 'Open the port of meadow to look at its files?';
    const ask = (answers: Record<string, string>) =>
      whileUserAnswers(answers, () => assert.rejects(restore(input), { code: 'cancelled' }));
    await assert.rejects(asked('micropython_backup_take', {}), { code: 'port-busy' });
    const [said, ...more] = await ask({});
    assert.deepEqual([said?.text, said?.choices, more], [question, ['Open Port and Look'], []]);
    assert.match(said?.detail ?? '', /^A language model asks for this\.\nFrom the backup of meadow, /);
    assert.match(said?.detail ?? '', /Another extension asked for sim:meadow, and may be using it\./);
    assert.deepEqual(inView, []);
    await ask({ [question]: 'Open Port and Look' });
    released.dispose();
    assert.deepEqual(inView.splice(0), ['A language model asks: restore to meadow']);
  });

  it('an answer that comes after the chat was stopped does nothing, and says so', async () => {
    const chat = new vscode.CancellationTokenSource();
    const late = new vscode.EventEmitter<void>();
    const said: string[] = [];
    const { showWarningMessage, showInformationMessage } = vscode.window;
    const isTold = new Promise<void>((resolve) => {
      Reflect.set(vscode.window, 'showInformationMessage', async (text: string) => {
        said.push(text);
        resolve();
      });
    });
    Reflect.set(vscode.window, 'showWarningMessage', async (_: string, __: unknown, yes: string) => {
      const pressed = new Promise((resolve) => late.event(() => resolve(yes)));
      chat.cancel();
      return pressed;
    });
    try {
      const input = { backup: backupId, paths: ['notes.txt'] };
      const stopped = tool('micropython_backup_restore').invoke(input, chat.token);
      await assert.rejects(stopped, { code: 'cancelled' });
      late.fire();
      await isTold;
    } finally {
      Object.assign(vscode.window, { showWarningMessage, showInformationMessage });
    }
    assert.deepEqual(said, ['The chat was stopped before, so nothing was restored to meadow.']);
    assert.equal(await readFile(onBoard('notes.txt'), 'utf8'), 'third, and longer\n');
  });

  it('what is no list of paths does not mean all of the backup', async () => {
    for (const paths of ['main.py', [], null, [''], ['main.py', 7], { 0: 'main.py' }]) {
      const input = { backup: backupId, paths };
      await assert.rejects(restore(input), { code: 'bad-argument', message: /must be a list of paths/ });
      await assert.rejects(asked('micropython_backup_restore', input), { code: 'bad-argument' });
    }
  });

  it('what was agreed to is done, and the model hears all about it', async () => {
    const input = { backup: backupId, paths: ['notes.txt'] };
    let result: unknown;
    await whileUserAnswers({ [QUESTION]: 'Restore' }, async () => {
      const [part] = (await restore(input)).content;
      result = part instanceof vscode.LanguageModelTextPart ? JSON.parse(part.value) : undefined;
    });
    const { restored, program, warnings } = result as Record<string, unknown>;
    assert.deepEqual([restored, program, warnings], [['notes.txt'], 'none', []]);
    assert.equal(await readFile(onBoard('notes.txt'), 'utf8'), 'first\n');
    assert.deepEqual(inView, []);
  });

  it('P34 a program is not stopped to count before somebody agrees to that', async () => {
    await powerOffSimulated(foldersOfTests().boards, NAME);
    await writeFile(onBoard('main.py'), PROGRAM);
    await hearProgram(URL);
    const question = 'Stop the program of meadow to look at its files?';
    const ask = (answers: Record<string, string>) =>
      whileUserAnswers(answers, () => assert.rejects(restore({ backup: backupId }), { code: 'cancelled' }));
    const [said, ...more] = await ask({});
    assert.deepEqual([said?.text, said?.choices, more], [question, ['Stop Program and Look'], []]);
    assert.match(said?.detail ?? '', /A program that runs there is stopped for it, and restarted afterwards\./);
    assert.match(said?.detail ?? '', /shown in the view Restore\. Nothing is written before you confirm it there\./);
    assert.deepEqual(inView, []);
    await assert.rejects(readFile(onBoard('interrupts')), { code: 'ENOENT' });
    await ask({ [question]: 'Stop Program and Look' });
    assert.deepEqual(inView, ['A language model asks: restore to meadow']);
    assert.equal(await readFile(onBoard('interrupts'), 'utf8'), 'x');
  });

  it('there are no tools in a host without language models, and all else is there', () => {
    for (const models of [undefined, {}] as Array<Partial<typeof vscode.lm> | undefined>)
      assert.deepEqual(registerTools(services, models), []);
  });
});
