// A board on a serial port of its own, in a process of its own, as hardware would be: what keeps the host busy does not
// hold up the board.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface PortProcess {
  /** `/dev/pts/7` */
  path: string;
  /** Ends the process, and the port with it. Calling it again is no error. */
  stop(): Promise<void>;
}

/**
 * @param name one of the `*.program.ts` here that print the path of their port, and end with their stdin
 * @param words its arguments
 */
export async function startPortProcess(name: string, words: readonly string[]): Promise<PortProcess> {
  const program = join(ASSETS_FOLDER, '..', 'out', 'support', `${name}.program.js`);
  const child = spawn(process.execPath, [program, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [path] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown];
  if (typeof path !== 'string') throw new Error(`The board of ${name} did not start.`);
  return {
    path,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** The argument that slows the line of a program down. */
export function throttleWords(bytesPerSecond: number | undefined): string[] {
  return bytesPerSecond === undefined ? [] : ['--throttle', String(bytesPerSecond)];
}
