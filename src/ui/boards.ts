// What the tree and the status bar show: the boards and the backups, kept up to date as boards come and go.

import * as vscode from 'vscode';
import { isOfKey } from '../core/archive/archiveErrors.js';
import { mayOpenPort } from '../core/board/portAccess.js';
import { listPorts, type PortList, watchPorts } from '../core/board/ports.js';
import type { Env } from '../core/env.js';
import { BackupError, type ErrorCode, isBackupError, messageOf } from '../core/errors.js';
import { whyLocked } from '../core/jobs/isUnlocked.js';
import type { OffsiteState } from '../core/jobs/offsitePlace.js';
import { t } from '../core/l10n.js';
import type { Health } from '../core/plan/health.js';
import { type KnownBoard, knownBoards, portKey } from '../core/plan/knownBoards.js';
import type { Encryption } from '../core/store/encryption.js';
import type { RestoreRecord } from '../core/store/restoreRecords.js';
import { openStore, type Store } from '../core/store/store.js';
import type { StoreListing } from '../core/store/summary.js';
import { readSettings } from './settings.js';

const SEEN_AT_PORT = 'boardSeenAtPort';

export class Boards implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fired when boards or backups have changed. */
  readonly onDidChange = this.changed.event;

  list: readonly KnownBoard[] = [];
  listing: StoreListing = { backups: [], unreadable: [], unclearNotes: [] };
  /** Records of restores, newest first. */
  restores: readonly RestoreRecord[] = [];
  /** URLs of ports that this user may not open. */
  denied: ReadonlySet<string> = new Set();
  /** Why ports could not be listed, or not all of them. */
  portsTrouble: BackupError | undefined;
  /** The health of the backups, as last determined; absent until then. */
  health: Health | undefined;
  /** Why backups could not be listed. */
  storeTrouble: BackupError | undefined;
  /** The folder whose backups were listed last: everything here is about that one, even if the settings have changed since. */
  root: string | undefined;
  /** How the backups are encrypted; absent if that cannot be read. */
  encryption: Encryption | undefined;
  /** Where backups are copied to; absent if no such place is set up. */
  secondPlace: OffsiteState | undefined;
  /** Why that is not known. */
  private placeTrouble: BackupError | undefined;
  private ports: PortList = { ports: [] };
  private store: { folder: string; opened: Promise<Store> } | undefined;
  private stopWatching: (() => void) | undefined;
  private lastLook: Promise<void> = Promise.resolve();
  private nextLook: Promise<void> | undefined;
  private portsAreDue = false;
  private firstLook: Promise<void> | undefined;

  constructor(
    readonly env: Env,
    private readonly memory: vscode.Memento,
  ) {}

  /** Whether the backups are encrypted and their key is not known here. */
  get isLocked(): boolean {
    return isOfKey(this.storeTrouble);
  }

  get troubles(): BackupError[] {
    return [this.portsTrouble, this.storeTrouble, this.placeTrouble].filter((trouble) => trouble !== undefined);
  }

  /** The store in the folder of the settings. There is only one, since it remembers what it has read. */
  openStore(): Promise<Store> {
    const folder = readSettings().storeFolder;
    if (this.store?.folder === folder) return this.store.opened;
    const opened = openStore(this.env, folder);
    const store = { folder, opened };
    this.store = store;
    opened.catch(() => {
      // So that the next call tries again.
      if (this.store === store) this.store = undefined;
    });
    return opened;
  }

  /** The next caller gets a new store, which remembers nothing. */
  closeStore(): void {
    this.store = undefined;
  }

  /** Reads the ports and the backups again. Never rejects: errors are in the `…Trouble` fields. */
  refresh(): Promise<void> {
    this.portsAreDue = true;
    return this.refreshBackups();
  }

  /** Reads the backups again. Never rejects. */
  refreshBackups(): Promise<void> {
    // One after the other, or a slow one would overwrite the result of a newer one. A call while one is under way gets the result of the
    // next one.
    this.nextLook ??= this.lastLook.then(() => {
      this.nextLook = undefined;
      return this.look();
    });
    this.lastLook = this.nextLook;
    return this.nextLook;
  }

  /** Resolves when ports and backups have been read for the first time: before that, an empty list means nothing. */
  looked(): Promise<void> {
    this.firstLook ??= this.refresh();
    return this.firstLook;
  }

  /** Watches the ports for boards that are plugged in and out, while the view is visible. */
  watch(visible: boolean): void {
    if (!visible) {
      this.stopWatching?.();
      this.stopWatching = undefined;
      return;
    }
    this.stopWatching ??= watchPorts(
      () => this.listPorts(),
      () => void this.refresh(),
    );
  }

  /** @param health undefined if there are no backups any more */
  noteHealth(health: Health | undefined): void {
    if (health === this.health) return;
    this.health = health;
    this.redraw();
  }

  /** Fires {@link onDidChange}. */
  redraw(): void {
    this.changed.fire();
  }

  /** Remembers which board is at a port, so that it is known next time without connecting. */
  async learn(url: string, boardId: string): Promise<void> {
    // It is no longer at the port where it was seen before.
    const others = Object.entries(this.seen()).filter(([, id]) => id !== boardId);
    await this.memory.update(SEEN_AT_PORT, { ...Object.fromEntries(others), [this.keyOf(url)]: boardId });
  }

  /** Forgets which board is at a port, because another one was found there. */
  async forget(url: string): Promise<void> {
    const { [this.keyOf(url)]: _there, ...others } = this.seen();
    await this.memory.update(SEEN_AT_PORT, others);
    await this.refresh();
  }

  dispose(): void {
    this.watch(false);
    this.changed.dispose();
  }

  private async look(): Promise<void> {
    const before = this.troubles.map(({ message }) => message);
    if (this.portsAreDue) {
      this.portsAreDue = false;
      this.ports = await this.listPorts();
      this.portsTrouble = this.ports.trouble;
      this.denied = await deniedOf(this.ports);
    }
    try {
      const store = await this.openStore();
      this.encryption = undefined;
      this.root = store.root;
      this.encryption = await store.encryption();
      await this.lookForPlace(store);
      const locked = await whyLocked(store);
      this.listing = await store.list();
      this.restores = (await store.restores()).records;
      this.storeTrouble = locked;
    } catch (error) {
      this.listing = { backups: [], unreadable: [], unclearNotes: [] };
      this.restores = [];
      this.storeTrouble = troubleOf(error, 'store-failed', t('The backups could not be listed.'));
    }
    for (const { message, cause } of this.troubles) {
      // Logged once, however often the ports are read.
      if (!before.includes(message))
        this.env.log.error(cause === undefined ? message : `${message} ${messageOf(cause)}`);
    }
    const seen = new Map(Object.entries(this.seen()));
    this.list = knownBoards(this.ports.ports, this.listing.backups, seen);
    this.redraw();
  }

  private async lookForPlace(store: Store): Promise<void> {
    try {
      // Loaded only if there is a second place: most users have none.
      const { offsiteState } = await import('../core/jobs/offsitePlace.js');
      this.secondPlace = await offsiteState(store);
      this.placeTrouble = undefined;
    } catch (error) {
      this.secondPlace = undefined;
      this.placeTrouble = troubleOf(error, 'store-failed', t('The settings of the second place cannot be read.'));
    }
  }

  private async listPorts(): Promise<PortList> {
    const { extraPorts, simulatedBoardsFolder } = readSettings();
    try {
      return await listPorts(extraPorts, simulatedBoardsFolder);
    } catch (error) {
      return { ports: [], trouble: troubleOf(error, 'port-failed', t('The ports could not be listed.')) };
    }
  }

  private keyOf(url: string): string {
    return portKey(this.ports.ports.find((port) => port.url === url) ?? { url, hardware: {} });
  }

  private seen(): Record<string, string> {
    return this.memory.get<Record<string, string>>(SEEN_AT_PORT, {});
  }
}

async function deniedOf({ ports }: PortList): Promise<Set<string>> {
  const denied = new Set<string>();
  for (const { url } of ports) if (!(await mayOpenPort(url))) denied.add(url);
  return denied;
}

function troubleOf(error: unknown, code: ErrorCode, sentence: string): BackupError {
  return isBackupError(error) ? error : new BackupError(code, sentence, { cause: error });
}
