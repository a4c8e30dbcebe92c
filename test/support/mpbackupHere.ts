// Runs the command line in this process where it is about a store alone: the same code, without a start of Node, which takes more than
// most of what is typed. What is about the process (signals, a terminal, boards that end with it, programs that it starts) has one of
// its own, as mpbackup.ts does for all.

import { Writable } from 'node:stream';
import { runCommandLine } from '../../src/cli/commandLine.js';
import { type Ended, endedWith, mpbackup } from './mpbackup.js';

/** One after the other: the environment is that of the whole process. */
let last: Promise<unknown> = Promise.resolve();

/** They work on what is in the folder of the store, and start nothing. */
const ON_A_STORE = new Set([
  ...[
    'list',
    'show',
    'cat',
    'versions',
    'label',
    'pin',
    'unpin',
    'verify',
    'repair',
    'delete',
    'undelete',
    'trash',
    'prune',
  ],
  ...['make-full', 'export', 'extract', 'import', 'history', 'restores', 'key', 'help', '--version', '-V'],
]);

/**
 * Runs `mpbackup` to its end.
 *
 * @param env as of a process: nothing else is in it
 */
export function mpbackupHere(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  const isHere =
    ON_A_STORE.has(words[0] ?? '') && !words.some((word) => /^sim:|^--from-offsite|^--passphrase$/.test(word));
  if (!isHere) return mpbackup(words, { env });
  const ended = last.then(() => inEnvironment(env, () => run(words)));
  last = ended.catch(() => {});
  return ended;
}

async function inEnvironment<Result>(env: NodeJS.ProcessEnv, work: () => Promise<Result>): Promise<Result> {
  const own = { ...process.env };
  const become = (other: NodeJS.ProcessEnv) => {
    for (const name of Object.keys(process.env)) if (other[name] === undefined) delete process.env[name];
    for (const [name, value] of Object.entries(other)) if (value !== undefined) process.env[name] = value;
  };
  become(env);
  // Nobody is there to be asked, wherever the tests were started from.
  Object.defineProperty(process.stdin, 'isTTY', { value: false, configurable: true });
  try {
    return await work();
  } finally {
    become(own);
  }
}

async function run(words: readonly string[]): Promise<Ended> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const status = await runCommandLine([...words], {
    ...{ stdout, stderr, interruption: () => new AbortController().signal, cancelled: () => {} },
  });
  return endedWith(status, Buffer.concat(stdout.pieces), Buffer.concat(stderr.pieces));
}

/** Standard output, where that is a pipe. */
class Collected extends Writable {
  readonly pieces: Buffer[] = [];

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.pieces.push(Buffer.from(piece));
    done();
  }
}
