import * as vscode from 'vscode';
import type { WindowPlace } from './remoteWindow.js';

/** What VS Code says of where we run. */
export function placeOfWindow({ extension }: vscode.ExtensionContext): WindowPlace {
  return {
    remoteName: vscode.env.remoteName,
    runsWithWindow: extension.extensionKind === vscode.ExtensionKind.UI,
    isInBrowser: vscode.env.uiKind === vscode.UIKind.Web,
  };
}
