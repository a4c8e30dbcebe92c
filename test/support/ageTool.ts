// Debian's age, as people use it. It asks for passphrases at a terminal and nowhere else, so it gets one.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { spawn } from '@lydell/node-pty';

const run = promisify(execFile);

/** @param words of the command line. @returns what it puts out */
export async function age(...words: string[]): Promise<Buffer> {
  return (await run('age', words, { encoding: 'buffer', maxBuffer: 1 << 26 })).stdout;
}

/** Runs age at a terminal and types the passphrase each time that it asks. @returns its exit code and what it said */
export async function ageWithPassphrase(
  passphrase: string,
  ...words: string[]
): Promise<{ code: number; said: string }> {
  const terminal = spawn('age', words, { cols: 200 });
  let said = '';
  let answered = 0;
  terminal.onData((data) => {
    said += data;
    const asked = said.match(/assphrase[^:]*: ?/g)?.length ?? 0;
    for (; answered < asked; answered++) terminal.write(`${passphrase}\r`);
  });
  const code = await new Promise<number>((resolve) => void terminal.onExit(({ exitCode }) => resolve(exitCode)));
  return { code, said };
}
