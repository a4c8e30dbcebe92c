import assert from 'node:assert/strict';
import type { RestorePreview } from '../../src/core/jobs/restorePreview.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { planToward } from '../../src/core/plan/planToward.js';
import type { BoardState, OnBoard, Wanted } from '../../src/core/plan/restoreItem.js';
import { PreviewChoices, type PreviewRow } from '../../src/ui/restore/previewRows.js';
import { hashOf } from '../support/builders.js';

const FILES = { 'lib/a.py': 'new', 'lib/deep/b.py': 'new', 'main.py': 'edited', 'same.py': 'same' };

describe('The rows of a preview', () => {
  it('show what changes, by folder, and what carries it out', () => {
    const choices = preview();
    assert.deepEqual(choices.top().map(shown), ['run', 'folder lib', 'item main.py']);
    assert.deepEqual(choices.rowsIn(parseBoardPath('lib')).map(shown), ['folder lib/deep', 'item lib/a.py']);
    assert.deepEqual(choices.sentence, { text: 'Write 3 files (12 B)', canRun: true });
  });

  it('P29 a folder is ticked and unticked with all that is in it', () => {
    const choices = preview();
    const [, lib] = choices.top();
    assert.ok(lib);
    choices.tick(lib, false);
    assert.equal(choices.isTicked(lib), false);
    assert.equal(choices.sentence.text, 'Write 1 file (6 B)');
    assert.deepEqual(
      choices.plan.steps.map(({ path }) => path),
      ['main.py'],
      'and no folder is made for it',
    );
    choices.tick({ kind: 'folder', path: parseBoardPath('lib/deep') }, true);
    assert.equal(choices.isTicked(lib), true);
    assert.equal(choices.sentence.text, 'Write 2 files (9 B)');
  });

  it('cannot be carried out where each conflict is to be settled, and one is not', () => {
    const choices = preview(true);
    assert.deepEqual(choices.sentence, { text: 'Settle 1 conflict first', canRun: false });
    choices.settle(parseBoardPath('main.py'), 'board');
    assert.deepEqual(choices.sentence, { text: 'Write 2 files (6 B)', canRun: true });
  });

  it('cannot be carried out where nothing is ticked', () => {
    const choices = preview();
    for (const row of choices.rowsIn(ROOT)) choices.tick(row, false);
    assert.deepEqual(choices.sentence, { text: 'Nothing is ticked', canRun: false });
  });

  it('P28 begin with what was decided about a preview that is void', () => {
    const before = preview(true);
    before.tick({ kind: 'folder', path: parseBoardPath('lib') }, false);
    before.settle(parseBoardPath('main.py'), 'both');
    const again = new PreviewChoices(before.preview, true, before.decisions);
    assert.deepEqual(again.decisions, before.decisions);
    assert.deepEqual(again.plan, before.plan);
  });
});

function preview(asksEach = false): PreviewChoices {
  const present = new Map<ReturnType<typeof parseBoardPath>, OnBoard>([
    [parseBoardPath('main.py'), { size: 4, sha256: hashOf(Buffer.from('mine')) }],
    [parseBoardPath('same.py'), { size: 4, sha256: hashOf(Buffer.from('same')) }],
  ]);
  const state: BoardState = {
    ...{ present, unreadable: [], can: { rename: true, mkdir: true } },
    mounts: [{ path: ROOT, kind: 'littlefs', free: 1_000_000 }],
  };
  const wanted: Wanted[] = [
    ...['lib', 'lib/deep'].map((path): Wanted => ({ path: parseBoardPath(path), target: 'folder' })),
    ...Object.entries(FILES).map(([name, text]): Wanted => {
      const path = parseBoardPath(name);
      return { path, target: { from: path, size: text.length, sha256: hashOf(Buffer.from(text)) } };
    }),
  ];
  const planWith: RestorePreview['planWith'] = (decisions) =>
    planToward(wanted, state, () => false, 'backup', decisions);
  const plan = planToward(wanted, state, () => false, 'backup');
  return new PreviewChoices({ plan, planWith } as RestorePreview, asksEach);
}

function shown(row: PreviewRow): string {
  if (row.kind === 'folder') return `folder ${row.path}`;
  return row.kind === 'item' ? `item ${row.item.path}` : row.kind;
}
