import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import type * as vscode from 'vscode';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { type Env, realEnv } from '../../src/core/env.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { day } from '../../src/core/text.js';
import { Boards } from '../../src/ui/boards.js';
import { LiveBoards } from '../../src/ui/live/liveBoards.js';
import { RunningJobs } from '../../src/ui/runningJobs.js';
import { BoardsTree } from '../../src/ui/tree/boardsTree.js';
import { restoreLook, viewServices } from '../../src/ui/tree/boardsView.js';
import { describe as itemOf } from '../../src/ui/tree/describe.js';
import { type Node, nodeId } from '../../src/ui/tree/nodes.js';
import { USUAL_LOOK } from '../../src/ui/tree/treeLook.js';
import { aBoard, takeBackup, takeIncremental } from '../support/builders.js';
import { inNewStore, memory } from './newStore.js';
import { foldersOfTests } from './userAtWork.js';

const labelled = (nodes: Node[]) =>
  nodes.map((node) => {
    const { label, description } = itemOf(node, Date.now());
    return [label, description];
  });

const isFirst = ({ board, sequence }: BackupSummary) => board.name === 'Kitchen sensor' && sequence === 1;

describe('The tree', () => {
  it('waits for the first look before it says that there is no board', () =>
    inNewStore(async ({ boards }) => {
      await addSimulatedBoard(foldersOfTests().boards, 'demo');
      const tree = new BoardsTree(boards, new LiveBoards(boards), new RunningJobs());
      assert.deepEqual(labelled(await tree.getChildren()), [['demo', 'no backup yet']]);
      tree.dispose();
    }));

  it('has the backups of a board that is away, down to their files', () =>
    inNewStore(async ({ boards, store }) => {
      await takeBackup(store, { 'lib/wifi.py': '', 'main.py': 'print(1)\n' });
      const tree = new BoardsTree(boards, new LiveBoards(boards), new RunningJobs());
      const paths: unknown[] = [];
      let [row] = await tree.getChildren();
      for (; row; [row] = await tree.getChildren(row)) paths.push(itemOf(row, Date.now()).label);
      assert.deepEqual([paths[0], ...paths.slice(-2)], ['Kitchen sensor', 'lib', 'wifi.py']);
      assert.equal(paths.length, 5);
      tree.dispose();
    }));

  it('says of a chain how many backups it has, since when, and what they are', () =>
    inNewStore(async ({ boards, store }) => {
      const first = await takeBackup(store, { 'main.py': '' });
      const tree = new BoardsTree(boards, new LiveBoards(boards), new RunningJobs());
      const told = async () => {
        await boards.refreshBackups();
        const [board] = await tree.getChildren();
        const [chain] = await tree.getChildren(board);
        assert.ok(chain);
        const { label, tooltip } = tree.resolveTreeItem(itemOf(chain, Date.now()), chain);
        return [label, `${tooltip}`.split('\n').slice(0, 2).join('. ')];
      };
      const since = `since ${day(first.createdAt, Date.now())}`;
      assert.deepEqual(await told(), [`1 backup ${since}`, 'A full backup. It has all files of the board']);
      const second = await takeIncremental(store, { 'main.py': 'new' });
      assert.deepEqual(await told(), [
        `2 backups ${since}`,
        'A full backup and the 1 taken since. Each of them has all files of the board',
      ]);
      await store.annotate([second], { verified: { at: second.createdAt, isSound: false } });
      const [, tooltip] = await told();
      assert.match(`${tooltip}`, /^A full backup and the 1 taken since\. [\d.]+ .?B packed$/);
      tree.dispose();
    }));

  it('says that backups cannot be read, and not that there are none', () =>
    inNewStore(async ({ boards }) => {
      const { store, boards: folder } = foldersOfTests();
      await addSimulatedBoard(folder, 'demo');
      await writeFile(store, 'not a folder');
      const tree = new BoardsTree(boards, new LiveBoards(boards), new RunningJobs());
      try {
        const rows = labelled(await tree.getChildren());
        assert.deepEqual(rows[0], [`${store} is a file, not a folder for backups.`, 'Choose a folder.']);
        assert.deepEqual(rows[1], ['demo', '']);
      } finally {
        await rm(store);
        tree.dispose();
      }
      // As soon as it is mended, without a new start.
      await boards.refresh();
      assert.deepEqual(boards.troubles, []);
    }));

  it('draws anew only the rows that look different', () =>
    inNewStore(async ({ boards, store }) => {
      const other = aBoard({ id: 'other', name: 'Other board' });
      await takeBackup(store, { 'main.py': '' });
      await takeBackup(store, { 'main.py': '' }, { board: other });
      const live = new LiveBoards(boards);
      const tree = new BoardsTree(boards, live, new RunningJobs());
      const drawn: string[][] = [];
      const listener = tree.onDidChangeTreeData((nodes) => drawn.push(nodes?.map(nodeId) ?? ['all']));
      const open = async (node?: Node): Promise<void> => {
        for (const row of await tree.getChildren(node)) {
          tree.getTreeItem(row);
          if (row.kind === 'board' || row.kind === 'chain') await open(row);
        }
      };
      try {
        await open();
        await boards.refreshBackups();
        assert.deepEqual(drawn, [], 'nothing has changed');
        const second = await takeIncremental(store, { 'main.py': 'new' });
        await boards.refreshBackups();
        assert.deepEqual(drawn, [[`chain:${(await store.list()).backups.find(isFirst)?.id}`]]);
        await open();
        await store.annotate([second], { pinned: true });
        await boards.refreshBackups();
        assert.deepEqual(drawn.slice(1), [[`backup:${second.id}`]]);
        await takeBackup(store, { 'main.py': '' }, { board: aBoard({ id: 'third', name: 'Third board' }) });
        await boards.refreshBackups();
        assert.deepEqual(drawn.slice(2), [['all']]);
      } finally {
        listener.dispose();
        tree.dispose();
      }
    }));

  it('reveals a backup that a filter hides, and does not forget the filter', () =>
    inNewStore(async ({ boards, store }) => {
      const { id } = await takeBackup(store, { 'main.py': '' });
      await boards.refreshBackups();
      const tree = new BoardsTree(boards, new LiveBoards(boards), new RunningJobs());
      const revealed: string[] = [];
      const view = {
        reveal: async (node: Node) => void revealed.push(nodeId(node)),
      } as unknown as vscode.TreeView<Node>;
      const stored = memory();
      const { setLook, revealBackup } = viewServices(tree, view, stored);
      try {
        await setLook({ ...USUAL_LOOK, criteria: ['pinned'] });
        assert.equal(tree.backupNode(id), undefined);
        await revealBackup(id);
        assert.deepEqual(revealed, [`backup:${id}`]);
        // Nor does another order forget it.
        await setLook({ oldestFirst: true });
        assert.deepEqual(tree.look, { ...USUAL_LOOK, oldestFirst: true }, 'what was lifted stays so');
        restoreLook(tree, view, stored);
        assert.deepEqual(tree.look, { ...USUAL_LOOK, criteria: ['pinned'], oldestFirst: true });
      } finally {
        await setLook(USUAL_LOOK);
        tree.dispose();
      }
    }));

  it('keeps its rows as long as what they stand for is there, and no longer', () =>
    inNewStore(async ({ boards, store }) => {
      const others = { board: aBoard({ id: 'other', name: 'Other board' }) };
      const [stays, goes] = [await takeBackup(store, { 'a.py': '' }), await takeIncremental(store, { 'a.py': 'new' })];
      const other = await takeBackup(store, { 'main.py': '' }, others);
      const tree = new BoardsTree(boards, new LiveBoards(boards), new RunningJobs());
      const rows = () => [stays, goes, other].map(({ id }) => tree.backupNode(id));
      const areKept = (before: ReturnType<typeof rows>) => rows().map((row, at) => row === before[at]);
      const withoutArchives = async (archives: string[], work: () => Promise<void>) => {
        for (const archive of archives) await rename(archive, `${archive}.away`);
        await boards.refreshBackups();
        await work();
        for (const archive of archives) await rename(`${archive}.away`, archive);
        await boards.refreshBackups();
      };
      try {
        await tree.getChildren();
        const before = rows();
        assert.ok(before.every((row) => row !== undefined));
        await withoutArchives([goes.archive, other.archive], async () => {
          assert.deepEqual(rows().slice(1), [undefined, undefined]);
        });
        assert.deepEqual(areKept(before), [true, false, false]);
        // What a filter hides is there.
        const again = rows();
        tree.look = { ...tree.look, criteria: ['pinned'] };
        assert.deepEqual(rows(), [undefined, undefined, undefined]);
        tree.look = { ...tree.look, criteria: [] };
        assert.deepEqual(areKept(again), [true, true, true]);
      } finally {
        tree.dispose();
      }
    }));

  it('shows the boards although their backups cannot be read, and the backups although ports cannot be listed', () =>
    inNewStore(async ({ boards, store }) => {
      const { boards: folder } = foldersOfTests();
      await takeBackup(store, { 'main.py': '' });
      await rm(folder, { recursive: true });
      await writeFile(folder, 'not a folder');
      try {
        await boards.looked();
        assert.equal(boards.list[0]?.name, 'Kitchen sensor');
        assert.ok(boards.portsTrouble);
      } finally {
        await rm(folder);
      }
    }));
});

