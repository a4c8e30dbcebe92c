// The boards that have backups, and where each of them is connected, as far as that is known without asking a board.

import { portId, usbId } from '../core/board/identity.js';
import { listPorts, type Port } from '../core/board/ports.js';
import { type KnownBoard, knownBoards, portKey } from '../core/plan/knownBoards.js';
import type { Store } from '../core/store/store.js';
import { boardIdOf } from './boardNamed.js';
import { boardUrl } from './lineOptions.js';
import type { Call } from './usage.js';
import { UsageError } from './usageError.js';

export interface StoredBoard {
  id: string;
  name: string;
  /** Absent while it is away, or if nobody knows what is at the port. */
  url?: string;
}

/**
 * @param named only these: by name or id, each with the port where it is if that cannot be known (`greenhouse=/dev/ttyUSB0`)
 * @throws BackupError `backup-not-found`, `bad-argument` for a name that fits none or several
 */
export async function storedBoards(call: Call, store: Store, named: readonly string[]): Promise<StoredBoard[]> {
  const { backups } = await store.list();
  const { ports, trouble } = await listPorts([], call.simulatedBoards);
  if (trouble) call.output.note([trouble.message, trouble.hint].filter(Boolean).join(' '));
  const ids = new Set(backups.map(({ board }) => board.id));
  const idOfPort = new Map(
    ports.flatMap((port) => idsAt(port).flatMap((id) => (ids.has(id) ? [[portKey(port), id]] : []))),
  );
  const boards = knownBoards(ports, backups, idOfPort).flatMap(stored);
  if (named.length === 0) return boards;
  const chosen = new Map<string, StoredBoard>();
  for (const text of named) {
    const [name, url] = split(text, boards);
    const id = await boardIdOf(store, name);
    const board = boards.find((each) => each.id === id);
    if (board) chosen.set(id, { ...board, ...(url !== undefined && { url: boardUrl(url) }) });
  }
  return [...chosen.values()];
}

/** Ids that a board without a unique id of its own gets from its port. */
function idsAt({ url, hardware }: Port): string[] {
  return [portId(url), usbId(hardware)].filter((id) => id !== undefined);
}

function stored({ id, name, url }: KnownBoard): StoredBoard[] {
  return id === undefined ? [] : [{ id, name, ...(url !== undefined && { url }) }];
}

/** Names may hold the sign that parts them from a port. */
function split(text: string, boards: readonly StoredBoard[]): [name: string, url?: string] {
  if (boards.some(({ id, name }) => id === text || name === text)) return [text];
  const at = text.indexOf('=');
  if (at < 0) return [text];
  const [name, url] = [text.slice(0, at), text.slice(at + 1)];
  if (name === '' || url === '') throw new UsageError(`--board must be BOARD or BOARD=PORT, not ${text}.`);
  return [name, url];
}
