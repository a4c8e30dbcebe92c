// What the page of an archive is given, and what its links ask for.

import type { Html } from '../html.js';
import type { BoardPath } from '../paths.js';

/** What a link of the page asks for. */
export type ArchiveAction =
  | { do: 'restore' | 'verify' | 'export' | 'show' | 'import' | 'find' | 'enterKey' | 'repair' | 'undelete' | 'reload' }
  /** Another archive, by its absolute path. */
  | { do: 'open'; archive: string }
  | { do: 'file'; path: BoardPath };

export interface PageContext {
  /** Milliseconds since 1970. */
  now: number;
  hrefOf(action: ArchiveAction): string;
}

export interface ArchivePage {
  title: string;
  body: Html;
}