describe('What the tree is drawn from', () => {
  it('has one store for each folder, which remembers what it has read', () =>
    inNewStore(async ({ boards }) => {
      assert.equal(await boards.openStore(), await boards.openStore());
    }));

  it('is read by one look after the other, and whoever asks in the middle gets the next one', () =>
    inNewStore(async ({ store }) => {
      await takeBackup(store, { 'main.py': '' });
      const { env, looks, letGo } = slowToList();
      const boards = new Boards(env, memory());
      const first = boards.refreshBackups();
      while (looks() < 1) await new Promise(setImmediate);
      await takeBackup(store, { 'main.py': '' }, { board: aBoard({ id: 'other', name: 'Other board' }) });
      const [second, third] = [boards.refreshBackups(), boards.refreshBackups()];
      assert.equal(second, third);
      letGo();
      await second;
      await first;
      assert.equal(boards.listing.backups.length, 2);
      boards.dispose();
    }));
});

/** A disk on which the first listing of the store takes until it is let go. */
function slowToList(): { env: Env; looks: () => number; letGo: () => void } {
  const real = realEnv();
  let looks = 0;
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const list: Env['fs']['list'] = async (path) => {
    const names = await real.fs.list(path);
    if (path === foldersOfTests().store && looks++ === 0) await held;
    return names;
  };
  return { env: { ...real, fs: { ...real.fs, list } }, looks: () => looks, letGo };
}
