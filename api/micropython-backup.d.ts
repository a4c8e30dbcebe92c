// The API that MicroPython Backup offers to other extensions. Copy this file into your project; docs/api.md explains how to use it.
// Nothing is ever removed from a version of the API, and what is added to it is optional. A breaking change gets a new version.

import type { CancellationToken, Disposable, Event } from 'vscode';

/** The `exports` of the extension `micropython-backup.micropython-backup`. */
export interface MicropythonBackupExports {
  /** @throws ApiError `bad-argument` if there is no such version */
  getApi(version: 1): MicropythonBackupApi;
}

export interface MicropythonBackupApi {
  readonly version: 1;

  /** Boards that are connected, and boards that have backups. No board is contacted for this. */
  boards(): Promise<Board[]>;

  /**
   * The backups of a board, newest first.
   *
   * @throws ApiError for example `key-missing` if the backups are encrypted and their key is not known on this computer
   */
  backups(board: BoardReference): Promise<Backup[]>;

  /**
   * Backs up a board according to the user's settings. The job is shown as running, and the user can cancel it. If another job
   * uses the port, this one waits for its turn.
   *
   * @throws ApiError
   */
  backup(board: BoardReference, options?: BackupOptions): Promise<BackupResult>;

  /**
   * Fires when a restore, or the undoing or finishing of one, is about to change a board in this window, before the first byte is
   * written. Listeners cannot prevent it, but can delay it for a few seconds: see `waitUntil`.
   */
  readonly onWillWrite: Event<WillWriteEvent>;

  /** Fires after each backup in this window, whoever started it, except for the safety backup of a restore. */
  readonly onDidBackup: Event<DidBackupEvent>;

  /**
   * Keeps automatic backups in this window away from a board until the returned `Disposable` is disposed. Resolves when no job of
   * this window uses the port any more. Jobs that the user starts in the meantime are still attempted.
   *
   * @throws ApiError `port-busy` if a job uses the port and `whenBusy` is `refuse`; `cancelled`
   */
  releasePort(board: BoardReference, options?: ReleaseOptions): Promise<Disposable>;
}

/** What promises are rejected with. `message` is in the user's language, and says what happened and what to do next. */
export interface ApiError extends Error {
  /** Stable, such as `board-silent`, `port-busy` or `cancelled`; `unexpected` for a bug. docs/api.md lists all codes. */
  readonly code: string;
}

/** A board, or its `id`, its `url`, or its name if no other board has the same. */
export type BoardReference = string | Pick<Board, 'id' | 'url'>;

export interface Board {
  /** Absent until the board has been backed up for the first time. */
  readonly id?: string;
  /** Where it is connected: a port such as `/dev/ttyACM0` or `COM3`, or an address. Absent while it is not connected. */
  readonly url?: string;
  readonly name: string;
  /** What the firmware calls the hardware, such as `Raspberry Pi Pico with RP2040`. Absent if it is not known. */
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
  /** The occasion on which it was taken: `manual`, `quick`, `daily`, …; `safety` if a restore took it. */
  readonly origin: string;
  /** The number of files in the backup, and the sum of their sizes. */
  readonly files: number;
  readonly bytes: number;
  readonly note?: string;
  /** The name of its backup set; absent for the default set. */
  readonly set?: string;
  /** Pinned backups are neither deleted nor pruned. */
  readonly isPinned: boolean;
  /** An address that opens VS Code and shows the backup. */
  readonly link: string;
}

export interface BackupOptions {
  /** Default: `auto`, which is incremental unless a full backup is due. */
  readonly kind?: BackupKind | 'auto';
  /** The name of a backup set in the setting `micropythonBackup.backupSets`. */
  readonly set?: string;
  /** A label for the backup, of one line. */
  readonly note?: string;
  readonly token?: CancellationToken;
}

export interface BackupResult {
  /** The new backup, or the last one if nothing has changed since. */
  readonly backup: Backup;
  readonly isUnchanged: boolean;
  /** Paths of files that could not be read. All other files are in the backup. */
  readonly unreadable: readonly string[];
  /** Sentences about what the user should know, although the backup was made. */
  readonly warnings: readonly string[];
  readonly seconds: number;
}

export interface WillWriteEvent {
  readonly board: { readonly id: string; readonly name: string; readonly url: string };
  readonly purpose: 'restore' | 'undo' | 'finish';
  /** Paths on the board, without a leading slash: `lib/wifi.py`. */
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  /** The sum of the sizes of the files in `written`. */
  readonly bytes: number;
  /**
   * Delays the restore until `thenable` settles, by three seconds at most for all listeners together. Must be called synchronously
   * while the event is being dispatched; later calls have no effect. A rejection has no effect either.
   */
  waitUntil(thenable: PromiseLike<unknown>): void;
}

export interface DidBackupEvent {
  readonly backup: Backup;
  /** True if nothing has changed: `backup` is then the last one. */
  readonly isUnchanged: boolean;
}

export interface ReleaseOptions {
  /** What to do if a job uses the port: `wait` until it has ended (the default), or `refuse`, which rejects at once. */
  readonly whenBusy?: 'wait' | 'refuse';
  readonly token?: CancellationToken;
}
