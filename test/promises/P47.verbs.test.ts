// P47: every verb of the command line, as it should go and in many ways as it should not, as noisily as it can be: what lies in files,
// and what opens a door, is in no line that is printed, and in no file but those that are there to hold it.

import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { verbs } from '../../src/cli/verbs.js';
import { powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { inFolder } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { CLI, type Ended, mpbackup, start } from '../support/mpbackup.js';
import { startWebReplBoard } from '../support/netBoards.js';
import { secretsAmong, secretsBelow } from '../support/secretHunt.js';

/** In files of the board, and in what its program prints and raises. */
const CONTENT = 'planted-Content-7731';
const WIFI = 'planted-Wifi-4410';
/** Of a WebREPL: the right one, a wrong one, and one that somebody has put into the address. */
const WEBREPL = 'planted-R3';
const WRONG = 'planted-Wr0ng';
const IN_URL = 'planted-Url-9902';
const SECRETS = [CONTENT, WIFI, WEBREPL, WRONG, IN_URL];

const FLASH = {
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
const CASES: Readonly<Record<string, readonly string[][]>> = {
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
const WRITES = new Set([
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

interface Bench {
  folder: string;
  run(words: readonly string[], more?: NodeJS.ProcessEnv): Promise<Ended>;
  /** The same on a disk that takes no file of more than a few kilobytes. */
  runShort(words: readonly string[]): Promise<Ended>;
}

async function onBench(test: (bench: Bench) => Promise<void>): Promise<void> {
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
async function backUpTwice({ folder, run }: Bench): Promise<void> {
  await run(['backup', 'sim:shed']);
  await writeFile(join(folder, 'boards', 'shed', 'notes.txt'), `${CONTENT} again\n`);
  await run(['backup', 'sim:shed']);
}

function assertSilent(words: readonly string[], { stdout, stderr }: Ended): void {
  const said = HANDS_OUT.has(words[0] ?? '') ? stderr : `${stdout}${stderr}`;
  assert.deepEqual(secretsAmong(said, SECRETS), [], `${words.join(' ')}\n${said}`);
}

async function assertKept({ folder }: Bench): Promise<void> {
  assert.deepEqual(await secretsBelow(folder, [CONTENT, WIFI], mayHoldContent), []);
  assert.deepEqual(await secretsBelow(folder, [WEBREPL, WRONG, IN_URL]), []);
}

/** All cases, each verb by itself, whatever comes of it. @returns how many ended how */
async function runAll(
  run: Bench['run'],
  options: readonly string[],
  of: (verb: string) => boolean = () => true,
): Promise<Map<number | null, number>> {
  const ends = new Map<number | null, number>();
  for (const [verb, cases] of Object.entries(CASES)) {
    for (const words of of(verb) ? cases : []) {
      const ended = await run([verb, ...words, ...options]);
      assertSilent([verb, ...words], ended);
      ends.set(ended.status, (ends.get(ended.status) ?? 0) + 1);
    }
  }
  return ends;
}

describe('P47 The command line', function () {
  this.timeout(240_000);

  // Most of the time, boards and processes are waited for: so all begin at once.
  const passes: Array<() => void> = [];
  before(() => {
    for (const begin of passes) begin();
  });
  function all(title: string, pass: () => Promise<void>): void {
    let ended: Promise<unknown> = Promise.resolve();
    passes.push(() => {
      ended = pass().then(
        () => undefined,
        (error: unknown) => error,
      );
    });
    it(title, async () => {
      const error = await ended;
      if (error) throw error;
    });
  }

  it('P47 has a case for every verb', () => {
    assert.deepEqual(Object.keys(CASES).sort(), [...verbs.keys()].sort());
  });

  all('P47 tells no content of a file where all is well, whatever is asked', () =>
    onBench(async (bench) => {
      await backUpTwice(bench);
      const ends = await runAll(bench.run, ['--verbose']);
      assert.ok((ends.get(0) ?? 0) > 30, JSON.stringify([...ends]));
      await assertKept(bench);
    }),
  );

  all('P47 tells none where archives, notes, records and the index are damaged, and hold it', () =>
    onBench(async (bench) => {
      const { folder, run } = bench;
      await backUpTwice(bench);
      await run(['restore', 'sim:shed', 'latest', '--yes']);
      const store = join(folder, 'store');
      const names = await readdir(store, { recursive: true });
      const archives = names.filter((name) => name.endsWith('.blb')).sort();
      await damageArchive(join(store, archives[0] ?? ''), 'secrets.py');
      const board = join(store, archives[0] ?? '', '..');
      await writeFile(join(board, 'backup_20250101_120000.blb'), FLASH['secrets.py']);
      await writeFile(
        join(board, 'backup_20250101_120001.blb'),
        zipSync({ [`manifests/${CONTENT}.json`]: Buffer.from(`{"format": ${CONTENT}`) }),
      );
      await writeFile(
        join(folder, 'hostile.blb'),
        zipSync({ 'manifest.json': Buffer.from(`{"format": "${CONTENT}", "entries": [{"path": "../${CONTENT}"}]}`) }),
      );
      const line = `{"at": "${CONTENT}", "${WIFI}": ${CONTENT}}\n{"${WIFI}": 1}\n`;
      await writeFile(join(board, 'annotations.jsonl'), line);
      for (const name of names.filter((name) => /\.jsonl?$/.test(name) && !name.includes('annotations'))) {
        await chmod(join(store, name), 0o600);
        await writeFile(join(store, name), line);
      }
      await runAll(run, ['--json', '--verbose']);
    }),
  );

  all('P47 tells none where the disk takes no more', () =>
    onBench(async (bench) => {
      await backUpTwice(bench);
      await writeFile(join(bench.folder, 'boards', 'shed', 'large.txt'), `${CONTENT} ${WIFI}\n`.repeat(3_000));
      const before = await readdir(join(bench.folder, 'store'), { recursive: true });
      const ends = await runAll(bench.runShort, ['--verbose'], (verb) => WRITES.has(verb));
      assert.ok((ends.get(1) ?? 0) > 3, JSON.stringify([...ends]));
      assert.ok(before.length > 2);
      await assertKept(bench);
    }),
  );

  all(
    'P47 tells no password of a WebREPL, right or wrong, in the environment or in an address; nor one that leads nowhere',
    () =>
      onBench(async (bench) => {
        const { folder, run } = bench;
        const boards = join(folder, 'boards');
        await run(['backup', 'sim:shed']);
        const board = await startWebReplBoard(simulatedTransport(boards), 'sim:shed', WEBREPL);
        try {
          const address = board.url.replace('ws://', `ws://shed:${IN_URL}@`);
          const nowhere = ['socket', 'rfc2217', 'ws', 'ftp', 'http'].map(
            (kind) => `${kind}://shed:${IN_URL}@127.0.0.1:1`,
          );
          const odd = [`ws://shed:${IN_URL}@:99999`, `ws://:${IN_URL}@`];
          const right = { MPBACKUP_WEBREPL_PASSWORD: WEBREPL };
          const wrong = { MPBACKUP_WEBREPL_PASSWORD: WRONG };
          const tries: Array<[url: string, more: NodeJS.ProcessEnv]> = [
            ...[right, wrong, {}].map((more) => [address, more] as [string, NodeJS.ProcessEnv]),
            ...[...nowhere, ...odd].map((url) => [url, right] as [string, NodeJS.ProcessEnv]),
          ];
          for (const [at, [url, more]] of tries.entries()) {
            const calls = [
              ['backup', url],
              ...(at < 3
                ? [
                    ['compare', 'latest', url],
                    ['restore', url, 'latest', '--yes'],
                    ['undo', url, '--yes'],
                    ['repair', url],
                    ['diagnose', url, '--probe'],
                    ['schedule', 'run', '--board', `shed=${url}`],
                    ['backup', '--all', url],
                  ]
                : [['diagnose', url]]),
            ];
            for (const words of calls) {
              const ended = await run([...words, '--verbose', ...(at % 2 === 0 ? ['--json'] : [])], more);
              assertSilent(words, ended);
              if (url === address && more === right && words[0] === 'backup')
                assert.equal(ended.status, 0, ended.stderr);
            }
          }
        } finally {
          await board.stop();
          await powerOffSimulated(boards, 'shed');
        }
        await assertKept(bench);
      }),
  );
});
