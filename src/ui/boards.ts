// What the tree and the status bar show: the boards and the backups, kept up to date as boards come and go.

import * as vscode from 'vscode';
import { listPorts, type PortList, watchPorts } from '../core/board/ports.js';
import type { Env } from '../core/env.js';
import { type BackupError, isBackupError, messageOf } from '../core/errors.js';
import { type KnownBoard, knownBoards, portKey } from '../core/plan/knownBoards.js';
import { openStore, type Store } from '../core/store/store.js';
import type { StoreListing } from '../core/store/summary.js';
import { readSettings } from './settings.js';

const SEEN_AT_PORT = 'boardSeenAtPort';

export class Boards implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Boards or backups have changed. */
  readonly onDidChange = this.changed.event;

  list: readonly KnownBoard[] = [];
  listing: StoreListing = { backups: [], unreadable: [] };
  /** Why ports or backups could not be listed. */
  troubles: BackupError[] = [];
  private ports: PortList = { ports: [] };
  private stopWatching: (() => void) | undefined;

  constructor(
    private readonly env: Env,
    private readonly memory: vscode.Memento,
  ) {}

  openStore(): Promise<Store> {
    return openStore(this.env, readSettings().storeFolder);
  }

  /** Reads the ports and the backups anew. */
  async refresh(): Promise<void> {
    this.ports = await this.listPorts();
    await this.refreshBackups();
  }

  async refreshBackups(): Promise<void> {
    const troubles: BackupError[] = [];
    try {
      this.listing = await (await this.openStore()).list();
    } catch (error) {
      if (!isBackupError(error)) throw error;
      this.env.log.error(`the store could not be listed: ${error.message} ${messageOf(error.cause)}`);
      this.listing = { backups: [], unreadable: [] };
      troubles.push(error);
    }
    this.troubles = this.ports.trouble ? [this.ports.trouble, ...troubles] : troubles;
    this.merge();
  }

  /** Follows boards that are plugged in and out, from the first time somebody looks. */
  watch(visible: boolean): void {
    if (!visible) {
      this.stopWatching?.();
      this.stopWatching = undefined;
      return;
    }
    this.stopWatching ??= watchPorts(
      () => this.listPorts(),
      (ports) => {
        this.ports = ports;
        void this.refreshBackups();
      },
    );
  }

  /** Remembers which board is at a port, so that it is known the next time without being asked. */
  async learn(url: string, boardId: string): Promise<void> {
    const port = this.ports.ports.find((port) => port.url === url) ?? { url, hardware: {} };
    // It has left whatever port it was seen at before.
    const others = Object.entries(this.seen()).filter(([, id]) => id !== boardId);
    await this.memory.update(SEEN_AT_PORT, { ...Object.fromEntries(others), [portKey(port)]: boardId });
  }

  dispose(): void {
    this.watch(false);
    this.changed.dispose();
  }

  private async listPorts(): Promise<PortList> {
    const { extraPorts, simulatedBoardsFolder } = readSettings();
    return listPorts(extraPorts, simulatedBoardsFolder);
  }

  private merge(): void {
    const seen = new Map(Object.entries(this.seen()));
    this.list = knownBoards(this.ports.ports, this.listing.backups, seen);
    this.changed.fire();
  }

  private seen(): Record<string, string> {
    return this.memory.get<Record<string, string>>(SEEN_AT_PORT, {});
  }
}
