// What moves where before archives go.

import assert from 'node:assert/strict';
import type { ContentPromise } from '../../src/core/archive/verified.js';
import { contentKey, type Holding, planMerge, type Survivor } from '../../src/core/plan/mergePlan.js';
import { hashOf } from '../support/builders.js';

function content(text: string, size = text.length): ContentPromise {
  return { sha256: hashOf(Buffer.from(text)), size };
}

function survivor(id: string, sequence: number, texts: string[], boardId = 'b'): Survivor {
  return { id, boardId, sequence, files: texts.map((text) => content(text)) };
}

function holding(texts: string[], boardId = 'b'): Holding {
  return { boardId, contents: texts.map((text) => content(text)) };
}

/** Ids with the number of contents that they get. */
function movesOf({ moves }: ReturnType<typeof planMerge>): Record<string, number> {
  return Object.fromEntries([...moves].map(([id, contents]) => [id, contents.length]));
}

describe('Before archives go, it is decided', () => {
  it('P19 that what is needed moves to the oldest backup that needs it, once, and nothing else moves', () => {
    const plan = planMerge(
      [survivor('new', 3, ['a', 'bb', 'ccc']), survivor('old', 2, ['a', 'bb', 'a'])],
      [holding(['a', 'bb', 'ccc', 'nobody needs it'])],
      [holding(['ccc'])],
    );
    assert.deepEqual(movesOf(plan), { old: 2 });
    assert.deepEqual(plan.stays, [content('ccc')]);
  });

  it('P19 that of two with the same number, the same one gets it whatever the order', () => {
    const [one, two] = [survivor('a', 1, ['x']), survivor('b', 1, ['x'])];
    const going = [holding(['x'])];
    assert.deepEqual(movesOf(planMerge([one, two], going, [])), { a: 1 });
    assert.deepEqual(movesOf(planMerge([two, one], going, [])), { a: 1 });
  });

  it('P19 that the archives of each board stand for themselves', () => {
    const plan = planMerge(
      [survivor('one', 1, ['x'], 'one'), survivor('two', 1, ['x'], 'two')],
      [holding(['x'], 'one')],
      [holding(['x'], 'two')],
    );
    assert.deepEqual(movesOf(plan), { one: 1 });
    assert.deepEqual(plan.stays, [content('x')]);
  });

  it('P17 that what cannot be read where it stays moves all the same', () => {
    const unsound = new Set([contentKey(content('x'))]);
    const plan = planMerge([survivor('a', 1, ['x'])], [holding(['x'])], [holding(['x'])], unsound);
    assert.deepEqual([movesOf(plan), plan.stays], [{ a: 1 }, []]);
  });

  it('that content of another size is other content', () => {
    const going = [{ boardId: 'b', contents: [content('x', 2)] }];
    assert.deepEqual(movesOf(planMerge([survivor('a', 1, ['x'])], going, [])), {});
  });

  it('that nothing moves where nothing goes, or nobody stays', () => {
    assert.deepEqual(movesOf(planMerge([survivor('a', 1, ['x'])], [], [])), {});
    assert.deepEqual(movesOf(planMerge([], [holding(['x'])], [])), {});
  });
});
