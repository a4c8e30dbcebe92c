// A backup whose process ends in the middle: `node killedBackup.program.js STORE CALL`. At the CALL-th call to the disk it kills
// itself, with that call half done where it is a write. Where it comes to its end, it prints the names of all its calls.

import { type FileSystem, type OpenFile, realEnv } from '../../src/core/env.js';
import { openStore } from '../../src/core/store/store.js';
import { takeIncremental } from './builders.js';
import { SECOND } from './storeCrashes.js';

const [root, last] = process.argv.slice(2);
if (root === undefined || last === undefined) throw new Error('usage: killedBackup.program.js STORE CALL');

const calls: string[] = [];
const env = realEnv();

async function before(name: string, halfway?: () => Promise<void>): Promise<void> {
  calls.push(name);
  if (calls.length !== Number(last)) return;
  await halfway?.();
  process.kill(process.pid, 'SIGKILL');
  // What is dead calls nobody any more, however long the system takes to see to it.
  await new Promise(() => {});
}

function counting<Target extends FileSystem | OpenFile>(target: Target): Target {
  return new Proxy(target, {
    get(_, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...words: unknown[]) => {
        const [bytes] = words;
        const isWrite = name === 'append' && bytes instanceof Uint8Array;
        const mode = name === 'open' ? ` ${words[1]}` : '';
        const half = isWrite ? () => method.call(target, bytes.subarray(0, bytes.length >> 1)) : undefined;
        await before(`${String(name)}${mode}`, half);
        const result = await method.apply(target, words);
        return name === 'open' ? counting(result as OpenFile) : result;
      };
    },
  });
}

takeOne().then(
  () => console.log(JSON.stringify(calls)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);

async function takeOne(): Promise<void> {
  await takeIncremental(await openStore({ ...env, fs: counting(env.fs) }, root ?? ''), SECOND);
}
