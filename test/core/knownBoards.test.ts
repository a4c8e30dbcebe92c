import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Port } from '../../src/core/board/ports.js';
import { type KnownBoard, knownBoards, portKey } from '../../src/core/plan/knownBoards.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard } from '../support/builders.js';

const USB: Port['hardware'] = { vendorId: '2e8a', productId: '0005', serialNumber: 'E66141' };

describe('The list of boards', () => {
  it('shows a connected board that was never backed up, by its port', () => {
    assert.deepEqual(knownBoards([{ url: '/dev/ttyACM0', hardware: {} }], [], new Map()), [
      { key: '/dev/ttyACM0', url: '/dev/ttyACM0', name: 'Board' },
    ]);
  });

  it('names a board after its maker, and a simulated one as its owner did', () => {
    const names = (port: Port) => knownBoards([port], [], new Map()).map(({ name }) => name);
    assert.deepEqual(names({ url: 'COM3', hardware: { manufacturer: 'Adafruit' } }), ['Adafruit board']);
    assert.deepEqual(names({ url: 'COM3', hardware: { manufacturer: 'Microsoft' } }), ['Board']);
    assert.deepEqual(names({ url: 'sim:demo', hardware: {} }), ['demo']);
  });

  it('knows a board again by its USB serial number, whatever port it has now', () => {
    const before = { url: '/dev/ttyACM0', hardware: USB };
    const now = { url: '/dev/ttyACM7', hardware: USB };
    const backup = backupOf('uid:1', 'Kitchen sensor');
    const [board] = knownBoards([now], [backup], new Map([[portKey(before), 'uid:1']]));
    assert.deepEqual(board, {
      ...{ key: 'uid:1', id: 'uid:1', url: '/dev/ttyACM7', name: 'Kitchen sensor' },
      ...{ machine: backup.board.machine, latest: backup },
    });
  });

  it('shows a board that is away, with its newest backup', () => {
    const newest = backupOf('uid:1', 'Kitchen sensor', 2);
    const boards = knownBoards([], [newest, backupOf('uid:1', 'Old name', 1)], new Map());
    assert.equal(boards.length, 1);
    assert.equal(boards[0]?.url, undefined);
    assert.equal(boards[0]?.latest, newest);
    assert.equal(boards[0]?.name, 'Kitchen sensor');
  });

  it('takes no backup of a restore for the newest, unless there is no other', () => {
    const safety: BackupSummary = { ...backupOf('uid:1', 'Kitchen sensor', 2), origin: 'safety' };
    const wanted = backupOf('uid:1', 'Kitchen sensor', 1);
    assert.equal(knownBoards([], [safety, wanted], new Map())[0]?.latest, wanted);
    assert.equal(knownBoards([], [safety], new Map())[0]?.latest, safety);
  });

  it('has what is connected first, and each group by name', () => {
    const ports = ['sim:zebra', 'sim:apple'].map((url) => ({ url, hardware: {} }));
    const backups = [backupOf('uid:1', 'Beta'), backupOf('uid:2', 'Alpha')];
    assert.deepEqual(
      knownBoards(ports, backups, new Map()).map(({ name }) => name),
      ['apple', 'zebra', 'Alpha', 'Beta'],
    );
  });

  it('hides no port, although two remember the same board: it can be at one of them only', () => {
    const ports = ['/dev/ttyUSB0', '/dev/ttyUSB1'].map((url) => ({ url, hardware: {} }));
    const seen = new Map(ports.map((port) => [portKey(port), 'uid:1']));
    const boards = knownBoards(ports, [backupOf('uid:1', 'Kitchen sensor')], seen);
    assert.deepEqual(boards.map(({ url }) => url).sort(), ['/dev/ttyUSB0', '/dev/ttyUSB1']);
    assert.deepEqual(boards.map(({ id }) => id).sort(), ['uid:1', undefined]);
  });

  it('shows every port and every board exactly once, whatever is remembered', () => {
    const url = fc.constantFrom('COM1', 'COM2', 'COM3');
    const id = fc.constantFrom('uid:1', 'uid:2', 'uid:3');
    fc.assert(
      fc.property(fc.uniqueArray(url), fc.array(id), fc.array(fc.tuple(url, id)), (urls, ids, seen) => {
        const ports = urls.map((at) => ({ url: at, hardware: {} }));
        const backups = ids.map((each) => backupOf(each, each));
        const boards = knownBoards(ports, backups, new Map(seen));
        const count = (of: (board: KnownBoard) => string | undefined) =>
          boards.flatMap((board) => of(board) ?? []).sort();
        assert.deepEqual(
          count(({ url }) => url),
          urls.toSorted(),
        );
        assert.deepEqual(
          count(({ latest }) => latest?.board.id),
          [...new Set(ids)].sort(),
        );
        assert.equal(new Set(boards.map(({ key }) => key)).size, boards.length);
      }),
    );
  });
});

function backupOf(id: string, name: string, sequence = 1): BackupSummary {
  return {
    ...{
      id: `${sequence}`.padStart(64, '0'),
      archive: '/store/board/backup_20251121_091000.blb',
      board: aBoard({ id, name }),
    },
    ...{ kind: 'full', origin: 'manual', sequence, createdAt: '2025-11-21T09:10:00.000Z', label: null, parent: null },
    ...{ files: 1, bytes: 1, stored: 1, storedBytes: 1, errors: 0 },
    ...{ note: '', tags: [], pinned: false },
  };
}
