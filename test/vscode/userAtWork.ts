// Someone before the screen: reads what the extension says and answers, without a window. Only for tests.

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { addSimulatedBoard, powerOffSimulated } from '../../src/core/board/transport/simulated.js';

/** What a message or a list of choices said. */
export interface Said {
  text: string;
  /** What a modal dialog says below, else empty. */
  detail: string;
  /** Buttons, or the choices of a list. */
  choices: string[];
}

const messages = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;

/**
 * Runs `work` while a user answers everything that is asked.
 *
 * @param answers by a part of the text (of a dialog or a box, its title): the button, the choice, the text or the path that is taken. Whatever is not named is dismissed
 * @param onSaid is told of each message as it comes
 * @returns all that was said, in its order
 */
export async function whileUserAnswers(
  answers: Record<string, string>,
  work: () => Thenable<unknown>,
  onSaid: (said: Said) => unknown = () => {},
): Promise<Said[]> {
  const said: Said[] = [];
  const answerTo = (text: string) => Object.entries(answers).find(([part]) => text.includes(part))?.[1];
  const undo = messages.map((name) =>
    replace(name, async (text: string, ...rest: unknown[]) => {
      const choices = rest.filter((choice) => typeof choice === 'string');
      const message = { text, detail: detailOf(rest[0]), choices };
      said.push(message);
      onSaid(message);
      return choices.find((choice) => choice === answerTo(text));
    }),
  );
  undo.push(
    replace(
      'showQuickPick',
      async (list: Choices, options: vscode.QuickPickOptions, token?: vscode.CancellationToken) => {
        const text = options.placeHolder ?? '';
        const items = await list;
        // Closed before anybody could see what is in it.
        if (token?.isCancellationRequested) return undefined;
        said.push({ text, detail: '', choices: items.map(labelOf) });
        const picked = items.find((item) => labelOf(item) === answerTo(text));
        return picked && options.canPickMany ? [picked] : picked;
      },
    ),
    replace('showInputBox', async ({ title = '', prompt = '', value, validateInput }: vscode.InputBoxOptions) => {
      const refusal = value === undefined ? undefined : await validateInput?.(value);
      const answer = answerTo(title);
      said.push({ text: title, detail: prompt, choices: [] });
      // Who is asked again, and has no other answer, gives up.
      return refusal && answer === value ? undefined : answer;
    }),
    replace('showSaveDialog', async ({ title = '' }: vscode.SaveDialogOptions) => {
      said.push({ text: title, detail: '', choices: [] });
      const answer = answerTo(title);
      return answer === undefined ? undefined : vscode.Uri.file(answer);
    }),
    replace('showOpenDialog', async ({ title = '' }: vscode.OpenDialogOptions) => {
      said.push({ text: title, detail: '', choices: [] });
      const answer = answerTo(title);
      return answer === undefined ? undefined : [vscode.Uri.file(answer)];
    }),
  );
  try {
    await work();
  } finally {
    for (const step of undo) step();
  }
  return said;
}

/**
 * The same, and a user who waits for the preview of a restore and confirms or cancels it.
 *
 * @returns what was said besides
 */
export async function whileUserRestores(
  answers: Record<string, string>,
  action: 'confirmRestore' | 'cancelRestore',
  work: () => Thenable<unknown>,
): Promise<Said[]> {
  let hasEnded = false;
  const said = await whileUserAnswers(answers, async () => {
    const ending = Promise.resolve(work()).finally(() => {
      hasEnded = true;
    });
    while (!hasEnded) {
      await vscode.commands.executeCommand(`micropythonBackup.${action}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await ending;
  });
  return said.filter(({ text }) => text !== 'No restore is open.');
}

type Choice = string | vscode.QuickPickItem;
type Choices = readonly Choice[] | Thenable<readonly Choice[]>;

function labelOf(choice: Choice): string {
  return typeof choice === 'string' ? choice : choice.label;
}

type Replaceable = (typeof messages)[number] | ('showQuickPick' | 'showInputBox' | 'showSaveDialog' | 'showOpenDialog');

function replace(name: Replaceable, by: (...args: never[]) => unknown): () => void {
  const original = vscode.window[name];
  Reflect.set(vscode.window, name, by);
  return () => void Reflect.set(vscode.window, name, original);
}

function detailOf(options: unknown): string {
  if (typeof options !== 'object' || options === null || !('detail' in options)) return '';
  return typeof options.detail === 'string' ? options.detail : '';
}

/** The folders in the settings of the VS Code that runs the tests. */
export function foldersOfTests(): { store: string; boards: string } {
  const settings = vscode.workspace.getConfiguration('micropythonBackup');
  return { store: settings.get('storeFolder', ''), boards: settings.get('simulatedBoardsFolder', '') };
}

/** Begins with these boards and no backups. */
export async function beginWithBoards(...names: string[]): Promise<void> {
  const { store, boards } = foldersOfTests();
  await mkdir(boards, { recursive: true });
  for (const name of await readdir(boards)) await unplug(name);
  // The window may be looking at it just then, and writes down what it has found.
  await rm(store, { recursive: true, force: true, maxRetries: 10 });
  for (const name of names) await addSimulatedBoard(boards, name);
  await vscode.commands.executeCommand('micropythonBackup.refresh');
}

export async function unplug(name: string): Promise<void> {
  const { boards } = foldersOfTests();
  await powerOffSimulated(boards, name);
  await rm(join(boards, name), { recursive: true, force: true });
}

/** @returns how many archives there are */
export async function archives(): Promise<number> {
  try {
    return (await readdir(foldersOfTests().store, { recursive: true })).filter((name) => name.endsWith('.blb')).length;
  } catch {
    // There is no store before the first backup.
    return 0;
  }
}
