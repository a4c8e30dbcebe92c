// What MicroPython Backup offers to other extensions. Copy this file into yours: docs/api.md says how to use it.
// A version never loses anything, and what is added to it is optional. What cannot be kept so gets another version.

import type { CancellationToken, Disposable, Event } from 'vscode';

/** The `exports` of the extension `micropython-backup.micropython-backup`. */
export interface MicropythonBackupExports {
  /** @throws ApiError `bad-argument` for a version that there is not */
  getApi(version: 1): MicropythonBackupApi;
}

export interface MicropythonBackupApi {
  readonly version: 1;

  /** Boards that are connected, and those that have backups. */
  boards(): Promise<Board[]>;

  /** The backups of a board, newest first. @throws ApiError such as `key-missing` where they are encrypted and locked */
  backups(board: BoardReference): Promise<Backup[]>;

  /**
   * Backs a board up, as the user's settings say. It shows as running, and the user can cancel it. Waits for its turn where
   * another job uses the port.
   *
   * @throws ApiError
   */
  backup(board: BoardReference, options?: BackupOptions): Promise<BackupResult>;

  /**
   * Fires before a restore, the undoing of one or the finishing of one changes a board in this window: before the first byte.
   * Nobody can stop it; whoever has to put something in order first has a few seconds for that: see `waitUntil`.
   */
  readonly onWillWrite: Event<WillWriteEvent>;

  /** Fires after each backup in this window, whoever asked for it, but not for those that a restore takes. */
  readonly onDidBackup: Event<DidBackupEvent>;

  /**
   * Has backups that happen by themselves leave a board alone in this window, until what is returned is disposed. It resolves when no
   * job of this window uses the port any more. What the user starts meanwhile is tried all the same.
   *
   * @throws ApiError `port-busy` where a job uses the port and `whenBusy` is `refuse`; `cancelled`
   */
  releasePort(board: BoardReference, options?: ReleaseOptions): Promise<Disposable>;
}

/** What is thrown: `message` is a sentence in the user's language, which says what happened and what to do next. */
export interface ApiError extends Error {
  /** Stable, such as `board-silent`, `port-busy`, `cancelled`; `unexpected` for what is a defect. docs/api.md lists them. */
  readonly code: string;
}

/** A board, or its `id`, its `url`, or its name where no other has it. */
export type BoardReference = string | Pick<Board, 'id' | 'url'>;

export interface Board {
  /** Known once it has been backed up. */
  readonly id?: string;
  /** Where it is connected: a port such as `/dev/ttyACM0` or `COM3`, or an address. Absent while it is away. */
  readonly url?: string;
  readonly name: string;
  readonly machine?: string;
  /** Its newest backup. */
  readonly latest?: Backup;
}

export type BackupKind = 'full' | 'incremental' | 'differential';

export interface Backup {
  /** 64 hex digits. */
  readonly id: string;
  readonly board: { readonly id: string; readonly name: string };
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly kind: BackupKind;
  /** Why it was taken: `manual`, `quick`, `daily`, …; `safety` for one that a restore took. */
  readonly origin: string;
  /** Files, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  readonly note?: string;
  /** The backup set that it is of; absent for the usual one. */
  readonly set?: string;
  readonly isPinned: boolean;
  /** Opens VS Code and shows the backup. */
  readonly link: string;
}

export interface BackupOptions {
  /** `auto` where nothing is said: incremental where that is possible. */
  readonly kind?: BackupKind | 'auto';
  /** A set of the setting `micropythonBackup.backupSets`. */
  readonly set?: string;
  /** One line. */
  readonly note?: string;
  readonly token?: CancellationToken;
}

export interface BackupResult {
  /** Where nothing has changed, the last one. */
  readonly backup: Backup;
  readonly isUnchanged: boolean;
  /** Files that could not be read; all others are in the backup. */
  readonly unreadable: readonly string[];
  /** Sentences on what is not as it should be, though the backup is made. */
  readonly warnings: readonly string[];
  readonly seconds: number;
}

export interface WillWriteEvent {
  readonly board: { readonly id: string; readonly name: string; readonly url: string };
  readonly purpose: 'restore' | 'undo' | 'finish';
  /** Paths on the board without a slash at the beginning: `lib/wifi.py`. */
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  /** Of what is written. */
  readonly bytes: number;
  /**
   * Has the restore wait, at most three seconds for all who ask for that. To be called while the event is delivered; what comes
   * later is not waited for. A rejection changes nothing.
   */
  waitUntil(thenable: PromiseLike<unknown>): void;
}

export interface DidBackupEvent {
  readonly backup: Backup;
  readonly isUnchanged: boolean;
}

export interface ReleaseOptions {
  /** `wait` where nothing is said. */
  readonly whenBusy?: 'wait' | 'refuse';
  readonly token?: CancellationToken;
}
