// A program that runs until somebody stops it.

import { simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { foldersOfTests } from './userAtWork.js';

/** Notes its starts and the Ctrl-C that end it. */
export const PROGRAM = `
import time
def note(name):
  with open(name, "a") as file: file.write("x")
note("starts")
try:
  while True:
    print("tick")
    time.sleep_ms(20)
except KeyboardInterrupt:
  note("interrupts")
`;

/** Resolves when it prints. */
export async function hearProgram(url: string): Promise<void> {
  let heard = () => {};
  const started = new Promise<void>((resolve) => {
    heard = resolve;
  });
  let said = '';
  const onData = (bytes: Uint8Array) => {
    said += Buffer.from(bytes).toString('latin1');
    if (said.includes('tick')) heard();
  };
  const line = await simulatedTransport(foldersOfTests().boards)(url, { onData, onClose: () => {} });
  await started;
  await line.close();
}
