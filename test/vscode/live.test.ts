import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { DEFAULT_EXCLUDE } from '../../src/core/defaults.js';
import { realEnv } from '../../src/core/env.js';
import type { BackupResult } from '../../src/core/jobs/backup.js';
import type { BoardLook } from '../../src/core/jobs/lookAtBoard.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import type { KnownBoard } from '../../src/core/plan/knownBoards.js';
import { simulatedUrl } from '../../src/core/simulatedUrl.js';
import type { Boards } from '../../src/ui/boards.js';
import { backupUri } from '../../src/ui/files/backupUri.js';
import { boardUri } from '../../src/ui/live/boardUri.js';
import { LiveBoards } from '../../src/ui/live/liveBoards.js';
import { noteBackedUp, noteCompared } from '../../src/ui/live/noteLooked.js';
import type { Services } from '../../src/ui/services.js';
import { RowDecorations } from '../../src/ui/tree/decorations.js';
import { aBoard, aDraft, takeBackup, takeIncremental } from '../support/builders.js';
import { inNewStore } from './newStore.js';
import { foldersOfTests } from './userAtWork.js';

const URL = '/dev/ttyACM0';

/** What the settings of the tests take in. */
const WHOLE = aDraft({ scope: { root: ROOT, include: [], exclude: DEFAULT_EXCLUDE } });
/** As `mpbackup backup --include '*.py'` takes it. */
const PYTHON = aDraft({ scope: { root: ROOT, include: ['*.py'], exclude: DEFAULT_EXCLUDE } });

/** Boards that are plugged in as a test says. */
function plugged() {
  const changed = new vscode.EventEmitter<void>();
  const boards = { list: [] as KnownBoard[], onDidChange: changed.event };
  const plug = (id: string | undefined) => {
    boards.list = id === undefined ? [] : [{ key: id, id, url: URL, name: id }];
    changed.fire();
  };
  return { boards, plug };
}

function aLook(id: string): BoardLook {
  return {
    board: { id, idSource: 'unique-id', name: id, machine: '', firmware: '' },
    program: { state: 'none' },
    tree: { entries: [], errors: [], scope: { root: ROOT, include: [], exclude: [] } },
  };
}

describe('What is known of the files on a board', () => {
  it('is forgotten once another board is in its place, or none', () => {
    const { boards, plug } = plugged();
    const live = new LiveBoards(boards);
    for (const next of ['uid:2', undefined]) {
      plug('uid:1');
      live.set(URL, { kind: 'read', look: aLook('uid:1'), at: 0 });
      plug('uid:1');
      assert.ok(live.lookOf(URL), 'it is still the same');
      let told = 0;
      const listener = live.onDidChange(() => told++);
      plug(next);
      assert.deepEqual([live.lookOf(URL), told], [undefined, 1]);
      listener.dispose();
    }
    live.dispose();
  });

  it('is out of date once the board was written to, also where it is being read', () => {
    const live = new LiveBoards(plugged().boards);
    live.outdated(URL);
    assert.deepEqual(live.stateOf(URL), { kind: 'unread', isOutdated: false }, 'nothing was known');
    live.set(URL, { kind: 'reading' });
    live.outdated(URL);
    assert.deepEqual(live.stateOf(URL), { kind: 'unread', isOutdated: true });
    live.dispose();
  });

  it('comes from a backup, too, which is made even where it cannot be read back', () =>
    inNewStore(async ({ boards, store }) => {
      const live = new LiveBoards(plugged().boards);
      const backup = await takeBackup(store, { 'main.py': '' }, { draft: WHOLE });
      const result = { backup, program: { state: 'none' } } as unknown as BackupResult;
      const services = { boards, live, env: realEnv() } as unknown as Services;
      await noteBackedUp(services, URL, result);
      assert.deepEqual(
        live.lookOf(URL)?.tree.entries.map(({ path }) => path),
        ['main.py'],
      );
      const part = await takeBackup(store, { 'main.py': '' }, { draft: PYTHON });
      await noteBackedUp(services, URL, { ...result, backup: part });
      assert.deepEqual(live.stateOf(URL), { kind: 'unread', isOutdated: true }, 'a part is not all');
      await noteBackedUp(services, URL, result);
      assert.ok(live.lookOf(URL));
      const broken = { ...services, boards: { openStore: () => Promise.reject(new Error('no disk')) } };
      await noteBackedUp(broken as unknown as Services, URL, result);
      assert.equal(live.lookOf(URL), undefined);
      live.dispose();
    }));

  it('comes from a comparison, too; of a part, it may be out of date by then', () =>
    inNewStore(async ({ boards: opened, store }) => {
      const backup = await takeBackup(store, { 'main.py': '1', 'boot.py': '' }, { draft: WHOLE });
      const { id } = backup.board;
      const boards = {
        list: [{ key: id, id, url: URL, name: id, latest: backup }],
        onDidChange: plugged().boards.onDidChange,
        openStore: () => opened.openStore(),
      };
      const live = new LiveBoards(boards);
      const services = { boards, live, env: realEnv() } as unknown as Services;
      const { board, program } = aLook(id);
      const asBackedUp = await store.readManifest(backup);
      const entries = asBackedUp.entries.map((entry) =>
        entry.path === 'main.py' && entry.type === 'file' ? { ...entry, size: 2 } : entry,
      );
      const side = { kind: 'board', url: URL, board, program } as const;
      const [before, now] = [
        { ...side, tree: asBackedUp },
        { ...side, tree: { ...asBackedUp, entries } },
      ];
      const changed = () => live.lookOf(URL)?.since?.difference.changed.map(({ path }) => path);
      await noteCompared(services, before, backup, parseBoardPath('main.py'));
      assert.deepEqual(
        live.stateOf(URL),
        { kind: 'unread', isOutdated: false },
        'one file tells nothing of the others',
      );
      await noteCompared(services, before, backup);
      assert.deepEqual(changed(), []);
      await noteCompared(services, now, backup);
      assert.deepEqual(changed(), ['main.py']);
      await noteCompared(services, before, backup, parseBoardPath('boot.py'));
      assert.deepEqual(changed(), ['main.py']);
      await noteCompared(services, before, backup, parseBoardPath('main.py'));
      assert.deepEqual(live.stateOf(URL), { kind: 'unread', isOutdated: true });
      live.dispose();
    }));

  it('comes from no comparison with a backup of a part of it', () =>
    inNewStore(async ({ boards, store }) => {
      await addSimulatedBoard(foldersOfTests().boards, 'demo');
      const url = simulatedUrl('demo');
      const ids = ['uid:1', 'uid:2'] as const;
      const [part, ofOther] = [
        await takeBackup(store, { 'main.py': '1' }, { board: aBoard({ id: ids[0] }), draft: PYTHON }),
        await takeBackup(store, { 'other.py': '' }, { board: aBoard({ id: ids[1] }), draft: WHOLE }),
      ];
      const [seen, seenOther] = [await store.readManifest(part), await store.readManifest(ofOther)];
      await boards.learn(url, ids[0]);
      await boards.refresh();
      const live = new LiveBoards(boards);
      const services = { boards, live, env: realEnv() } as unknown as Services;
      const sideOf = (id: string) =>
        ({ kind: 'board', url, board: aLook(id).board, program: aLook(id).program }) as const;
      await noteCompared(services, { ...sideOf(ids[0]), tree: seen }, part);
      assert.deepEqual(live.stateOf(url), { kind: 'unread', isOutdated: false });
      // All of it is known, with a file that the backup leaves out.
      const data = { type: 'file', path: parseBoardPath('data.csv'), size: 1, sha256: null } as const;
      const tree = { ...seen, entries: [...seen.entries, data], scope: WHOLE.scope };
      live.set(url, { kind: 'read', look: { ...aLook(ids[0]), tree }, at: 0 });
      await noteCompared(services, { ...sideOf(ids[0]), tree: seen }, part);
      assert.equal(live.lookOf(url)?.tree, tree, 'it stays as it was');
      await noteCompared(services, { ...sideOf(ids[0]), tree: { ...seen, entries: [] } }, part);
      assert.deepEqual(live.stateOf(url), { kind: 'unread', isOutdated: true });
      // Another board is there than the list thinks.
      live.set(url, { kind: 'read', look: { ...aLook(ids[0]), tree }, at: 0 });
      await noteCompared(services, { ...sideOf(ids[1]), tree: seenOther }, ofOther);
      assert.equal(boards.list.find((board) => board.url === url)?.id, ids[1]);
      assert.deepEqual([live.lookOf(url)?.board.id, live.lookOf(url)?.since?.backup.id], [ids[1], ofOther.id]);
      live.dispose();
    }));
});

