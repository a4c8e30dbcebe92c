// Which connected board does the user mean? Asks only where there is a choice.

import * as vscode from 'vscode';
import type { KnownBoard } from '../core/plan/knownBoards.js';
import { age } from '../core/text.js';
import type { Services } from './services.js';

/** A board that is connected now. */
export type ConnectedBoardChoice = KnownBoard & { url: string };

/**
 * @param wanted the key or URL of a board that was named already
 * @returns undefined where there is none or none was chosen: the user has been told what to do
 */
export async function pickBoard(
  { boards }: Services,
  placeHolder: string,
  wanted?: string,
): Promise<ConnectedBoardChoice | undefined> {
  await boards.refresh();
  const connected = boards.list.filter(isConnected);
  const named = connected.find(({ key, url }) => key === wanted || url === wanted);
  if (named) return named;
  if (wanted !== undefined && boards.list.some(({ key }) => key === wanted)) {
    const name = boards.list.find(({ key }) => key === wanted)?.name;
    void vscode.window.showWarningMessage(`${name} is not connected. Plug it in and try again.`);
    return undefined;
  }
  if (connected.length === 0) {
    await explainNoBoard(boards.troubles[0]?.message);
    return undefined;
  }
  if (connected.length === 1) return connected[0];
  const now = Date.now();
  const items = connected.map((board) => ({
    label: board.name,
    description: board.url,
    detail: board.latest ? `Backed up ${age(board.latest.createdAt, now)}` : 'No backup yet',
    board,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.board;
}

function isConnected(board: KnownBoard): board is ConnectedBoardChoice {
  return board.url !== undefined;
}

async function explainNoBoard(trouble: string | undefined): Promise<void> {
  const actions = {
    'Try It Without a Board': 'micropythonBackup.addSimulatedBoard',
    'Add Port…': 'micropythonBackup.addPort',
  } as const;
  const message = trouble ?? 'No board was found. Plug one in with a data cable, or name its port.';
  const answer = await vscode.window.showWarningMessage(message, ...Object.keys(actions));
  if (answer) await vscode.commands.executeCommand(actions[answer as keyof typeof actions]);
}
