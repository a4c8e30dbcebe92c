// Rows as a screen reader says them: whatever an icon, a badge or a colour tells is in the words.

import assert from 'node:assert/strict';
import type { ManifestEntry } from '../../src/core/archive/manifest.js';
import { BackupError } from '../../src/core/errors.js';
import type { OffsiteState } from '../../src/core/jobs/offsitePlace.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { compareTrees } from '../../src/core/plan/compareTrees.js';
import type { PlanProblem } from '../../src/core/plan/planToward.js';
import type { RestoreItem } from '../../src/core/plan/restoreItem.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import type { PreviewRow } from '../../src/ui/restore/previewRows.js';
import { spokenStep } from '../../src/ui/restore/spokenStep.js';
import type {
  BackupNode,
  BoardNode,
  ChainNode,
  FileNode,
  FolderNode,
  LiveNode,
  Node,
} from '../../src/ui/tree/nodes.js';
import { spoken, spokenBox } from '../../src/ui/tree/spoken.js';
import { stepsDone } from '../../src/ui/walkthrough/stepsDone.js';
import { aBoard, hashOf } from '../support/builders.js';

const path = parseBoardPath;
const DAMAGED = aSummary({ verified: { at: '', isSound: false } });
const LACKING = aSummary({ verified: { at: '', isSound: false, lacksFiles: true } });
const BROKEN = new BackupError('archive-damaged', 'It is damaged.');
const LOCKED = new BackupError('key-missing', 'It is encrypted.');

/** Each kind of row, as it can be: what it says for `label` and `description`. A kind that is new does not compile. */
const ROWS: { [Kind in Node['kind']]: ReadonlyArray<readonly [Node & { kind: Kind }, string]> } = {
  trouble: [
    [{ kind: 'trouble', error: BROKEN }, 'Warning: label, description'],
    [{ kind: 'trouble', error: LOCKED }, 'label, description'],
  ],
  board: [
    [boardRow(), 'Board label, description'],
    [boardRow({ board: { key: 'a', url: 'sim:a', name: 'a' } }), 'Board label, description, simulated'],
    [
      boardRow({ backups: [DAMAGED, DAMAGED, LACKING], isChanged: true }),
      'Board label, description, 2 backups damaged, 1 backup with missing files, changed since the last backup',
    ],
  ],
  live: [
    [liveRow({ kind: 'reading' }), 'label, description, being read'],
    [liveRow({ kind: 'unread', isOutdated: false }), 'label, description, not read yet'],
    [liveRow({ kind: 'unread', isOutdated: true }), 'label, description, changed since they were read'],
  ],
  liveFolder: [
    [liveFolder(false), 'Folder label on the board, description'],
    [liveFolder(true), 'Folder label on the board, description, holds changes since the last backup'],
  ],
  liveFile: [
    [liveFile({}), 'File label on the board, description'],
    [liveFile({ isChanged: true }), 'File label on the board, description, changed since the last backup'],
    [liveFile({ isNew: true }), 'File label on the board, description, not in the last backup'],
    [liveFile({ isMissing: true }), 'File label of the last backup, description, no longer on the board'],
  ],
  chain: [
    [chainOf(aSummary()), 'Chain of label, description'],
    [chainOf(DAMAGED), 'Chain of label, description, 1 backup damaged'],
    [chainOf(LACKING), 'Chain of label, description, 1 backup with missing files'],
  ],
  backup: [
    [backupRow(aSummary({ kind: 'full', origin: 'daily' })), 'Backup of label, description'],
    [backupRow(aSummary({ kind: 'full' })), 'Backup of label, description, taken by hand'],
    [
      backupRow(aSummary({ archive: '/store/a.blb.age', kind: 'differential' }), true),
      'Backup of label, description, differential backup, taken by hand, encrypted, its files have check boxes',
    ],
  ],
  folder: [
    [folderRow(false), 'Folder label in the backup, description'],
    [folderRow(true), 'Folder label in the backup, description, holds files that are stored in this backup'],
  ],
  file: [
    [fileRow('incremental', 'a.blb'), 'File label in the backup, description, stored in this backup'],
    [fileRow('incremental', 'earlier.blb'), 'File label in the backup, description'],
    // A manifest has the name that its archive was first written under, and not encrypted.
    [
      fileRow('incremental', 'a.blb', '/store/a.blb.age'),
      'File label in the backup, description, stored in this backup',
    ],
    [fileRow('incremental', 'a.blb', '/store/a.2.blb'), 'File label in the backup, description, stored in this backup'],
    [
      fileRow('incremental', 'a.blb', '/store/a.3.blb.age'),
      'File label in the backup, description, stored in this backup',
    ],
    [fileRow('incremental', 'earlier.blb', '/store/a.2.blb.age'), 'File label in the backup, description'],
    // All of them are: that is no news.
    [fileRow('full', 'a.blb'), 'File label in the backup, description'],
  ],
  secondPlace: [[{ kind: 'secondPlace', state: {} as OffsiteState, isWorking: false }, 'label, description']],
  damage: [
    [{ kind: 'damage', archive: { path: '/store/a.blb', error: BROKEN } }, 'Damaged archive label, description'],
    [{ kind: 'damage', archive: { path: '/store/a.blb', error: LOCKED } }, 'Archive label, description'],
  ],
  hint: [
    [{ kind: 'hint', parent: boardRow(), hint: 'first', text: '' }, 'label, description'],
    [{ kind: 'hint', parent: boardRow(), hint: 'unreadable', text: '' }, 'Warning: label, description'],
  ],
};