describe('Badges', () => {
  it('of a folder full of files need its manifest once', () =>
    inNewStore(async ({ boards, store }) => {
      const files = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`lib/${at}.py`, `${at}`]));
      await takeBackup(store, files);
      const backup = await takeIncremental(store, { ...files, 'lib/7.py': 'new' });
      await boards.refreshBackups();
      let read = 0;
      const counting = {
        list: boards.list,
        listing: boards.listing,
        restores: [],
        onDidChange: boards.onDidChange,
        async openStore() {
          const opened = await boards.openStore();
          const readManifest = (one: typeof backup) => {
            read += 1;
            return opened.readManifest(one);
          };
          return { ...opened, readManifest };
        },
      } as unknown as Boards;
      const live = new LiveBoards(counting);
      const badges = new RowDecorations(counting, live);
      const letters = await Promise.all(
        Object.keys(files).map(async (path) => {
          const decoration = await badges.provideFileDecoration(backupUri(backup, parseBoardPath(path)));
          return decoration ? `${path} ${decoration.badge}` : undefined;
        }),
      );
      assert.deepEqual(letters.filter(Boolean), ['lib/7.py M']);
      assert.equal(read, 1);
      const folder = await badges.provideFileDecoration(backupUri(backup, parseBoardPath('lib')));
      assert.deepEqual([folder?.badge, folder?.tooltip], [undefined, 'Holds files that are stored in this backup']);
      badges.dispose();
      live.dispose();
    }));

  it('of what lacks files are warnings, and those of damage are errors', () =>
    inNewStore(async ({ boards, store }) => {
      const backup = await takeBackup(store, { 'a.py': 'a' });
      const live = new LiveBoards(boards);
      const badges = new RowDecorations(boards, live);
      const shown = async (lacksFiles: boolean) => {
        const verified = { at: backup.createdAt, isSound: false, ...(lacksFiles && { lacksFiles }) };
        await store.annotate([backup], { verified });
        await boards.refreshBackups();
        const board = boards.list.find(({ id }) => id === backup.board.id) ?? assert.fail('The board is not known.');
        const rows = [boardUri(board, ROOT), backupUri(backup, ROOT)];
        const found = await Promise.all(rows.map((uri) => badges.provideFileDecoration(uri)));
        return found.map((decoration) => [decoration?.tooltip, decoration?.color?.id]);
      };
      assert.deepEqual(await shown(true), [
        ['1 backup with missing files', 'list.warningForeground'],
        ['Files are missing in this backup', 'list.warningForeground'],
      ]);
      assert.deepEqual(await shown(false), [
        ['1 backup damaged', 'list.errorForeground'],
        ['Damage was found in this backup', 'list.errorForeground'],
      ]);
      badges.dispose();
      live.dispose();
    }));
});
