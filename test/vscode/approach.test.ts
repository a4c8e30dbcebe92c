import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { BackupError, type ErrorCode } from '../../src/core/errors.js';
import { type Approach, remediesFor } from '../../src/ui/approach.js';
import type { Services } from '../../src/ui/services.js';
import { beginWithBoards, foldersOfTests, whileUserAnswers } from './userAtWork.js';

const TICKS = 'import time\nwhile True:\n  print("tick")\n  time.sleep_ms(10)\n';
/** Catches every Ctrl-C: at its first start at once, later once it has taken a moment to start. */
const HOLDS_OUT = `
import os, time
if 'started' in os.listdir():
  for _ in range(200): time.sleep_ms(10)
open('started', 'w').close()
while True:
  try:
    while True: time.sleep_ms(5)
  except KeyboardInterrupt:
    pass
`;

const backUp = () => vscode.commands.executeCommand('micropythonBackup.backupDevice');

/** The only board there is, which starts with this program when it is connected. */
async function boardWith(name: string, main: string): Promise<void> {
  await beginWithBoards(name);
  await writeFile(join(foldersOfTests().boards, name, 'main.py'), main);
}

describe('A board that could not be reached', function () {
  this.timeout(60_000);

  // Nothing of it is needed to say what is offered.
  const services = {} as Services;
  const offered = async (code: ErrorCode, tried: Approach = {}) =>
    Object.keys(await remediesFor(services, new BackupError(code, 'No.'), tried, async () => {}));

  it('can be waited for, restarted where it is there and does not answer, and diagnosed', async () => {
    for (const code of ['port-not-found', 'port-busy', 'port-failed'] as const)
      assert.deepEqual(await offered(code), ['Wait for Board', 'Diagnose Connection']);
    assert.deepEqual(await offered('board-busy'), ['Restart Board and Try Again', 'Wait for Board']);
    assert.deepEqual(await offered('board-busy', { mayRestart: true }), ['Wait for Board']);
    const silent = ['Restart Board and Try Again', 'Wait for Board', 'Diagnose Connection'];
    assert.deepEqual(await offered('board-silent'), silent);
    assert.deepEqual(await offered('port-denied'), ['Diagnose Connection']);
    for (const code of ['store-full', 'cancelled'] as const) assert.deepEqual(await offered(code), []);
    assert.deepEqual(await remediesFor(services, new Error('a defect'), {}, async () => {}), {});
  });

  it('is backed up after the restart that the user chose', async () => {
    await boardWith('stubborn', HOLDS_OUT);
    let done: (text: string) => void = () => {};
    const backedUp = new Promise<string>((resolve) => {
      done = resolve;
    });
    const said = await whileUserAnswers(
      { 'could not be interrupted': 'Restart Board and Try Again' },
      async () => {
        await backUp();
        await backedUp;
      },
      ({ text }) => text.startsWith('Backed up') && done(text),
    );
    assert.equal(said.length, 2);
    assert.match(await backedUp, /The program that ran was restarted\./);
  });
});

describe('A program that had to stop', () => {
  const settings = () => vscode.workspace.getConfiguration('micropythonBackup');

  before(() => settings().update('programAfterwards', 'ask', vscode.ConfigurationTarget.Global));
  after(() => settings().update('programAfterwards', undefined, vscode.ConfigurationTarget.Global));

  for (const [answer, outcome] of [
    ['Leave Stopped', /The program that ran was left stopped\./],
    ['Restart', /The program that ran was restarted\./],
  ] as const) {
    it(`is left as the user says who is asked: ${answer}`, async () => {
      await boardWith(answer.replace(' ', '-'), TICKS);
      const said = await whileUserAnswers({ 'Restart it afterwards?': answer }, backUp);
      assert.deepEqual(said[0]?.choices, ['Restart', 'Leave Stopped']);
      assert.match(said[1]?.text ?? '', outcome);
    });
  }
});
