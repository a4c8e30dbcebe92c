// Asks for keys: for one that opens backups, and for the new one of a store. What is typed or read here goes to the secret
// storage and nowhere else.

import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { isRecipient, keysTyped, newIdentity, recipientOf } from '../../core/archive/ageKeys.js';
import { BackupError } from '../../core/errors.js';
import type { NewKey } from '../../core/jobs/changeKey.js';
import { readKeyFile, writeKeyFile } from '../../core/jobs/keyFile.js';
import { keyFileText } from '../../core/jobs/keyText.js';
import { whyNotPassphrase } from '../../core/jobs/passphrase.js';
import { t } from '../../core/l10n.js';
import type { KeyMode } from '../../core/store/encryption.js';
import { localPath } from '../files/localPath.js';
import { showWarning } from '../messages.js';
import { pickOne } from '../quickPick.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { NOT_THIS_PASSPHRASE, recipientsIn, whyNotTheSame, whyNotThis } from './keyWords.js';

/** A new key, before anything is encrypted with it. */
export interface ChosenKey {
  mode: KeyMode;
  key: NewKey;
  /** What opens the backups then. */
  secret: string;
  /** Writes the key file if the user wanted one. For after they have agreed to all of it. */
  save?: () => Promise<void>;
}

const passphraseChoice = () => ({ label: t('Passphrase…'), icon: 'symbol-string' });

/** @returns undefined if none was chosen. @throws BackupError */
export async function askNewKey(services: Services, title: string): Promise<ChosenKey | undefined> {
  const choices = [
    {
      ...passphraseChoice(),
      detail: t('You type it twice. The backups open wherever it is known.'),
      ask: askNewPassphrase,
    },
    {
      label: t('New Key File…'),
      icon: 'new-file',
      ask: askNewKeyFile,
      detail: t('A file that you save now. The backups open wherever it is.'),
    },
    {
      label: t('For Several People… (age recipients)'),
      icon: 'organization',
      ask: () => askRecipients(services),
      detail: t('Each person has their own key file. You enter their public keys: age1…'),
    },
  ];
  const picked = await pickOne(choices, { title, placeHolder: t('What should open the backups?') });
  return picked?.ask();
}

async function askNewPassphrase(): Promise<ChosenKey | undefined> {
  const first = await askHidden(
    t('New Passphrase'),
    t('For all backups in this folder. It is not shown.'),
    whyNotPassphrase,
  );
  if (first === undefined) return undefined;
  const again = await askHidden(t('New Passphrase, Again'), t('Enter it again.'), (text) => whyNotTheSame(first, text));
  if (again === undefined) return undefined;
  const why = whyNotPassphrase(first);
  if (why !== undefined) throw new BackupError('bad-argument', t('This passphrase cannot be used. {0}', why));
  if (again !== first)
    throw new BackupError('bad-argument', t('The two passphrases are not the same. Nothing was changed.'));
  return { mode: 'passphrase', key: { passphrase: first }, secret: first };
}

async function askNewKeyFile(): Promise<ChosenKey | undefined> {
  const path = await askWhereToSave();
  if (path === undefined) return undefined;
  const { identity, recipient } = await newIdentity();
  return {
    mode: 'recipients',
    key: { recipients: [recipient], identity },
    secret: identity,
    save: () =>
      writeKeyFile(readSettings().storeFolder, path, keyFileText(identity, recipient, new Date().toISOString())),
  };
}

async function askRecipients(services: Services): Promise<ChosenKey | undefined> {
  const typed = await vscode.window.showInputBox({
    title: t('Recipients'),
    prompt: t('Anyone who has the key of one of them can open the backups.'),
    placeHolder: t('age1…, one or more'),
    ignoreFocusOut: true,
    validateInput: whyNotRecipients,
  });
  if (typed === undefined) return undefined;
  const recipients = recipientsIn(typed);
  const why = whyNotRecipients(typed);
  if (why !== undefined) throw new BackupError('bad-argument', why);
  const secrets = await askKeyFile(
    services,
    t('Choose your own key file: it proves that you can open the backups'),
    true,
  );
  if (!secrets) return undefined;
  for (const identity of secrets) {
    const recipient = await recipientOf(identity).catch(() => undefined);
    if (recipient !== undefined && recipients.includes(recipient))
      return { mode: 'recipients', key: { recipients, identity }, secret: identity };
  }
  throw new BackupError('key-wrong', t('This key file fits none of the recipients. Nothing was changed.'), {
    hint: t('Without a matching key file, this computer could not open the backups.'),
  });
}

