// Every verb of the command line, on a bench with a board whose files and program hold secrets.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder } from './builders.js';
import { CLI, type Ended, mpbackup, start } from './mpbackup.js';
import { secretsAmong, secretsBelow } from './secretHunt.js';

/** In files of the board, and in what its program prints and raises. */
export const CONTENT = 'planted-Content-7731';
export const WIFI = 'planted-Wifi-4410';
/** Of a WebREPL: the right one, a wrong one, and one that somebody has put into the address. */
export const WEBREPL = 'planted-R3';
export const WRONG = 'planted-Wr0ng';
export const IN_URL = 'planted-Url-9902';
export const SECRETS = [CONTENT, WIFI, WEBREPL, WRONG, IN_URL];

export const FLASH = {
  'secrets.py': `SSID = "Allotment"\nWIFI_PASSWORD = "${WIFI}"\nwords = "${CONTENT}"\n`,
  'notes.txt': `${CONTENT}\n`.repeat(40),
  // What a program prints, and the traceback that it ends with, hold what is in its files.
  'main.py': 'import secrets\nprint("joining with", secrets.WIFI_PASSWORD)\nraise ValueError(secrets.words)\n',
};

/**
 * What is typed, in an order in which each has something to do. `$` stands for the folder of the test.
 *
 * Every verb has some: whoever adds one adds what may give something away.
 */
export const CASES: Readonly<Record<string, readonly string[][]>> = {
  backup: [
    ['sim:shed'],
    ['sim:shed', '--kind', 'full', '--label', 'noted'],
    ['sim:shed', '--set', 'code', '--include', '*.py'],
    ['--all', '--prune', '--keep-last', '9'],
  ],
  boards: [[]],
  list: [[]],
  show: [['latest'], ['nonsense']],
  cat: [
    ['latest', 'secrets.py'],
    ['latest', 'missing.py'],
  ],
  versions: [['secrets.py']],
  compare: [
    ['latest', 'sim:shed'],
    ['latest', 'sim:shed', 'notes.txt', 'secrets.py'],
  ],
  label: [['latest', 'greenhouse', '--note', 'a note']],
  pin: [['latest']],
  unpin: [['latest']],
  verify: [[], ['--quick'], ['latest']],
  'test-restore': [['latest']],
  upkeep: [[]],
  health: [[]],
  report: [['shed'], ['shed', '--html', '$/report.html'], ['shed', '--html', '-'], ['shed', '--json'], ['nobody']],
  restore: [
    ['sim:shed', 'latest', '--dry-run'],
    ['sim:shed', 'latest', '--yes'],
    ['sim:shed', 'latest', 'missing.py', '--yes'],
  ],
  restores: [[]],
  undo: [['sim:shed', '--yes']],
  finish: [['sim:shed', '--yes']],
  repair: [[], ['sim:shed']],
  delete: [['latest', '--yes']],
  trash: [[]],
  undelete: [['latest']],
  prune: [
    ['--keep-last', '1', '--dry-run'],
    ['--keep-last', '1', '--yes'],
  ],
  'make-full': [['latest']],
  export: [
    ['latest', '$/out.blb'],
    ['latest', '$/out', '--chain'],
  ],
  extract: [
    ['latest', '$/extracted'],
    ['latest', '$/extracted', 'missing.py'],
  ],
  import: [['$/out.blb'], ['$/hostile.blb'], ['$/notes.txt'], ['$/store']],
  history: [[]],
  schedule: [['list'], ['run', '--interrupt']],
  simulate: [['shed'], ['other']],
  diagnose: [[], ['sim:shed', '--probe']],
  key: [['status'], ['finish']],
  offsite: [['status'], ['list'], ['sync'], ['check']],
};

/** These write more than a line. */
export const WRITES = new Set([
  'backup',
  'restore',
  'repair',
  'delete',
  'make-full',
  'export',
  'extract',
  'import',
  'simulate',
  'upkeep',
  'key',
]);

/** These hand out what is in files: that is what they are for. */
const HANDS_OUT = new Set(['cat']);

