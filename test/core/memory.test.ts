// Jobs take no more memory for a large tree than for a small one: `npm run bench -- memory` measures the same on 1 GiB.

import assert from 'node:assert/strict';
import { type MemoryStep, type MemoryUse, measureMemory } from '../bench/memory.js';
import { inFolder } from '../support/builders.js';

/** MiB, of which a quarter is one file. */
const SMALL = 1;
const LARGE = 64;
/** What a garbage collector leaves lying about at one time and not at another. */
const LEEWAY = 60e6;

describe('Memory', function () {
  this.timeout(120_000);
  const steps: MemoryStep[] = ['backup', 'read back', 'encrypt', 'read back'];

  function measured(mebibytes: number): Promise<MemoryUse[]> {
    return inFolder(async (folder) => {
      const uses: MemoryUse[] = [];
      for await (const use of measureMemory(folder, mebibytes, steps)) uses.push(use);
      return uses;
    });
  }

  it(`Memory: a tree of ${LARGE} MiB is backed up, read back, encrypted and read again with no more memory than a small one`, async () => {
    const small = await measured(SMALL);
    const large = await measured(LARGE);
    const figures = large.map(({ step, peak }, at) => ({ step, peak, before: small[at]?.peak ?? 0 }));
    const mb = (size: number) => (size / 1e6).toFixed(0);
    console.log(
      `      ${figures.map(({ step, peak, before }) => `${step} ${mb(before)} and ${mb(peak)} MB`).join(', ')}`,
    );
    for (const { step, peak, before } of figures) assert.ok(peak < before + LEEWAY, step);
  });
});
