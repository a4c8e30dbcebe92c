// What both faces say of a caution. The way out is theirs: each has its own.

import { type Message, msg, t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { SecretHint, SecretKind } from '../plan/secretScan.js';
import { count } from '../text.js';
import type { Caution } from './cautions.js';

/** As many are named; who looks after these finds the others. */
const MOST_NAMED = 3;

const KINDS: Record<SecretKind, Message> = {
  wifi: msg('a Wi-Fi password'),
  password: msg('a password'),
  token: msg('a token'),
  'private-key': msg('a private key'),
};

/** What is so, and why it matters. Names in it cannot play tricks. @param root of the store */
export function describeCaution(caution: Caution, root: string): string {
  const folder = displayPath(root);
  if (caution.kind === 'secrets') {
    const { board, hints } = caution;
    return t(
      'The backups of {0} in {1} are not encrypted, and seem to contain {2}: anyone who can read that folder can read that too.',
      displayPath(board.name),
      folder,
      secrets(hints),
    );
  }
  const { path, isCertain } = caution.workTree;
  return t(
    isCertain
      ? 'The backups in {0} are not encrypted and are in the git work tree {1}, which does not ignore them: a commit would include any secrets of the boards.'
      : 'The backups in {0} are not encrypted and are in the git work tree {1}. Whether git ignores them could not be checked. If it does not, a commit includes any secrets of the boards.',
    folder,
    displayPath(path),
  );
}

/** `a Wi-Fi password (secrets.py, line 3) and a token (main.py, line 12)` */
function secrets(hints: readonly SecretHint[]): string {
  const named = hints
    .slice(0, MOST_NAMED)
    .map(({ path, line, kind }) => t('{0} ({1}, line {2})', t(KINDS[kind]), displayPath(path), line));
  const more = hints.length - named.length;
  return listed(more > 0 ? [...named, `${count(more, 'other secret')}`] : named);
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : t('{0} and {1}', parts.slice(0, -1).join(', '), parts.at(-1) ?? '');
}