function whyNotRecipients(text: string): string | undefined {
  const recipients = recipientsIn(text);
  // P47: what is typed in the wrong place may be a passphrase, and is not repeated.
  if (!recipients.every(isRecipient)) return t('A recipient of age begins with age1, and has 62 characters.');
  return recipients.length === 0 ? t('Type one or more recipients: they begin with age1.') : undefined;
}

/**
 * Asks for the key of encrypted backups until one fits, or the user gives up.
 *
 * @param mode what they were encrypted with
 * @param ofWhat whose key it is: `The backups in this folder`
 * @param fits finds the one of several keys that opens them
 */
export function askFitting(
  services: Services,
  { mode, ofWhat }: { mode: KeyMode; ofWhat: string },
  fits: (secrets: readonly string[]) => Promise<string | undefined>,
): Promise<string | undefined> {
  return mode === 'passphrase' ? askUntilTyped(ofWhat, fits) : askUntilChosen(services, ofWhat, fits);
}

type Fits = Parameters<typeof askFitting>[2];

async function askUntilTyped(ofWhat: string, fits: Fits): Promise<string | undefined> {
  let refused: string | undefined;
  for (;;) {
    const typed = await askHidden(
      t('Passphrase'),
      // VS Code validates what is typed, and not what the box begins with.
      refused === undefined
        ? t('{0} are encrypted. A key file that you have saved holds the passphrase as text.', ofWhat)
        : t(NOT_THIS_PASSPHRASE),
      (text) => whyNotThis(text, refused),
      refused,
    );
    if (typed === undefined || typed === '') return undefined;
    const fitting = await fits(keysTyped(typed));
    if (fitting !== undefined) return fitting;
    refused = typed;
  }
}

async function askUntilChosen(services: Services, ofWhat: string, fits: Fits): Promise<string | undefined> {
  for (;;) {
    const secrets = await askKeyFile(services, t('Key File'));
    const fitting = secrets && (await fits(secrets));
    if (!secrets || fitting !== undefined) return fitting;
    const sentence = t(
      'This key does not open them: {0} were encrypted for another key file. Nothing was changed.',
      ofWhat.charAt(0).toLowerCase() + ofWhat.slice(1),
    );
    if (!(await showWarning(sentence, t('Choose Another File…')))) return undefined;
  }
}

/** @returns keys of backups of which nobody knows yet how they are encrypted; undefined if nothing was chosen */
export async function askSecrets(services: Services, placeHolder: string): Promise<readonly string[] | undefined> {
  const keyFile = { label: t('Key File…'), icon: 'file' };
  const way = await pickOne([passphraseChoice(), keyFile], { title: t('Enter Key'), placeHolder });
  if (way === undefined) return undefined;
  if (way === keyFile) return askKeyFile(services, t('Key File'));
  const typed = await askHidden(t('Passphrase'), t('This computer remembers it.'), (text) =>
    whyNotThis(text, undefined),
  );
  return typed === undefined || typed === '' ? undefined : keysTyped(typed);
}

async function askKeyFile(services: Services, title: string, isNew = false): Promise<string[] | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ title, openLabel: t('Use Key') })) ?? [];
  return uri && readKeyFile(services.env.fs, localPath(uri), { isNew });
}

function askHidden(
  title: string,
  prompt: string,
  validateInput: (text: string) => string | undefined,
  value = '',
): Thenable<string | undefined> {
  return vscode.window.showInputBox({ title, prompt, value, password: true, ignoreFocusOut: true, validateInput });
}

/** Where a key file goes. @returns undefined if none was chosen */
export async function askWhereToSave(): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({
    title: t('Save Key File'),
    saveLabel: t('Save Key'),
    defaultUri: vscode.Uri.file(join(homedir(), 'micropython-backup-key.txt')),
  });
  return uri && localPath(uri);
}

/** @returns whether somebody who has read what it means goes on */
export async function agreed(question: string, detail: string, button: string): Promise<boolean> {
  return (await showWarning(question, { modal: true, detail }, button)) === button;
}
