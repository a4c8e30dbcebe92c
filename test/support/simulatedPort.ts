// A simulated board on a serial port of its own, in a process of its own.

import { type PortProcess, startPortProcess, throttleWords } from './portProcess.js';

export type SimulatedPort = PortProcess;

/** @param options.folder holds the boards; one that is missing is made with the sample project */
export function startSimulatedPort(options: {
  folder: string;
  name: string;
  bytesPerSecond?: number | undefined;
}): Promise<SimulatedPort> {
  const { folder, name, bytesPerSecond } = options;
  return startPortProcess('ptyBoard', ['--folder', folder, '--name', name, ...throttleWords(bytesPerSecond)]);
}
