// What a change of the key of a store came to, in words: the same in VS Code and on the command line.

import { isBackupError } from '../errors.js';
import { msg, t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { UnreadableArchive } from '../store/summary.js';
import { count, duration } from '../text.js';
import type { KeyChangeResult } from './changeKey.js';

/** To be read once by everybody who encrypts backups. */
export const KEEP_THE_KEY = msg(
  'Keep the key somewhere else as well, such as in a password manager: without it, nobody can read these backups again.',
);

/** `The backups in /backups are encrypted: 12 archives rewritten in 3 s, and read back.` @param root of the store */
export function describeKeyChange({ mode, changed, seconds }: KeyChangeResult, root: string): string {
  const done =
    changed === 0
      ? t('no archive had to be rewritten')
      : t('{0} rewritten in {1}, and read back', count(changed, 'archive'), duration(seconds));
  return t(
    mode === null
      ? 'The backups in {0} are plain: {1}.'
      : mode === 'passphrase'
        ? 'The backups in {0} are encrypted with the passphrase: {1}.'
        : 'The backups in {0} are encrypted: {1}.',
    displayPath(root),
    done,
  );
}

/** Archives that stayed under their former key, or plain, and what to do about them. */
export function detailsOfKeyChange({ left, mode, isEnded }: KeyChangeResult): string[] {
  const lines = left.map(({ path, error, is }) => {
    // Among plain archives it would look as if encryption.json were lost.
    const isAside = mode === null && is === 'foreign';
    return t(
      isAside ? 'Moved to the quarantine: {0}. {1}' : 'Left as it is: {0}. {1}',
      displayPath(path),
      displayPath(error.message),
    );
  });
  if (!isEnded) {
    const inTrash = left.filter(({ is }) => is === 'in the way, in the trash');
    const inStore = left.filter(({ is }) => is === 'in the way');
    const isUnread = ({ error }: UnreadableArchive) => !isBackupError(error, 'archive-damaged');
    const ways = [
      ...(inStore.every(isUnread) ? [] : [t('repair the backups (`mpbackup repair`)')]),
      ...([...inStore, ...inTrash].some(isUnread) ? [t('make sure that the disk can be read')] : []),
      ...(inTrash.every(isUnread) ? [] : [t('empty the trash (`mpbackup trash --empty --damaged`)')]),
    ];
    lines.push(
      t(
        mode === null
          ? 'Stopping the encryption is not finished: {0} in the way. {1}, then finish it (`mpbackup key finish`).'
          : 'The change of the key is not finished: {0} in the way. {1}, then finish it (`mpbackup key finish`).',
        count(inStore.length + inTrash.length, 'archive'),
        sentence(ways),
      ),
    );
  }
  const quarantined = left.filter(({ is }) => is === 'in quarantine').length;
  if (quarantined > 0) {
    const stay = t(
      quarantined === 1 ? '{0} in quarantine is as it was.' : '{0} in quarantine are as they were.',
      count(quarantined, 'damaged archive'),
    );
    const why = t(
      mode === null
        ? 'Delete the folder `quarantine` of the backups if you need nothing in it.'
        : 'Delete the folder `quarantine` of the backups if the previous key should no longer open anything.',
    );
    lines.push(`${stay} ${why}`);
  }
  return lines;
}

function sentence([first = '', ...others]: readonly string[]): string {
  const text = others.reduce((ways, way) => t('{0} and {1}', ways, way), first);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A file for the key, as age-keygen writes it. @param created ISO 8601 */
export function keyFileText(identity: string, recipient: string, created: string): string {
  return `# created: ${created}\n# public key: ${recipient}\n${identity}\n`;
}
