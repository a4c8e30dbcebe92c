// Where is the second place? A folder, or what rclone reaches.

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { listRemotes } from '../../core/offsite/remotes.js';
import { localPath } from '../files/localPath.js';
import { pickOne } from '../quickPick.js';
import { readSettings } from '../settings.js';
import { whyNotRemote } from './secondPlaceWords.js';

/** @param title of each step @returns an absolute path or `name:path`; undefined if nothing was chosen. @throws BackupError `rclone-missing` */
export async function choosePlace(title: string, placeHolder: string): Promise<string | undefined> {
  const folder = {
    label: t('Folder…'),
    icon: 'folder',
    detail: t('On another disk, or a share of another computer.'),
  };
  const rclone = {
    label: t('rclone Remote…'),
    icon: 'cloud',
    detail: t('S3-compatible storage, WebDAV, SFTP and many more, by the program rclone.'),
  };
  const kind = await pickOne([folder, rclone], { title, placeHolder });
  if (kind === undefined) return undefined;
  return kind === rclone ? chooseRemote(title) : chooseFolder(title);
}

async function chooseFolder(title: string): Promise<string | undefined> {
  // VS Code would begin where a file was opened last: on a simulated board, or among the backups.
  const defaultUri = vscode.Uri.file(homedir());
  const options = { title, defaultUri, openLabel: t('Use Folder'), canSelectFiles: false, canSelectFolders: true };
  const [uri] = (await vscode.window.showOpenDialog(options)) ?? [];
  return uri && localPath(uri);
}

async function chooseRemote(title: string): Promise<string | undefined> {
  const { rclonePath } = readSettings();
  const remotes = await listRemotes({ rclonePath });
  const other = {
    label: t('Type a Remote…'),
    icon: 'edit',
    detail: t('A name and a folder, as rclone takes them.'),
    remote: '',
  };
  const setUp = {
    label: t('Set Up a Remote in a Terminal…'),
    icon: 'terminal',
    remote: '',
    detail: t('Runs "rclone config", which asks for the kind of storage and for what opens it.'),
  };
  const items = [
    ...(remotes.length > 0 ? [] : [setUp]),
    ...remotes.map((remote) => ({ label: remote, icon: 'cloud', remote })),
    other,
  ];
  const placeHolder =
    remotes.length > 0
      ? t('Remotes that rclone knows')
      : t('rclone knows no storage yet: set one up first, and come back then.');
  const picked = await pickOne(items, { title, placeHolder });
  if (!picked) return undefined;
  if (picked === setUp) {
    const terminal = { name: 'rclone config', shellPath: rclonePath ?? 'rclone', shellArgs: ['config'] };
    vscode.window.createTerminal(terminal).show();
    return undefined;
  }
  const typed = await vscode.window.showInputBox({
    title,
    prompt: t('The remote, a colon, and a folder there. The folder is created if it does not exist.'),
    value: picked.remote === '' ? '' : `${picked.remote}micropython-backups`,
    placeHolder: 'nas:backups',
    ignoreFocusOut: true,
    validateInput: whyNotRemote,
  });
  return typed === undefined || whyNotRemote(typed) !== undefined ? undefined : typed.trim();
}
