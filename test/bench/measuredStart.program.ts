// Stands before the packaged extension while its start is measured: loads it, activates it, and keeps what that took. The clock
// runs inside the extension host, so nothing of VS Code's own way there counts. See scripts/startBench.mjs.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';

/** Milliseconds by the clock and of the processor, from the step before. */
interface Step {
  ms: number;
  processorMs: number;
}

export interface Start {
  /** Reading and compiling the bundle, with the parts of Node that it asks for. */
  load: Step;
  /** The call of `activate`. */
  activate: Step;
  /** From there until the tree has rows for the first time: ports and backups have been looked at. */
  look: Step;
  /** In use after all that and not before, garbage collected. */
  heapBytes: number;
  /** Native parts of ours that were loaded. */
  native: string[];
}

type Extension = typeof import('../../src/extension.js');

let started: Promise<Start> | undefined;

/** What the program in the host asks for. */
export function startMeasured(): Promise<Start> | undefined {
  return started;
}

export function activate(context: vscode.ExtensionContext): { startMeasured: typeof startMeasured } {
  const treeOf = watchForTree();
  const heapBefore = heapInUse();
  const lap = stopWatch();
  const extension: Extension = createRequire(__filename)(join(__dirname, 'extension.js'));
  const load = lap();
  extension.activate(context);
  const activated = lap();
  started = Promise.resolve(treeOf().getChildren()).then(() => {
    const look = lap();
    const heapBytes = heapInUse() - heapBefore;
    return { load, activate: activated, look, heapBytes, native: nativeParts() };
  });
  return { startMeasured };
}

function stopWatch(): () => Step {
  let [at, used] = [performance.now(), process.cpuUsage()];
  return () => {
    const [now, usage] = [performance.now(), process.cpuUsage(used)];
    const step = { ms: now - at, processorMs: (usage.user + usage.system) / 1000 };
    [at, used] = [performance.now(), process.cpuUsage()];
    return step;
  };
}

/** @returns gives the tree of the extension, once that has made it */
function watchForTree(): () => vscode.TreeDataProvider<unknown> {
  const { createTreeView } = vscode.window;
  let tree: vscode.TreeDataProvider<unknown> | undefined;
  const watched: typeof createTreeView = (id, options) => {
    if (id === 'micropythonBackup.boards') tree = options.treeDataProvider;
    return createTreeView(id, options);
  };
  Reflect.set(vscode.window, 'createTreeView', watched);
  return () => {
    if (!tree) throw new Error('The extension has made no tree.');
    return tree;
  };
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

function nativeParts(): string[] {
  const { sharedObjects } = process.report.getReport() as { sharedObjects?: string[] };
  return (sharedObjects ?? []).filter((path) => path.startsWith(join(__dirname, '..')));
}
