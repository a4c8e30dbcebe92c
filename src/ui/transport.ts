// How the settings and the user's passwords say to connect to boards.

import * as vscode from 'vscode';
import { transportByUrl } from '../core/board/transport/byUrl.js';
import type { OpenTransport } from '../core/board/transport/transport.js';
import type { Passwords } from '../core/board/transport/webRepl.js';
import { BackupError, cancelled } from '../core/errors.js';
import { t } from '../core/l10n.js';
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
          prompt: t('The password of the WebREPL at {0}. It is kept in the secret storage of VS Code.', url),
          password: true,
          ignoreFocusOut: true,
          validateInput: (text) => (text === '' ? t('Type the password that was chosen on the board.') : undefined),
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
  return new BackupError('port-denied', t('The WebREPL at {0} wants a password, which is not known.', url), {
    path: url,
    hint: t('Back the board up by hand once: then the password is asked for, and kept.'),
  });
}
