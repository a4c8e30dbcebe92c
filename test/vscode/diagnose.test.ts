import assert from 'node:assert/strict';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { addExtraPort, removeExtraPort } from '../../src/ui/settings.js';
import { type SimulatedPort, startSimulatedPort } from '../support/simulatedPort.js';
import { archives, beginWithBoards, type Said, whileUserAnswers } from './userAtWork.js';

const diagnose = (target?: unknown) => vscode.commands.executeCommand('micropythonBackup.diagnoseConnection', target);

/** While somebody answers, until a message with this text has come. */
async function until(text: string, answers: Record<string, string>, work: () => Thenable<unknown>): Promise<Said[]> {
  let come: () => void = () => {};
  const hasCome = new Promise<void>((resolve) => {
    come = resolve;
  });
  return whileUserAnswers(
    answers,
    async () => {
      await work();
      await hasCome;
    },
    (said) => said.text.includes(text) && come(),
  );
}

const pageShown = () => vscode.window.activeTextEditor?.document.getText() ?? '';

describe('Diagnose Connection', function () {
  this.timeout(60_000);

  it('asks which one, and whether the board is asked, and says what it came to', async () => {
    await beginWithBoards('well');
    const answers = { 'Which connection': 'well', 'Should the board be asked': 'Ask the Board Too' };
    const said = await until('Nothing wrong was found', answers, () => diagnose());
    assert.deepEqual(said[0]?.choices, ['well', 'All Ports']);
    assert.deepEqual(said[1]?.choices, ['Look at the Port Only', 'Ask the Board Too']);
    assert.match(said[2]?.text ?? '', /sim:well: The board answers: Simulated board/);
    assert.deepEqual(said[2]?.choices, ['Copy']);
    assert.match(pageShown(), /^MicroPython Backup \d[\s\S]*\n\nsim:well\n {2}ok {6}It is a simulated board/);
    assert.match(pageShown(), /The program that ran was restarted\./);
  });

  it('does nothing where nobody says whether the board is asked', async () => {
    await beginWithBoards('undisturbed');
    const said = await whileUserAnswers({}, () => diagnose('sim:undisturbed'));
    assert.equal(said.length, 1);
  });

  it('looks for ports where there is no board, and blames the machine behind the browser', async () => {
    await beginWithBoards();
    const said = await until('', {}, () => diagnose());
    assert.deepEqual(said[0]?.choices, ['Copy']);
    assert.match(pageShown(), /This machine\n {2}PROBLEM [\s\S]*What to do: /);
    if (vscode.env.uiKind === vscode.UIKind.Web) assert.match(said[0]?.text ?? '', /on the server behind the browser/);
  });

  it('is offered where no board was found', async () => {
    await beginWithBoards();
    const said = await whileUserAnswers({}, () => vscode.commands.executeCommand('micropythonBackup.backupDevice'));
    assert.ok(said[0]?.choices.includes('Diagnose Connection'));
  });
});

describe('A port that another extension of the window holds', function () {
  // It has no pseudo-terminals.
  if (process.platform === 'win32') return;
  this.timeout(60_000);
  let folder: string;
  let port: SimulatedPort;
  let held: number | undefined;
  const toDispose: vscode.Disposable[] = [];
  /** What was asked for, in its order. */
  const asked: unknown[] = [];

  before(async () => {
    await beginWithBoards();
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-held-'));
    port = await startSimulatedPort({ folder, name: 'held' });
    await addExtraPort(port.path);
  });

  beforeEach(() => {
    asked.length = 0;
    held = openSync(port.path, constants.O_RDWR | constants.O_NOCTTY);
  });

  afterEach(() => {
    letGo();
    for (const each of toDispose.splice(0)) each.dispose();
  });

  after(async () => {
    await removeExtraPort(port.path);
    await port.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function letGo(): void {
    if (held !== undefined) closeSync(held);
    held = undefined;
  }

  /** As the extension of that name would have it. */
  function register(command: string, run: (...words: never[]) => unknown): void {
    toDispose.push(vscode.commands.registerCommand(command, run));
  }

  const backUp = () => vscode.commands.executeCommand('micropythonBackup.backupDevice', port.path);

  it('is backed up once that one has let it go, which it is asked for', async () => {
    register('micropico.disconnect', () => {
      asked.push('MicroPico');
      letGo();
    });
    const said = await until('Backed up', { 'is in use by': 'Ask Other Extensions to Release It' }, backUp);
    assert.deepEqual(said[0]?.choices.slice(0, 3), [
      ...['Ask Other Extensions to Release It', 'Wait for Board', 'Diagnose Connection'],
    ]);
    assert.deepEqual(asked, ['MicroPico']);
    assert.equal(await archives(), 1);
  });

  it('is named with who holds it, and Pymakr is told which of its boards is meant', async () => {
    const devices = [
      { address: '/dev/ttyNever', connected: true },
      { address: port.path, connected: true },
    ];
    register('pymakr.getPymakr', (take: (pymakr: unknown) => void) => take({ devicesStore: { get: () => devices } }));
    register('pymakr.disconnect', ({ device }: { device: unknown }) => {
      asked.push(device);
      letGo();
    });
    const answers = {
      'Should the board be asked': 'Look at the Port Only',
      'Another extension of this window': 'Ask Them to Release the Port',
      'was asked to release': 'Diagnose Again',
    };
    const said = await until('Nothing wrong was found', answers, () => diagnose(port.path));
    const texts = said.map(({ text }) => text);
    assert.match(texts[1] ?? '', new RegExp(`has it open: .* \\(process ${process.pid}\\)`));
    assert.equal(texts[2], `Pymakr was asked to release ${port.path}.`);
    assert.deepEqual(asked, [devices[1]]);
  });

  it('is asked for at the Serial Monitor by the interface that it has, and that one failing hinders nobody', async () => {
    const getApi = async () => ({
      async stopMonitoringPort(name: string) {
        asked.push(name);
        letGo();
        return true;
      },
    });
    const { getExtension } = vscode.extensions;
    Reflect.set(vscode.extensions, 'getExtension', () => ({ isActive: true, exports: { getApi } }));
    toDispose.push({ dispose: () => void Reflect.set(vscode.extensions, 'getExtension', getExtension) });
    register('micropico.disconnect', () => {
      throw new Error('no board');
    });
    const answers = {
      'Should the board': 'Look at the Port Only',
      'Another extension': 'Ask Them to Release the Port',
    };
    const said = await until('was asked to release', answers, () => diagnose(port.path));
    assert.equal(said.at(-1)?.text, `Serial Monitor was asked to release ${port.path}.`);
    assert.deepEqual(asked, [port.path]);
  });

  it('offers nobody where nobody can be asked', async () => {
    const said = await until('is in use by', {}, backUp);
    assert.deepEqual(said[0]?.choices, ['Wait for Board', 'Diagnose Connection', 'Show Log']);
  });
});
