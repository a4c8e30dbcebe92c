// A simulated board on a serial port of its own, in a process of its own, as hardware would be.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SimulatedPort {
  /** `/dev/pts/7` */
  path: string;
  /** Ends the process, and the port with it. Calling it again is no error. */
  stop(): Promise<void>;
}

/** @param options.folder holds the boards; one that is missing is made with the sample project */
export async function startSimulatedPort(options: {
  folder: string;
  name: string;
  bytesPerSecond?: number;
}): Promise<SimulatedPort> {
  const throttle = options.bytesPerSecond === undefined ? [] : ['--throttle', String(options.bytesPerSecond)];
  const program = join(ASSETS_FOLDER, '..', 'out', 'support', 'ptyBoard.program.js');
  const words = [program, '--folder', options.folder, '--name', options.name, ...throttle];
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [path] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown];
  if (typeof path !== 'string') throw new Error('The simulated board did not start.');
  return {
    path,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