describe('What a screen reader says', () => {
  for (const [kind, rows] of Object.entries(ROWS))
    it(`of a row that is a ${kind}`, () => {
      assert.deepEqual(
        rows.map(([row]) => spoken(row, 'label', 'description')),
        rows.map(([, words]) => words),
      );
    });

  it('of a check box', () => {
    assert.equal(spokenBox('main.py', true), 'main.py will be restored');
    assert.equal(spokenBox('main.py', false), 'main.py will not be restored');
  });

  it('of the rows of a preview', () => {
    const item = (type: 'file' | 'folder'): PreviewRow => ({ kind: 'item', item: { type } as RestoreItem });
    const problem = { message: 'No room.', hint: 'Make room.' } as PlanProblem;
    const rows: PreviewRow[] = [
      { kind: 'run' },
      { kind: 'problem', problem },
      { kind: 'folder', path: path('lib') },
      item('folder'),
      item('file'),
    ];
    assert.deepEqual(
      rows.map((row) => spokenStep(row, 'label', 'new')),
      ['label, new', 'Problem: label Make room., new', 'Folder label, new', 'Folder label, new', 'File label, new'],
    );
  });
});

describe('The steps of the walkthrough', () => {
  const none = { boards: [], backups: [], restores: [], differences: [], hasSaved: false, hasOwnSchedule: false };
  const doneBy = (facts: Partial<Parameters<typeof stepsDone>[0]>) =>
    Object.entries(stepsDone({ ...none, ...facts })).flatMap(([name, isDone]) => (isDone ? [name] : []));

  it('are done by what is there, and not before', () => {
    assert.deepEqual(doneBy({}), []);
    assert.deepEqual(doneBy({ boards: [{ key: 'a', name: 'away' }] }), []);
    assert.deepEqual(doneBy({ boards: [{ key: 'a', name: 'a', url: 'sim:a' }] }), ['hasBoard']);
    assert.deepEqual(doneBy({ backups: [aSummary({ kind: 'full' })] }), ['hasBackup']);
    assert.deepEqual(doneBy({ backups: [aSummary({ kind: 'full', origin: 'safety' })] }), []);
    assert.deepEqual(doneBy({ backups: [aSummary({ stored: 0 })] }), ['hasBackup']);
    assert.deepEqual(doneBy({ backups: [aSummary()] }), ['hasBackup', 'hasChange']);
    assert.deepEqual(doneBy({ hasSaved: true, hasOwnSchedule: true }), ['hasChange', 'hasOwnSchedule']);
  });

  it('of a change is also done by one that was seen on the board', () => {
    const tree = (...entries: ManifestEntry[]) => ({
      entries,
      errors: [],
      scope: { root: ROOT, include: [], exclude: [] },
    });
    const { file } = fileRow('full', 'a.blb');
    const [same, gone] = [compareTrees(tree(file), tree(file)), compareTrees(tree(file), tree())];
    assert.deepEqual(doneBy({ differences: [same] }), []);
    assert.deepEqual(doneBy({ differences: [same, gone] }), ['hasChange']);
  });
});

function boardRow(more: Partial<BoardNode> = {}): BoardNode {
  return {
    ...{ kind: 'board', board: { key: 'a', url: '/dev/ttyACM0', name: 'a' }, backupsListed: true, restore: undefined },
    ...{ portIsNamed: false, work: undefined, isDenied: false, finding: undefined, backups: [], isChanged: false },
    ...more,
  };
}

function liveRow(state: LiveNode['state']): LiveNode {
  return { kind: 'live', parent: boardRow(), state };
}

function liveFolder(isChanged: boolean) {
  const parent = liveRow({ kind: 'reading' });
  return { kind: 'liveFolder', parent, board: parent.parent.board, path: path('lib'), isChanged } as const;
}

function liveFile(more: { isChanged?: boolean; isNew?: boolean; isMissing?: boolean }) {
  const { parent, board } = liveFolder(false);
  const state = { isInBackup: true, isChanged: false, isNew: false, isMissing: false, ...more };
  return { kind: 'liveFile', parent, board, path: path('main.py'), size: 1, ...state } as const;
}

function chainOf(...backups: BackupSummary[]): ChainNode {
  return { kind: 'chain', parent: boardRow(), chain: { backups } as unknown as ChainNode['chain'], shown: backups };
}

function backupRow(backup: BackupSummary, isChoosing = false): BackupNode {
  return { kind: 'backup', parent: chainOf(backup), backup, isChoosing };
}

function folderRow(holdsOwn: boolean): FolderNode {
  const parent = backupRow(aSummary());
  return { kind: 'folder', parent, backup: parent.backup, path: path('lib'), isTicked: undefined, holdsOwn };
}

function fileRow(kind: BackupSummary['kind'], archive: string, ofBackup = '/store/a.blb'): FileNode {
  const parent = backupRow(aSummary({ kind, archive: ofBackup }));
  const content = { size: 1, storedSize: 1, mtime: null, sha256: hashOf(Buffer.from('')), stored: 'main.py' };
  const file = { type: 'file', path: path('main.py'), evidence: 'board-hash', archive, ...content } as const;
  return { kind: 'file', parent, backup: parent.backup, path: file.path, file, isTicked: undefined };
}

function aSummary(overrides: Partial<BackupSummary> = {}): BackupSummary {
  return {
    ...{ id: '0'.repeat(64), board: aBoard(), kind: 'incremental', origin: 'manual', sequence: 1 },
    ...{ createdAt: '2025-11-21T09:10:00.000Z', label: null, parent: null, files: 1, bytes: 1, stored: 1 },
    ...{ storedBytes: 1, errors: 0, archive: '/store/a.blb', note: '', tags: [], pinned: false },
    ...overrides,
  };
}
