// All lists to pick from go through here: what is in them is text, and no icon but the one that we name.

import * as vscode from 'vscode';
import { withoutIcons } from './withoutIcons.js';

export interface Choice extends vscode.QuickPickItem {
  /** Name of an icon of VS Code, before the label. */
  icon?: string;
}

type Options = Omit<vscode.QuickPickOptions, 'canPickMany'>;

/** @returns undefined if none was picked */
export async function pickOne<Item extends Choice>(
  items: readonly Item[] | Promise<readonly Item[]>,
  options: Options,
  token?: vscode.CancellationToken,
): Promise<Item | undefined> {
  const shown = items instanceof Promise ? items.then((list) => list.map(shownItem)) : items.map(shownItem);
  return (await vscode.window.showQuickPick(shown, options, token))?.item;
}

/** @returns undefined if the list was closed */
export async function pickSome<Item extends Choice>(
  items: readonly Item[],
  options: Options,
): Promise<Item[] | undefined> {
  const picked = await vscode.window.showQuickPick(items.map(shownItem), { ...options, canPickMany: true });
  return picked?.map(({ item }) => item);
}

/** An item as VS Code is to draw it. */
export function drawn<Item extends Choice>(item: Item): Item & vscode.QuickPickItem {
  const { icon, label, description, detail } = item;
  return {
    ...item,
    label: withoutIcons(label),
    ...(description !== undefined && { description: withoutIcons(description) }),
    ...(detail !== undefined && { detail: withoutIcons(detail) }),
    ...(icon !== undefined && { iconPath: new vscode.ThemeIcon(icon) }),
  };
}

function shownItem<Item extends Choice>(item: Item): Item & { item: Item } {
  return { ...drawn(item), item };
}
