// An archive that an editor shows, as far as commands know it.

import type * as vscode from 'vscode';
import type { Damage } from '../../core/archive/verify.js';
import type { ArchiveDescription } from '../../core/jobs/describeArchive.js';
import type { JobContext } from '../../core/jobs/job.js';

export interface ShownArchive {
  readonly uri: vscode.Uri;
  /** What is shown; absent until it is. */
  readonly shown: ArchiveDescription | undefined;
  /** Looks at it again, and draws what is different. Never rejects. */
  refresh(): Promise<void>;
  /** Reads all of it, and shows what came of it. @returns undefined if it cannot be opened. @throws BackupError `cancelled`, `store-…` */
  verify(context: JobContext): Promise<readonly Damage[] | undefined>;
}

export interface ShownArchives {
  /** The editor that shows the archive with this URI, the one in front first; undefined if none does. */
  viewOf(uri: string): ShownArchive | undefined;
}
