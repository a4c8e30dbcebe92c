// Someone who calls a command without knowing what it asks: dismisses all, or goes on with the first that is offered. For tests
// that go through all commands, those that come later too.

import * as vscode from 'vscode';

const MESSAGES = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;
const PATIENCE_MS = 15_000;

export interface Heard {
  /** Messages and questions, in their order. */
  texts: string[];
  /** Failures that nobody caught. */
  unhandled: unknown[];
}

export interface UnknownUser {
  /** Takes the first choice of each list. Messages and boxes are always dismissed: nothing is deleted or sent away. */
  takesFirst?: boolean;
  /** Cancels each job that comes to a board. */
  cancelsAtBoard?: boolean;
}

/**
 * @returns what was said until the command had ended
 * @throws where it does not end
 */
export async function whileUnknownUser(
  { takesFirst = false, cancelsAtBoard = false }: UnknownUser,
  command: string,
  ...args: unknown[]
): Promise<Heard> {
  const heard: Heard = { texts: [], unhandled: [] };
  const { window } = vscode;
  const undo: Array<() => void> = [];
  const replace = (name: keyof typeof window, by: (...args: never[]) => unknown) => {
    const original = window[name];
    Reflect.set(window, name, by);
    undo.push(() => void Reflect.set(window, name, original));
  };
  for (const name of MESSAGES) replace(name, async (text: string) => void heard.texts.push(text));
  replace('showQuickPick', async (list: Thenable<readonly unknown[]>, options: vscode.QuickPickOptions) => {
    heard.texts.push(options.placeHolder ?? '');
    const items = await list;
    const first = takesFirst ? items[0] : undefined;
    return first !== undefined && options.canPickMany ? [first] : first;
  });
  for (const name of ['showInputBox', 'showSaveDialog', 'showOpenDialog'] as const)
    replace(name, async ({ title = '' }: { title?: string }) => void heard.texts.push(title));
  const { withProgress } = window;
  if (cancelsAtBoard) replace('withProgress', cancellingAtBoard(withProgress));
  const onUnhandled = (error: unknown) => void heard.unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  undo.push(() => process.off('unhandledRejection', onUnhandled));
  // Boxes of other kinds are on the screen, and go as they do for whoever presses Escape.
  const dismissing = setInterval(() => void vscode.commands.executeCommand('workbench.action.closeQuickOpen'), 100);
  undo.push(() => clearInterval(dismissing));
  let impatience: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const error = new Error(`${command} does not end, after it said: ${heard.texts.join(' | ')}`);
    impatience = setTimeout(() => reject(error), PATIENCE_MS);
  });
  undo.push(() => clearTimeout(impatience));
  try {
    await Promise.race([vscode.commands.executeCommand(command, ...args), tooLong]);
    // What nobody waits for is said by then.
    await new Promise(setImmediate);
  } finally {
    for (const step of undo.reverse()) step();
  }
  return heard;
}

function cancellingAtBoard(withProgress: typeof vscode.window.withProgress): typeof vscode.window.withProgress {
  return (options, task) =>
    withProgress(options, async (progress) => {
      const source = new vscode.CancellationTokenSource();
      const watched: typeof progress = {
        report(value) {
          progress.report(value);
          if (value.message?.startsWith('Connecting')) setImmediate(() => source.cancel());
        },
      };
      return task(watched, source.token);
    });
}
