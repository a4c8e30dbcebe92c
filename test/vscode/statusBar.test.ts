import assert from 'node:assert/strict';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import type { Progress } from '../../src/core/jobs/job.js';
import { BACKUP_SHARES, barAfter, RESTORE_SHARES, type Shares } from '../../src/ui/jobBar.js';
import { StatusBar } from '../../src/ui/status/statusBar.js';
import { takeBackup } from '../support/builders.js';
import { inNewStore } from './newStore.js';
import { foldersOfTests } from './userAtWork.js';

describe('The item in the status bar', () => {
  it('is about the board that a click backs up: the chosen one, also while it is away', () =>
    inNewStore(async ({ boards, store }) => {
      const { board } = await takeBackup(store, { 'main.py': '' });
      await addSimulatedBoard(foldersOfTests().boards, 'demo');
      let chosen: string | undefined;
      const statusBar = new StatusBar(boards, () => chosen);
      await boards.looked();
      assert.equal(statusBar.shown.tooltip, 'demo has no backup yet. Click to back it up.');
      chosen = board.id;
      assert.match(statusBar.shown.text, /Kitchen sensor: /);
      assert.match(statusBar.shown.tooltip, /It is not connected\.$/);
      statusBar.dispose();
    }));

  it('names no board where a click asks for one', () =>
    inNewStore(async ({ boards }) => {
      const statusBar = new StatusBar(boards, () => undefined);
      for (const name of ['alpha', 'beta']) await addSimulatedBoard(foldersOfTests().boards, name);
      await boards.looked();
      assert.equal(statusBar.shown.text, '$(cloud-download) Back up board');
      statusBar.dispose();
    }));

  it('follows each job by itself: one that ends does not end the other', () =>
    inNewStore(async ({ boards }) => {
      const statusBar = new StatusBar(boards, () => undefined);
      const one = statusBar.begin('Backing up alpha', 'Backup');
      const other = statusBar.begin('Restoring main.py to beta', 'Restore');
      one.update({ message: 'Reading', percent: 20 });
      assert.equal(statusBar.shown.text, '$(sync~spin) Restore');
      assert.match(statusBar.shown.tooltip, /^Backing up alpha\nReading\n\nRestoring/);
      other.end();
      assert.equal(statusBar.shown.text, '$(sync~spin) Backup 20%');
      one.end();
      assert.equal(statusBar.shown.text, '$(cloud-download) Back up board');
      statusBar.dispose();
    }));
});

describe('The bar of a job', () => {
  const at = (phase: Progress['phase'], bytes: number): Progress => ({
    phase,
    done: { files: 0, bytes },
    total: { files: 1, bytes: 100 },
  });
  const run = (shares: Shares, steps: Progress[]) => {
    let reached = 0;
    return steps.map((step) => {
      reached = barAfter(shares, step, reached);
      return reached;
    });
  };

  it('leaves room for writing while a restore saves what it will replace', () => {
    const steps = [
      at('compare', 100),
      at('compare', 0),
      at('read', 0),
      at('read', 100),
      at('save', 0),
      at('write', 50),
    ];
    const bar = run(RESTORE_SHARES, steps);
    assert.ok((bar[3] ?? 100) < 50);
    assert.ok((bar[5] ?? 0) > (bar[4] ?? 0));
  });

  it('never runs backwards, and is full at the end', () => {
    const steps = [at('list', 100), at('read', 40), at('read', 10), at('save', 100)];
    const bar = run(BACKUP_SHARES, steps);
    assert.deepEqual(
      bar,
      [...bar].sort((a, b) => a - b),
    );
    assert.equal(bar.at(-1), 100);
  });
});
