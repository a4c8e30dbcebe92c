// What VS Code runs in its extension host for `npm run bench -- start`: wakes the measured extension, and writes what it tells.

import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Start } from './measuredStart.program.js';

export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<{ startMeasured(): Promise<Start> }>(
    'micropython-backup.micropython-backup',
  );
  const { MICROPYTHON_BACKUP_START: file } = process.env;
  if (!extension || file === undefined) throw new Error('This is started by scripts/startBench.mjs.');
  if (extension.isActive) throw new Error('The extension was awake before it was asked.');
  const { startMeasured } = await extension.activate();
  writeFileSync(file, JSON.stringify(await startMeasured()));
}
