// What looks like words of the interface and is none, each with the reason.

/** A file, or the beginning of its path; `words` are those in it that are meant, `{}` stands for a value; without them all are. */
export const NOT_TRANSLATED: ReadonlyArray<{ path: string; words?: readonly string[]; why: string }> = [
  { path: 'src/core/defaults.ts', words: ['MicroPython Backups'], why: 'A folder that is the same in all languages.' },
  {
    path: 'src/core/html.ts',
    words: ["default-src 'none'; img-src data:; style-src 'nonce-{}'", '<!DOCTYPE html>\n{}\n'],
    why: 'Words of the protocol.',
  },
  { path: 'src/extension.ts', words: ['MicroPython Backup'], why: 'Our name.' },
];
