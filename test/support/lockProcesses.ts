// Processes that take the lock of one store, and what their witness says: who was inside with whom.

import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Is killed where the test ends before it does. */
export interface LockProcess extends AsyncDisposable {
  child: ChildProcessByStdio<Writable, Readable, null>;
  /** A line, its process number, for each lock that it got. */
  lines: Interface;
  ended: Promise<unknown[]>;
}

export function startLockProcess(...words: string[]): LockProcess {
  return started(process.execPath, [lockProgram(), ...words]);
}

/** @param command starts the program somehow: its words are `$0`, `$1`, … */
export function startInShell(command: string, ...words: string[]): LockProcess {
  return started('/bin/sh', ['-c', command, process.execPath, lockProgram(), ...words]);
}

function lockProgram(): string {
  return join(ASSETS_FOLDER, '..', 'out', 'support', 'lockHolder.program.js');
}

function started(program: string, words: string[]): LockProcess {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  return {
    child,
    lines: createInterface(child.stdout),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Asserts that nobody was inside together with one who had the lock alone. Who was killed inside left with its last line.
 *
 * @returns how many locks each process got, by its number
 */
export function checkWitness(text: string): Map<string, number> {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '));
  const last = new Map(lines.map(([own = ''], at) => [own, at]));
  const inside = new Map<string, string>();
  const locks = new Map<string, number>();
  for (const [at, [own = '', what, kind = '']] of lines.entries()) {
    if (what === 'enters') {
      inside.set(own, kind);
      locks.set(own, (locks.get(own) ?? 0) + 1);
      const alone = inside.size === 1 || [...inside.values()].every((each) => each === 'shared');
      assert.ok(alone, `line ${at + 1}: inside are ${[...inside].join(' and ')}`);
    }
    if (what === 'leaves' || last.get(own) === at) inside.delete(own);
  }
  return locks;
}
