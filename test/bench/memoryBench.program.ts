// `npm run bench -- memory`: the memory that each job takes at most on a large tree, of which a quarter is one file.

import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MEMORY_STEPS, measureMemory } from './memory.js';

const USAGE = `npm run bench -- memory [--mebibytes N]
  --mebibytes N   of the tree, which has 900 files; 1024 where nothing is said. Up to four times as much is written to the disk`;

const { values } = parseArgs({
  options: { mebibytes: { type: 'string', default: '1024' }, help: { type: 'boolean' } },
});

async function main(mebibytes: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'memory-bench-'));
  try {
    console.log(`A tree of ${mebibytes} MiB; the load of this computer was ${loadavg()[0]?.toFixed(1)}`);
    for await (const { step, seconds, peak } of measureMemory(folder, mebibytes, MEMORY_STEPS)) {
      console.log(
        `  ${step.padEnd(20)} ${(peak / 1e6).toFixed(0).padStart(5)} MB at most  ${seconds.toFixed(1).padStart(7)} s`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const mebibytes = Number(values.mebibytes);
if (values.help) console.log(USAGE);
else if (mebibytes > 0) void main(mebibytes);
else throw new Error(USAGE);
