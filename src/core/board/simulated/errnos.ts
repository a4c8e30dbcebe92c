// One table of error numbers: what Node says, what Emscripten's C library says, and what a board says.
// The port hands Emscripten's numbers to Python, where every real board has 2 for ENOENT, so we translate.

interface Errno {
  name: string;
  /** Emscripten's (WASI) number. */
  emscripten: number;
  /** MicroPython's number, as `errno.ENOENT` and real boards have it. */
  board: number;
}

const errnos: readonly Errno[] = [
  { name: 'EACCES', emscripten: 2, board: 13 },
  { name: 'EBADF', emscripten: 8, board: 9 },
  { name: 'EBUSY', emscripten: 10, board: 16 },
  { name: 'EEXIST', emscripten: 20, board: 17 },
  { name: 'EINVAL', emscripten: 28, board: 22 },
  { name: 'EIO', emscripten: 29, board: 5 },
  { name: 'EISDIR', emscripten: 31, board: 21 },
  { name: 'EMFILE', emscripten: 33, board: 24 },
  { name: 'ENAMETOOLONG', emscripten: 37, board: 36 },
  { name: 'ENODEV', emscripten: 43, board: 19 },
  { name: 'ENOENT', emscripten: 44, board: 2 },
  { name: 'ENOSPC', emscripten: 51, board: 28 },
  { name: 'ENOTDIR', emscripten: 54, board: 20 },
  { name: 'ENOTEMPTY', emscripten: 55, board: 39 },
  { name: 'EPERM', emscripten: 63, board: 1 },
  { name: 'EROFS', emscripten: 69, board: 30 },
  { name: 'EXDEV', emscripten: 75, board: 18 },
];

/** Interrupted system call: the C code above looks for this very number, so it is never translated. */
export const emscriptenEintr = 27;

const toBoard = new Map(errnos.map((errno) => [errno.emscripten, errno.board]));
const fromName = new Map(errnos.map((errno) => [errno.name, errno.emscripten]));

/** @returns the number that Python gets for an Emscripten number */
export function boardErrno(emscripten: number): number {
  return toBoard.get(emscripten) ?? emscripten;
}

/** @returns Emscripten's number for the name of an error; EIO for one that no board knows */
export function emscriptenErrno(name: string | undefined): number {
  return fromName.get(name ?? '') ?? 29;
}
