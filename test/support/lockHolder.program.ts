// A process that takes the lock of a store: `hold` until it is killed, or `turns` until its stdin ends, by chance shared or
// exclusive. It prints a line with each lock it gets, and writes to a witness what it does while it has it.

import { appendFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { realEnv } from '../../src/core/env.js';
import { acquireLock } from '../../src/core/store/lock.js';

const [way, root = '', witness = ''] = process.argv.slice(2);
const env = realEnv();
let isOver = false;

/** Lines that are appended keep their order, whoever writes them. */
function say(what: string): void {
  appendFileSync(witness, `${process.pid} ${what}\n`);
}

async function takeTurn(): Promise<void> {
  const kind = (env.random(1)[0] ?? 0) < 128 ? 'exclusive' : 'shared';
  await using lock = await acquireLock(env, root, { kind, work: 'takes turns', waitMs: 30_000 });
  say(`enters ${kind}`);
  process.stdout.write(`${process.pid}\n`);
  for (let at = 0; at < 4; at++) {
    await lock.check();
    await setImmediate();
    say('is inside');
  }
  say('leaves');
}

async function main(): Promise<void> {
  if (way === 'hold') {
    await acquireLock(env, root, { kind: 'exclusive', work: 'holds on', waitMs: 0 });
    process.stdout.write(`${process.pid}\n`);
    return;
  }
  process.stdin.on('end', () => {
    isOver = true;
  });
  process.stdin.resume();
  while (!isOver) {
    await takeTurn();
    // Lets the others in: who waits looks again after a while.
    await env.clock.sleep(env.random(1)[0] ?? 0);
  }
  // Nothing of the lock keeps this process alive now: it ends by itself.
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
