// The tree of a backup as folders in folders, with as many rows as a page can have: a board may have ten thousand files, and a
// manifest from elsewhere any number of them, as deep as it likes.

import { type BoardPath, nameOf } from '../paths.js';

/** What a page has room for; more makes it slow. */
export const MOST_ROWS = 1000;

/** Folders in folders. What lies deeper stands in the deepest one, with the rest of its path as its name. */
const DEEPEST = 24;

export interface TreeEntry {
  type: 'file' | 'folder';
  path: BoardPath;
  /** Of a file. */
  size?: number;
}

export interface TreeFile<Entry> {
  name: string;
  entry: Entry;
}

export interface TreeFolder<Entry> {
  name: string;
  folders: TreeFolder<Entry>[];
  files: TreeFile<Entry>[];
  /** Of all files below it, those too that have no row. */
  count: number;
  bytes: number;
  /** What is in it and has no row. */
  hidden: number;
}

export interface ArchiveTree<Entry> {
  root: TreeFolder<Entry>;
  rows: number;
  /** Rows that there would be besides. */
  hidden: number;
}

export function archiveTree<Entry extends TreeEntry>(entries: readonly Entry[]): ArchiveTree<Entry> {
  const root = newFolder<Entry>('');
  const folders = new Map<string, TreeFolder<Entry>>([['', root]]);

  /** The folders from the top to the one at `path`, made if nothing has told of them yet. */
  function wayTo(parts: readonly string[]): TreeFolder<Entry>[] {
    let path = '';
    let at = root;
    return [
      root,
      ...parts.map((name) => {
        path = path === '' ? name : `${path}/${name}`;
        const found = folders.get(path) ?? newFolder<Entry>(name);
        if (!folders.has(path)) {
          folders.set(path, found);
          at.folders.push(found);
        }
        at = found;
        return found;
      }),
    ];
  }

  for (const entry of entries) {
    const parts = entry.path.split('/', DEEPEST + 1);
    if (entry.type === 'folder') {
      wayTo(parts.slice(0, DEEPEST));
      continue;
    }
    const above = parts.slice(0, -1);
    const name = parts.length > DEEPEST ? entry.path.slice(above.join('/').length + 1) : nameOf(entry.path);
    const way = wayTo(above);
    way.at(-1)?.files.push({ name, entry });
    for (const folder of way) {
      folder.count += 1;
      folder.bytes += entry.size ?? 0;
    }
  }
  return { root, ...thinOut(root) };
}

function newFolder<Entry>(name: string): TreeFolder<Entry> {
  return { name, folders: [], files: [], count: 0, bytes: 0, hidden: 0 };
}

/** Removes rows beyond the limit, the deepest first, so that the top of the tree is complete. */
function thinOut<Entry>(root: TreeFolder<Entry>): { rows: number; hidden: number } {
  let left = MOST_ROWS;
  let hidden = 0;
  const open = [root];
  for (const folder of open) {
    const { folders, files } = folder;
    const all = folders.length + files.length;
    folder.folders = folders.slice(0, left);
    folder.files = files.slice(0, Math.max(0, left - folders.length));
    const shown = folder.folders.length + folder.files.length;
    left -= shown;
    folder.hidden = all - shown;
    for (const gone of folders.slice(folder.folders.length)) hidden += rowsIn(gone);
    hidden += folder.hidden;
    open.push(...folder.folders);
  }
  return { rows: MOST_ROWS - left, hidden };
}

function rowsIn<Entry>(top: TreeFolder<Entry>): number {
  let rows = 0;
  const open = [top];
  for (const { folders, files } of open) {
    rows += folders.length + files.length;
    // Not all at once: a call takes no hundred thousand arguments.
    for (const folder of folders) open.push(folder);
  }
  return rows;
}
