// Which boards does the user have? Those that are connected, and those that have backups, brought together.

import type { Port } from '../board/ports.js';
import { t } from '../l10n.js';
import { latestAmong } from '../latest.js';
import { simulatedName } from '../simulatedUrl.js';
import type { BackupSummary } from '../store/summary.js';

export interface KnownBoard {
  /** Stable while nothing new is learned: the board's id, else its URL. */
  key: string;
  /** Known once it has been backed up. */
  id?: string;
  /** Where it is connected; absent while it is away. */
  url?: string;
  name: string;
  machine?: string;
  /** Its newest backup; one that a restore took only if it has no other. */
  latest?: BackupSummary;
}

/** @param name the key of a board, or the URL where it is: before its first backup they are the same */
export function boardNamed<Board extends KnownBoard>(boards: readonly Board[], name: string): Board | undefined {
  return boards.find(({ key, url }) => key === name || url === name);
}

/** What stays the same when a board is plugged in elsewhere: the USB serial number; else the port itself. */
export function portKey({ url, hardware }: Port): string {
  const { vendorId, productId, serialNumber } = hardware;
  return serialNumber ? `usb:${vendorId}:${productId}:${serialNumber}` : url;
}

/**
 * @param idOfPort which board was last seen at a port (by {@link portKey}): boards are not asked just to draw a list
 * @param backups newest first
 * @returns connected boards first, then those that are away, each group by name
 */
export function knownBoards(
  ports: readonly Port[],
  backups: readonly BackupSummary[],
  idOfPort: ReadonlyMap<string, string>,
): KnownBoard[] {
  const latest = new Map<string, BackupSummary>();
  for (const backup of backups) {
    const before = latest.get(backup.board.id);
    const best = before ? latestAmong([before, backup]) : backup;
    if (best) latest.set(backup.board.id, best);
  }
  const boards = new Map<string, KnownBoard>();
  for (const port of ports) {
    const seen = idOfPort.get(portKey(port)) ?? idBySerialNumber(port, latest);
    // A board is at one port only: a second port that remembers it has another one now, which nobody has asked yet.
    const id = seen !== undefined && !boards.has(seen) ? seen : undefined;
    const backup = id === undefined ? undefined : latest.get(id);
    const key = id ?? port.url;
    if (boards.has(key)) continue;
    boards.set(key, {
      key,
      ...(id !== undefined && { id }),
      url: port.url,
      name: backup?.board.name ?? nameOfPort(port),
      ...(backup && { machine: backup.board.machine, latest: backup }),
    });
  }
  for (const [id, backup] of latest) {
    if (boards.has(id)) continue;
    boards.set(id, { key: id, id, name: backup.board.name, machine: backup.board.machine, latest: backup });
  }
  const rank = (board: KnownBoard) => (board.url === undefined ? 1 : 0);
  return [...boards.values()].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** Many boards give their unique id as the serial number of their USB port. */
function idBySerialNumber({ hardware }: Port, backedUp: ReadonlyMap<string, BackupSummary>): string | undefined {
  const id = `uid:${hardware.serialNumber?.toLowerCase()}`;
  return backedUp.has(id) ? id : undefined;
}

function nameOfPort({ url, hardware }: Port): string {
  const simulated = simulatedName(url);
  if (simulated !== undefined) return simulated;
  const { manufacturer } = hardware;
  return manufacturer && manufacturer !== 'Microsoft' ? t('{0} board', manufacturer) : t('Board');
}
