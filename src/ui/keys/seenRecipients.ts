// Whoever can write to the folder of the backups can add a recipient, who opens all that is taken from then on. So each computer
// remembers for whom it knows them to be encrypted, and tells of another once.

import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { unawaited } from '../failures.js';
import { showWarning } from '../messages.js';
import type { Services } from '../services.js';
import { addedRecipients, notSeen } from './keyWords.js';

/** By the folders of backups. */
const SEEN = 'recipientsSeen';

type Seen = Record<string, readonly string[]>;

function seenIn(memory: vscode.Memento): Seen {
  return memory.get<Seen>(SEEN) ?? {};
}

/** The user has agreed to these. @param root folder of the backups */
export async function agreeToRecipients(
  { extension }: Services,
  root: string,
  recipients: readonly string[],
): Promise<void> {
  const { globalState } = extension;
  await globalState.update(SEEN, { ...seenIn(globalState), [root]: recipients });
}

/** While the key changes, both count: the backups are looked at meanwhile, and the change may be cancelled. */
export async function agreeToMoreRecipients(
  services: Services,
  root: string,
  recipients: readonly string[],
): Promise<void> {
  const before = seenIn(services.extension.globalState)[root] ?? [];
  await agreeToRecipients(services, root, [...new Set([...before, ...recipients])]);
}

/** Without the key, what says for whom they are encrypted cannot be believed. */
export function followRecipients(services: Services): vscode.Disposable {
  const { boards, extension } = services;
  return boards.onDidChange(() => {
    const { root, encryption, isLocked } = boards;
    if (
      isLocked ||
      root === undefined ||
      !encryption ||
      encryption.state === 'plain' ||
      encryption.mode !== 'recipients'
    )
      return;
    const seen = seenIn(extension.globalState)[root];
    const added = notSeen(encryption.recipients, seen ?? []);
    if (added.length === 0) return;
    unawaited(services, agreeToRecipients(services, root, encryption.recipients));
    if (seen) unawaited(services, tell(added));
  });
}

async function tell(added: readonly string[]): Promise<void> {
  if (await showWarning(addedRecipients(added), t('Change Key…')))
    await vscode.commands.executeCommand('micropythonBackup.changeKey');
}
