// What both faces say of a caution. The way out is theirs: each has its own.

import { displayPath } from '../paths.js';
import type { SecretHint, SecretKind } from '../plan/secretScan.js';
import { count } from '../text.js';
import type { Caution } from './cautions.js';

/** As many are named; who looks after these finds the others. */
const MOST_NAMED = 3;

const KINDS: Record<SecretKind, string> = {
  wifi: 'a Wi-Fi password',
  password: 'a password',
  token: 'a token',
  'private-key': 'a private key',
};

/** What is so, and why it matters. Names in it cannot play tricks. @param root of the store */
export function describeCaution(caution: Caution, root: string): string {
  const folder = displayPath(root);
  if (caution.kind === 'secrets') {
    const { board, hints } = caution;
    return `The backups of ${displayPath(board.name)} in ${folder} are not encrypted, and seem to hold ${secrets(hints)}: whoever can read that folder can read that too.`;
  }
  const { path, isCertain } = caution.workTree;
  const unknown = isCertain ? 'which does not ignore them' : 'and nobody here can ask git whether it ignores them';
  return `The backups in ${folder} are not encrypted, and lie in the git work tree ${displayPath(path)}, ${unknown}: a commit takes along whatever the boards keep secret.`;
}

/** `a Wi-Fi password (secrets.py, line 3) and a token (main.py, line 12)` */
function secrets(hints: readonly SecretHint[]): string {
  const named = hints
    .slice(0, MOST_NAMED)
    .map(({ path, line, kind }) => `${KINDS[kind]} (${displayPath(path)}, line ${line})`);
  const more = hints.length - named.length;
  return listed(more > 0 ? [...named, `${count(more, 'other secret')}`] : named);
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
