// The composition root: makes the services, registers the face, disposes of both. No logic here.

import type * as vscode from 'vscode';

export function activate(_context: vscode.ExtensionContext): void {}
