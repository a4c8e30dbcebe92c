// What VS Code runs in its extension host for `npm run bench -- start`: wakes the measured extension, and writes what it tells.

import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Start } from './measuredStart.program.js';

/** Other extensions start at the same time, and what they use of the processor would count as ours. */
const REST_MS = 500;
const PROCESSOR_MS_AT_REST = 10;

export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<{ startMeasured(): Promise<Start> }>(
    'micropython-backup.micropython-backup',
  );
  const { MICROPYTHON_BACKUP_START: file } = process.env;
  if (!extension || file === undefined) throw new Error('This is started by scripts/startBench.mjs.');
  await untilAtRest();
  if (extension.isActive) throw new Error('The extension was awake before it was asked.');
  const { startMeasured } = await extension.activate();
  writeFileSync(file, JSON.stringify(await startMeasured()));
}

async function untilAtRest(): Promise<void> {
  for (;;) {
    const before = process.cpuUsage();
    await setTimeout(REST_MS);
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 < PROCESSOR_MS_AT_REST) return;
  }
}
