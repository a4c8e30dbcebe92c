// P47: every verb of the command line, as it should go and in many ways as it should not, as noisily as it can be: what lies in files,
// and what opens a door, is in no line that is printed, and in no file but those that are there to hold it.

import assert from 'node:assert/strict';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { verbs } from '../../src/cli/verbs.js';
import { powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { damageArchive } from '../support/damage.js';
import {
  allAtOnce,
  assertKept,
  assertSilent,
  backUpTwice,
  CASES,
  CONTENT,
  FLASH,
  IN_URL,
  onBench,
  runAll,
  WEBREPL,
  WIFI,
  WRITES,
  WRONG,
} from '../support/everyVerb.js';
import { startWebReplBoard } from '../support/netBoards.js';

describe('P47 The command line', function () {
  this.timeout(240_000);

  const all = allAtOnce();

  it('P47 has a case for every verb', () => {
    assert.deepEqual(Object.keys(CASES).sort(), [...verbs.keys()].sort());
  });

  all('P47 tells no content of a file where all is well, whatever is asked', () =>
    onBench(async (bench) => {
      await backUpTwice(bench);
      const ends = await runAll(bench.run, { options: ['--verbose'] });
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
      await runAll(run, { options: ['--json', '--verbose'], most: 1 });
    }),
  );

  all('P47 tells none where the disk takes no more', () =>
    onBench(async (bench) => {
      await backUpTwice(bench);
      await writeFile(join(bench.folder, 'boards', 'shed', 'large.txt'), `${CONTENT} ${WIFI}\n`.repeat(3_000));
      const before = await readdir(join(bench.folder, 'store'), { recursive: true });
      const ends = await runAll(bench.runShort, { options: ['--verbose'], of: (verb) => WRITES.has(verb), most: 2 });
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
              ...(at < 2
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