/** What is there to hold contents: the flash of boards, archives, and copies that somebody asked for. */
const mayHoldContent = (path: string) =>
  /^(boards\/|extracted\/|out\/|out\.blb|hostile\.blb|notes\.txt)/.test(path) ||
  /^store\/.*\.blb(\.partial)?$/.test(path);

export interface Bench {
  folder: string;
  run(words: readonly string[], more?: NodeJS.ProcessEnv): Promise<Ended>;
  /** The same on a disk that takes no file of more than a few kilobytes. */
  runShort(words: readonly string[]): Promise<Ended>;
}

export async function onBench(test: (bench: Bench) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const env = {
      PATH: process.env.PATH,
      MPBACKUP_STORE: join(folder, 'store'),
      MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards'),
      TMPDIR: join(folder, 'tmp'),
      HOME: join(folder, 'home'),
    };
    for (const name of ['tmp', 'home', 'boards/shed']) await mkdir(join(folder, name), { recursive: true });
    for (const [name, text] of Object.entries(FLASH)) await writeFile(join(folder, 'boards', 'shed', name), text);
    await writeFile(join(folder, 'notes.txt'), FLASH['notes.txt']);
    const typed = (words: readonly string[]) => words.map((word) => word.replace(/^\$/, folder));
    await test({
      folder,
      run: (words, more = {}) => mpbackup(typed(words), { env: { ...env, ...more } }),
      runShort: (words) =>
        start('sh', ['-c', 'ulimit -f 4; exec "$@"', 'sh', process.execPath, CLI, ...typed(words)], { env }).ended,
    });
  });
}

/** Backups of a board that has changed between them. */
export async function backUpTwice({ folder, run }: Bench): Promise<void> {
  await run(['backup', 'sim:shed']);
  await writeFile(join(folder, 'boards', 'shed', 'notes.txt'), `${CONTENT} again\n`);
  await run(['backup', 'sim:shed']);
}

export function assertSilent(
  words: readonly string[],
  { stdout, stderr }: Ended,
  /** Besides those of the bench. */
  secrets: readonly string[] = [],
): void {
  const said = HANDS_OUT.has(words[0] ?? '') ? stderr : `${stdout}${stderr}`;
  assert.deepEqual(secretsAmong(said, [...SECRETS, ...secrets]), [], `${words.join(' ')}\n${said}`);
}

export async function assertKept({ folder }: Bench): Promise<void> {
  assert.deepEqual(await secretsBelow(folder, [CONTENT, WIFI], mayHoldContent), []);
  assert.deepEqual(await secretsBelow(folder, [WEBREPL, WRONG, IN_URL]), []);
}

export interface Pass {
  options: readonly string[];
  /** Only these verbs. */
  of?: (verb: string) => boolean;
  /** As many of the cases of each. */
  most?: number;
  /** Besides those of the bench. */
  secrets?: readonly string[];
}

/** Whatever comes of each case, it tells no secret. @returns how many ended how */
export async function runAll(
  run: Bench['run'],
  { options, of = () => true, most = Number.POSITIVE_INFINITY, secrets = [] }: Pass,
): Promise<Map<number | null, number>> {
  const ends = new Map<number | null, number>();
  for (const [verb, cases] of Object.entries(CASES)) {
    for (const words of of(verb) ? cases.slice(0, most) : []) {
      const ended = await run([verb, ...words, ...options]);
      assertSilent([verb, ...words], ended, secrets);
      ends.set(ended.status, (ends.get(ended.status) ?? 0) + 1);
    }
  }
  return ends;
}

/** Most of the time, boards and processes are waited for: so all tests of a suite that are told of here begin at once. */
export function allAtOnce(): (title: string, test: () => Promise<void>) => void {
  const tests: Array<() => void> = [];
  before(() => {
    for (const begin of tests) begin();
  });
  return (title, test) => {
    let ended: Promise<unknown> = Promise.resolve();
    tests.push(() => {
      ended = test().then(
        () => undefined,
        (error: unknown) => error,
      );
    });
    it(title, async () => {
      const error = await ended;
      if (error) throw error;
    });
  };
}
