import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import packageJson from '../../package.json';
import { mayHaveUsbPorts } from '../../src/core/board/usbPorts.js';
import { realEnv } from '../../src/core/env.js';
import { Boards } from '../../src/ui/boards.js';
import { addExtraPort, readSettings, removeExtraPort, SETTING_NAMES } from '../../src/ui/settings.js';
import { startSimulatedPort } from '../support/simulatedPort.js';
import { memory } from './newStore.js';
import { beginWithBoards, whileUserAnswers } from './userAtWork.js';

function ours(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('micropython-backup.micropython-backup');
  assert.ok(extension, 'the extension is installed');
  return extension;
}

/** Native parts that this process has loaded from the extension; those of the tests lie elsewhere. */
function nativeParts(): string[] {
  const { sharedObjects = [] } = process.report.getReport() as { sharedObjects?: string[] };
  return sharedObjects.filter((path) => path.startsWith(join(ours().extensionPath, 'prebuilds')));
}

describe('In VS Code', () => {
  it('the extension activates', async () => {
    await ours().activate();
    assert.ok(ours().isActive);
  });

  it('the driver of serial ports is not loaded without a board, and each port has it in a process of its own', async () => {
    // Elsewhere only the driver knows which ports there are, and pseudo-terminals are of another kind.
    if (process.platform !== 'linux') return;
    await beginWithBoards();
    const usb = (await mayHaveUsbPorts()) ? 1 : 0;
    assert.equal(nativeParts().length, usb);
    const folder = await mkdtemp(join(tmpdir(), 'activation-'));
    const port = await startSimulatedPort({ folder, name: 'wired' });
    try {
      await addExtraPort(port.path);
      const said = await whileUserAnswers({}, () =>
        vscode.commands.executeCommand('micropythonBackup.backupDevice', port.path),
      );
      assert.match(said[0]?.text ?? '', /^Backed up /);
      assert.equal(nativeParts().length, usb);
    } finally {
      await removeExtraPort(port.path);
      await port.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('a folder of backups that may not be read is told of, and spoils nothing else', async () => {
    await beginWithBoards('alpha');
    const env = realEnv();
    const denied = async () => Promise.reject(Object.assign(new Error('permission denied'), { code: 'EACCES' }));
    const boards = new Boards({ ...env, fs: { ...env.fs, list: denied, info: denied } }, memory());
    try {
      await boards.looked();
      assert.equal(boards.list[0]?.name, 'alpha');
      assert.match(boards.storeTrouble?.message ?? '', /\S/);
    } finally {
      boards.dispose();
    }
  });
});

describe('Settings', () => {
  /** What these cannot mean is refused when they are needed: nobody shall believe in backups that are not made, or not kept. */
  const REFUSED: ReadonlyArray<(typeof SETTING_NAMES)[number]> = [
    ...(['retention', 'schedule', 'boardSchedules', 'backupSets'] as const),
    ...(['checkSeconds', 'testRestore', 'testRestoreSeconds'] as const),
  ];
  const schemas = packageJson.contributes.configuration.properties;
  const schemaOf = (name: string): { type: string; default?: unknown } =>
    schemas[`micropythonBackup.${name}` as keyof typeof schemas];

  /** Reads the settings where settings.json has these. */
  function readWhere(value: (name: string) => unknown): Record<string, unknown> {
    const { getConfiguration } = vscode.workspace;
    Reflect.set(vscode.workspace, 'getConfiguration', () => ({ get: value }));
    try {
      return { ...readSettings() };
    } finally {
      Reflect.set(vscode.workspace, 'getConfiguration', getConfiguration);
    }
  }

  it('of the wrong kind are passed over, each of them', () => {
    const usual = readWhere((name) => schemaOf(name).default);
    const nonsense: unknown[] = [undefined, null, true, 'nonsense', '', 0, -1, 2.5, 7, [], [7, null], {}, { a: [] }];
    let tried = 0;
    for (const value of nonsense) {
      const found = readWhere(() => value);
      for (const name of SETTING_NAMES.filter((name) => !REFUSED.includes(name))) {
        if (isOfType(value, schemaOf(name).type)) continue;
        assert.deepEqual(found[name], usual[name], `${name}: ${JSON.stringify(value)}`);
        tried += 1;
      }
    }
    assert.ok(tried > 100);
  });
});

/** @param type as a schema names it */
function isOfType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return type === typeof value;
}
