// Back Up All Boards: several boards at once, one of which is unplugged in the middle, and one cancelled.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { addExtraPort, removeExtraPort } from '../../src/ui/settings.js';
import { startSocketBoard } from '../support/netBoards.js';
import { archives, beginWithBoards, foldersOfTests, whileUserAnswers } from './userAtWork.js';

interface Shown {
  title: string;
  cancel(): void;
}

/** @param onReport is told of each message in a notification @returns the titles as notifications came, and `-` before those that went */
async function watchingProgress(onReport: (shown: Shown, message: string) => void, work: () => Promise<unknown>) {
  const original = vscode.window.withProgress;
  const events: string[] = [];
  const show: typeof original = async (options, task) => {
    const source = new vscode.CancellationTokenSource();
    const shown = { title: options.title ?? '', cancel: () => source.cancel() };
    events.push(shown.title);
    try {
      return await task({ report: ({ message = '' }) => onReport(shown, message) }, source.token);
    } finally {
      events.push(`- ${shown.title}`);
      source.dispose();
    }
  };
  Reflect.set(vscode.window, 'withProgress', show);
  try {
    await work();
  } finally {
    Reflect.set(vscode.window, 'withProgress', original);
  }
  return events;
}

const backUpAll = () => Promise.resolve(vscode.commands.executeCommand('micropythonBackup.backupAll'));

describe('Back Up All Boards', function () {
  this.timeout(60_000);

  it('says that there is no board', async () => {
    await beginWithBoards();
    const said = await whileUserAnswers({}, backUpAll);
    assert.deepEqual(
      said.map(({ text }) => text),
      ['No board was found. Plug one in with a data cable, or name its port.'],
    );
  });

  it('goes on with the others where one is unplugged and one cancelled, and tells all in one message', async () => {
    await beginWithBoards('desk', 'shelf', 'porch');
    const large = { 'large.bin': randomBytes(2_000_000) };
    await writeFile(join(foldersOfTests().boards, 'porch', 'large.bin'), large['large.bin']);
    const folder = await mkdtemp(join(tmpdir(), 'unplugged-'));
    await addSimulatedBoard(folder, 'greenhouse', large);
    const greenhouse = await startSocketBoard(simulatedTransport(folder), 'sim:greenhouse');
    await addExtraPort(greenhouse.url);
    try {
      await backUpWhileUnplugged(() => greenhouse.stop());
    } finally {
      await removeExtraPort(greenhouse.url);
      await greenhouse.stop();
      await powerOffSimulated(folder, 'greenhouse');
      await rm(folder, { recursive: true });
    }
  });

  async function backUpWhileUnplugged(unplug: () => Promise<void>) {
    let unplugged: Promise<void> | undefined;
    let toldAgain = (_: string) => {};
    const again = new Promise<string>((resolve) => {
      toldAgain = resolve;
    });
    let events: string[] = [];
    const said = await whileUserAnswers(
      { 'Backed up 2 of 4 boards': 'Try Again' },
      async () => {
        events = await watchingProgress(
          ({ title, cancel }, message) => {
            if (!message.startsWith('Reading')) return;
            if (title.endsWith('porch')) cancel();
            // As it is called before its first backup.
            if (title.endsWith(' Board')) unplugged ??= unplug();
          },
          async () => {
            await backUpAll();
            await unplugged;
            await again;
          },
        );
      },
      ({ text }) => !text.startsWith('Backed up') && toldAgain(text),
    );
    assert.equal(await archives(), 2);
    // All were under way at the same time, and only the board that failed was tried again.
    const titles = ['Board', 'desk', 'porch', 'shelf'].map((name) => `Backing up ${name}`);
    assert.deepEqual(events.slice(0, 4).sort(), titles);
    assert.deepEqual(events.slice(8), ['Backing up Board', '- Backing up Board']);

    const [all, second] = said;
    assert.match(all?.text ?? '', /^Backed up 2 of 4 boards: 2 changed\./);
    assert.match(all?.text ?? '', / porch: cancelled\./);
    assert.match(all?.text ?? '', / Board: [^.]+\./);
    assert.deepEqual(all?.choices, ['Try Again', 'Show Log']);
    assert.match(second?.text ?? '', /127\.0\.0\.1/);
    assert.equal(said.length, 2);
  }

  it('is one message where all went well', async () => {
    await beginWithBoards('desk', 'shelf');
    const said = await whileUserAnswers({}, backUpAll);
    assert.deepEqual(said, [{ text: 'Backed up 2 boards: 2 changed.', detail: '', choices: [] }]);
    const next = await whileUserAnswers({}, backUpAll);
    assert.equal(next[0]?.text, 'Backed up 2 boards: 2 nothing new.');
  });
});
