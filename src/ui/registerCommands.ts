// Registers all commands at once, and loads what they do when one of them is called for the first time: it is most of our code.

import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { showFailure } from './failures.js';
import type { Services } from './services.js';

/** What a key of package.json names in place of a row: VS Code tells a menu which row is meant, and a key it does not. */
const SELECTED_ROWS = 'selected rows';

/** What a button of the walkthrough names in place of a row. */
const FROM_WALKTHROUGH = 'from the walkthrough';

/**
 * When Enter is let go of on such a button, VS Code puts the focus back on the step a quarter of a second later, which would close
 * whatever we ask by then. There is no event for that.
 */
const FOCUS_MS = 500;

/** @param names of the commands in package.json, which are those of the table: a test holds them to each other */
export function registerCommands(services: Services, names: readonly string[]): vscode.Disposable[] {
  return names.map((id) =>
    vscode.commands.registerCommand(id, async (target: unknown, selection: unknown) => {
      try {
        const { commandNamed } = await import('./commands/table.js');
        if (target === FROM_WALKTHROUGH) {
          await setTimeout(FOCUS_MS);
          await commandNamed(id).run(services, undefined, undefined);
          return;
        }
        const rows = target === SELECTED_ROWS ? services.view.selection : undefined;
        await commandNamed(id).run(services, rows ? rows[0] : target, rows ?? selection);
      } catch (error) {
        void showFailure(services, 'MicroPython Backup', error);
      }
    }),
  );
}

/** What package.json has under `contributes.commands`. */
export function contributedCommands({ packageJSON }: vscode.Extension<unknown>): string[] {
  const { commands }: { commands: Array<{ command: string }> } = packageJSON.contributes;
  return commands.map(({ command }) => command);
}
