// What is to be copied to a second place: archives never change, so their names and sizes say it.

export interface ArchiveFile {
  /** Path within the store, with slashes. */
  path: string;
  size: number;
}

export interface CopyPlan {
  /** Not there yet. */
  copy: string[];
  /** There, and not as they are here: what is there is set aside for them. */
  replace: string[];
  /** There, just as they were copied, and not as they are here by now: what is here has changed, and must not take its place. */
  doubtful: string[];
  present: string[];
  /** There alone. */
  extra: string[];
}

/**
 * @param known what was copied, as it was then
 * @param alike sizes here of those that are known to have the same content there, whatever their size is there
 * @param unwanted what is not kept there
 */
export function planCopy(
  here: readonly ArchiveFile[],
  there: readonly ArchiveFile[],
  known: readonly ArchiveFile[],
  alike: Readonly<Record<string, number>>,
  unwanted: ReadonlySet<string>,
): CopyPlan {
  const [sizes, copied] = [there, known].map((files) => new Map(files.map(({ path, size }) => [path, size])));
  const plan: CopyPlan = { copy: [], replace: [], doubtful: [], present: [], extra: [] };
  for (const { path, size } of here) {
    const found = sizes?.get(path);
    const isAsCopied = found !== undefined && found === copied?.get(path);
    if (found === size || (isAsCopied && alike[path] === size)) plan.present.push(path);
    else if (isAsCopied) plan.doubtful.push(path);
    else if (found !== undefined) plan.replace.push(path);
    else if (!unwanted.has(path)) plan.copy.push(path);
  }
  const own = new Set(here.map(({ path }) => path));
  plan.extra = there.map(({ path }) => path).filter((path) => !own.has(path));
  return plan;
}

/** How many of them travel together: what a killed run had under way is copied again. */
const MOST_FILES = 250;
const MOST_BYTES = 64 << 20;

export function inBatches<File extends { size: number }>(files: readonly File[]): File[][] {
  const batches: File[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = batches.at(-1);
    if (!last || last.length === MOST_FILES || bytes + file.size > MOST_BYTES) {
      batches.push([file]);
      bytes = file.size;
    } else {
      last.push(file);
      bytes += file.size;
    }
  }
  return batches;
}

/** Whether there is anything to do: archives wait, or the last copy did not come to its end. */
export function isBehind(state: { waiting: number; isOpen: boolean; trouble: object | null }): boolean {
  return state.waiting > 0 || state.isOpen || state.trouble !== null;
}
