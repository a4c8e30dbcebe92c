import assert from 'node:assert/strict';
import { atOnce } from '../../src/core/store/atOnce.js';

describe('Many things at once', () => {
  it('are sixteen at most, and come out in the order in which they went in', async () => {
    let running = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    const done = atOnce(numbers, async (number) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => waiting.push(resolve));
      running -= 1;
      return number * 2;
    });
    // The last that began ends first.
    for (let ended = 0; ended < numbers.length; await new Promise(setImmediate)) {
      for (const end of waiting.splice(0).reverse()) {
        end();
        ended += 1;
      }
    }
    assert.deepEqual(
      await done,
      numbers.map((number) => number * 2),
    );
    assert.equal(most, 16);
  });

  it('fail as the first that fails', async () => {
    const failing = atOnce([1, 2, 3], async (number) => {
      if (number === 2) throw new Error('two');
    });
    await assert.rejects(failing, /two/);
    assert.deepEqual(await atOnce([], async () => 1), []);
  });
});
