// How the settings and the user's passwords say to connect to boards.

import * as vscode from 'vscode';
import { transportByUrl } from '../core/board/transport/byUrl.js';
import type { OpenTransport } from '../core/board/transport/transport.js';
import type { Passwords } from '../core/board/transport/webRepl.js';
import { BackupError, cancelled } from '../core/errors.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';

/** @param isQuiet whether nobody is to be asked for a password */
export function transportOf({ secrets }: Pick<Services, 'secrets'>, isQuiet = false): OpenTransport {
  const { simulatedBoardsFolder, baudRate, controlLines } = readSettings();
  const passwords = webReplPasswords(secrets, isQuiet);
  return transportByUrl(simulatedBoardsFolder, { baudRate, controlLines, passwords });
}

/** A password is kept once a board has accepted it, and asked for again once one was denied. It is never shown or logged. */
function webReplPasswords(secrets: vscode.SecretStorage, isQuiet: boolean): Passwords {
  const keyOf = (url: string) => `webrepl ${url}`;
  return {
    async ask(url, signal) {
      const known = await secrets.get(keyOf(url));
      if (known !== undefined) return known;
      if (isQuiet) throw passwordUnknown(url);
      const dismissal = new vscode.CancellationTokenSource();
      const dismiss = () => dismissal.cancel();
      signal?.addEventListener('abort', dismiss);
      const typed = await vscode.window.showInputBox(
        {
          title: 'WebREPL',
          prompt: `The password of the WebREPL at ${url}. It is kept in the secret storage of VS Code.`,
          password: true,
          ignoreFocusOut: true,
          validateInput: (text) => (text === '' ? 'Type the password that was chosen on the board.' : undefined),
        },
        dismissal.token,
      );
      signal?.removeEventListener('abort', dismiss);
      dismissal.dispose();
      if (typed === undefined) throw cancelled();
      return typed;
    },
    accepted: async (url, password) => secrets.store(keyOf(url), password),
    denied: async (url) => secrets.delete(keyOf(url)),
  };
}

function passwordUnknown(url: string): BackupError {
  return new BackupError('port-denied', `The WebREPL at ${url} wants a password, which is not known.`, {
    path: url,
    hint: 'Back the board up by hand once: then the password is asked for, and kept.',
  });
}
