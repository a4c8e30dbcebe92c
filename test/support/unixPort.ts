// A board of real MicroPython (see unixBoard.ts) on a serial port of its own, in a process of its own.

import { type PortProcess, startPortProcess, throttleWords } from './portProcess.js';
import type { FlashKind } from './unixBoard.js';

export function startUnixPort(options: {
  image: string;
  fileSystem: FlashKind;
  bytesPerSecond?: number | undefined;
}): Promise<PortProcess> {
  const { image, fileSystem, bytesPerSecond } = options;
  return startPortProcess('unixBoard', ['--image', image, '--fs', fileSystem, ...throttleWords(bytesPerSecond)]);
}
