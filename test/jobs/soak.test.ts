// Several people and machines use one store at the same time, through the command line that ships: two back up boards of which
// files change, one verifies, one prunes. MPBACKUP_SOAK_SECONDS sets for how long.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { realEnv } from '../../src/core/env.js';
import { openStore } from '../../src/core/store/store.js';
import { hashOf, inFolder, readTree } from '../support/builders.js';
import { type Ended, mpbackup } from '../support/mpbackup.js';
import { writeTree } from '../support/sampleTree.js';

const SECONDS = Number(process.env.MPBACKUP_SOAK_SECONDS ?? 15);
/** Files of each board. */
const FILES = 24;

/** What a board held, by the id of the backup that was taken then. */
type Trees = Map<string, ReadonlyMap<string, Uint8Array>>;

/** Before the first backup all of it is new; then two files change, one goes, and one that went comes back as it was. */
function changesOf(round: number, board: string): { written: Map<string, Uint8Array>; gone: string[] } {
  const pathOf = (file: number) => `${['', 'lib/', 'data/log/'][file % 3]}file${file % FILES}.txt`;
  const contentOf = (file: number, version: number) =>
    Buffer.from(`${board} ${file % FILES} of ${version}\n`.repeat(1 + ((file * 97) % 900)));
  const numbers = Array.from({ length: FILES }, (_, file) => file);
  const changed = round === 0 ? numbers : [round * 5, round * 7 + 1].map((file) => file % FILES);
  const written = new Map(changed.map((file) => [pathOf(file), contentOf(file, round)]));
  const back = (round * 11 + FILES - 11) % FILES;
  if (round > 0) written.set(pathOf(back), contentOf(back, 0));
  const gone = round === 0 ? [] : [pathOf((round * 11) % FILES)];
  for (const path of gone) written.delete(path);
  return { written, gone };
}

function hashesOf(tree: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries([...tree].map(([path, content]) => [path, hashOf(content)]));
}

function idOf({ backup }: Record<string, unknown>): string {
  return (backup as { id: string }).id;
}

/** The plan is told in either case; `removed` says whether it was carried out. */
function removedBy({ boards, removed }: Record<string, unknown>): string[] {
  const plans = boards as { remove: { id: string }[] }[];
  const ids = plans.flatMap(({ remove }) => remove.map(({ id }) => id));
  assert.equal(removed, ids.length);
  return ids;
}

describe('P40 many work on one store', function () {
  this.timeout(1000 * SECONDS + 120_000);

  it('P40 two boards are backed up while a third process verifies and a fourth prunes: nobody fails, and nothing is lost', () =>
    inFolder(async (folder) => {
      const root = join(folder, 'store');
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      const start = performance.now();
      const isOver = () => performance.now() - start > 1000 * SECONDS;
      const slowest = new Map<string, number>();

      async function run(...words: string[]): Promise<Ended> {
        const began = performance.now();
        const ended = await mpbackup([...words, '--store', root, '--json'], { env });
        slowest.set(words[0] ?? '', Math.max(slowest.get(words[0] ?? '') ?? 0, performance.now() - began));
        assert.equal(ended.status, 0, `mpbackup ${words.join(' ')}: ${ended.stderr}${ended.stdout}`);
        return ended;
      }

      async function backUp(name: string, trees: Trees): Promise<void> {
        const flash = join(folder, 'boards', name);
        const tree = new Map([['boot.py', Buffer.from('#') as Uint8Array]]);
        for (let round = 0; round === 0 || !isOver(); round++) {
          const { written, gone } = changesOf(round, name);
          for (const [path, content] of written) tree.set(path, content);
          for (const path of gone) if (tree.delete(path)) await rm(join(flash, path));
          await writeTree(flash, written);
          const { result } = await run('backup', `sim:${name}`);
          trees.set(idOf(result), new Map(tree));
        }
      }

      async function repeat(count: (ended: Ended) => void, ...words: string[]): Promise<number> {
        let runs = 0;
        for (; runs === 0 || !isOver(); runs++) count(await run(...words));
        return runs;
      }

      const trees: Trees = new Map();
      const pruned = new Set<string>();
      const notePruned = ({ result }: Ended) => {
        for (const id of removedBy(result)) pruned.add(id);
      };
      // Who verifies or prunes needs a store.
      await Promise.all(
        ['a', 'b'].map((name) => writeTree(join(folder, 'boards', name), new Map([['boot.py', Buffer.from('#')]]))),
      );
      await run('backup', 'sim:a', '--label', 'The first');
      const [, , verified, prunes] = await Promise.all([
        backUp('a', trees),
        backUp('b', trees),
        repeat(() => {}, 'verify'),
        repeat(notePruned, 'prune', '--keep-last', '3', '--yes'),
      ]);
      const { result } = await run('verify');
      assert.deepEqual(result.damaged, []);

      const store = await openStore(realEnv(), root);
      const { backups, unreadable } = await store.list();
      const listed = new Set(backups.map(({ id }) => id));
      assert.deepEqual(unreadable, []);
      for (const id of trees.keys())
        assert.notEqual(listed.has(id), pruned.has(id), `${id} is neither there nor pruned`);
      // What was pruned is in the trash, and whole as well.
      for (const backup of [...backups, ...(await store.trash())]) {
        const tree = trees.get(backup.id);
        if (!tree) continue;
        assert.deepEqual(hashesOf(await readTree(store, backup)), hashesOf(tree), backup.archive);
        trees.delete(backup.id);
      }
      assert.deepEqual([...trees.keys()], [], 'in no list, and not in the trash');
      assert.ok(pruned.size > 0, 'something was pruned while others worked');
      const slow = [...slowest].map(([verb, ms]) => `${verb} ${(ms / 1000).toFixed(1)} s`).join(', ');
      console.log(
        `      ${listed.size + pruned.size} backups, ${verified} verifications, ${prunes} prunes of ${pruned.size} backups; slowest: ${slow}`,
      );
    }));
});
