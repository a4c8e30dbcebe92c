// Where is the second place? A folder, or what rclone reaches.

import * as vscode from 'vscode';
import { listRemotes } from '../../core/offsite/remotes.js';
import { localPath } from '../files/localPath.js';
import { pickOne } from '../quickPick.js';
import { readSettings } from '../settings.js';
import { whyNotRemote } from './secondPlaceWords.js';

const FOLDER = { label: 'Folder…', icon: 'folder', detail: 'On another disk, or a share of another computer.' };
const RCLONE = {
  ...{ label: 'rclone Remote…', icon: 'cloud' },
  detail: 'S3-compatible storage, WebDAV, SFTP and many more, by the program rclone.',
};

/** @param title of each step @returns an absolute path or `name:path`; undefined where nothing was chosen. @throws BackupError `rclone-missing` */
export async function choosePlace(title: string, placeHolder: string): Promise<string | undefined> {
  const kind = await pickOne([FOLDER, RCLONE], { title, placeHolder });
  if (kind === undefined) return undefined;
  return kind === RCLONE ? chooseRemote(title) : chooseFolder(title);
}

async function chooseFolder(title: string): Promise<string | undefined> {
  const options = { title, openLabel: 'Use Folder', canSelectFiles: false, canSelectFolders: true };
  const [uri] = (await vscode.window.showOpenDialog(options)) ?? [];
  return uri && localPath(uri);
}

async function chooseRemote(title: string): Promise<string | undefined> {
  const { rclonePath } = readSettings();
  const remotes = await listRemotes({ rclonePath });
  const other = {
    label: 'Type a Remote…',
    icon: 'edit',
    detail: 'A name and a folder, as rclone takes them.',
    remote: '',
  };
  const setUp = {
    ...{ label: 'Set Up a Remote in a Terminal…', icon: 'terminal', remote: '' },
    detail: 'Runs "rclone config", which asks for the kind of storage and for what opens it.',
  };
  const items = [
    ...(remotes.length > 0 ? [] : [setUp]),
    ...remotes.map((remote) => ({ label: remote, icon: 'cloud', remote })),
    other,
  ];
  const placeHolder =
    remotes.length > 0
      ? 'Remotes that rclone knows'
      : 'rclone knows no storage yet: set one up first, and come back then.';
  const picked = await pickOne(items, { title, placeHolder });
  if (!picked) return undefined;
  if (picked === setUp) {
    const terminal = { name: 'rclone config', shellPath: rclonePath ?? 'rclone', shellArgs: ['config'] };
    vscode.window.createTerminal(terminal).show();
    return undefined;
  }
  const typed = await vscode.window.showInputBox({
    ...{ title, prompt: 'The remote, a colon, and a folder there. The folder is made where there is none.' },
    ...{ value: picked.remote === '' ? '' : `${picked.remote}micropython-backups`, placeHolder: 'nas:backups' },
    ...{ ignoreFocusOut: true, validateInput: whyNotRemote },
  });
  return typed === undefined || whyNotRemote(typed) !== undefined ? undefined : typed.trim();
}
