// Links of a page as calls of a command, and back. Knows nothing of VS Code.

import type { ArchiveAction } from '../../core/jobs/archiveActions.js';
import { parseBoardPath } from '../../core/paths.js';
import { hexOf, textOfHex } from '../files/pathHex.js';

/** The kind of editor, as package.json has it. */
export const ARCHIVE_EDITOR = 'micropythonBackup.archive';

/** The only command that a page may call: what it does is in its argument. */
export const ARCHIVE_ACTION = 'micropythonBackup.archiveAction';

/** Which archive a link belongs to, and what it asks for. */
export interface ArchiveCall {
  /** URI of the archive. */
  uri: string;
  action: ArchiveAction;
}

const SIMPLE = [
  'restore',
  'verify',
  'export',
  'show',
  'import',
  'find',
  'enterKey',
  'repair',
  'undelete',
  'reload',
] as const;

/** @param command with its prefix */
export function hrefOf(command: string, { uri, action }: ArchiveCall): string {
  // Names of boards may be any bytes; an address has none that are no text.
  const sent = action.do === 'file' ? { ...action, path: hexOf(action.path) } : action;
  // VS Code decodes what stands behind the question mark once more than it was encoded: a name with a blank or a `%` would be another one.
  const call = Buffer.from(JSON.stringify({ uri, action: sent })).toString('base64url');
  return `command:${command}?${encodeURIComponent(JSON.stringify([call]))}`;
}

/** @returns undefined for anything that is no call of ours. @throws BackupError `bad-name` */
export function parseCall(sent: unknown): ArchiveCall | undefined {
  const call = typeof sent === 'string' ? decoded(sent) : undefined;
  if (!isRecord(call) || typeof call.uri !== 'string' || !isRecord(call.action)) return undefined;
  const { uri, action } = call;
  if (action.do === 'open' && typeof action.archive === 'string')
    return { uri, action: { do: 'open', archive: action.archive } };
  if (action.do === 'file' && typeof action.path === 'string')
    return { uri, action: { do: 'file', path: parseBoardPath(textOfHex(action.path)) } };
  const simple = SIMPLE.find((each) => each === action.do);
  return simple && { uri, action: { do: simple } };
}

function decoded(sent: string): unknown {
  try {
    return JSON.parse(Buffer.from(sent, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
