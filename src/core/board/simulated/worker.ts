// The thread that is a simulated board: power-on, boot.py, main.py, REPL, soft reset, and so on until the power is cut.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openBoardEnd } from './boardEnd.js';
import { type Firmware, startFirmware } from './firmware.js';
import { setInterruptChar } from './interrupt.js';
import type { BoardStart, FromBoard } from './protocol.js';
import { type ReplMode, runRepl } from './repl.js';
import setUp from './setUp.py';

/** Thrown through Python by `machine.reset()`; no Python code can catch it. */
class HardReset extends Error {}

const { folder, capacity, uniqueId, assets, input, control }: BoardStart = workerData;
const line = openBoardEnd(input, control);
const say = (text: string) => line.write(Buffer.from(text));

// The port starts a REPL of its own on the process's stdin if the program's path looks like a part of its own.
process.argv.splice(1);
// Emscripten warns of names that are not UTF-8. Nobody reads that, and one unread word would keep the program from ending.
for (const stream of [process.stdout, process.stderr]) stream.write = () => true;
void live();

async function live(): Promise<never> {
  let mode: ReplMode = 'friendly';
  for (;;) {
    const firmware = await startFirmware(assets, { folder, capacity }, line);
    const post: FromBoard = { interrupt: firmware.interrupt };
    parentPort?.postMessage(post);
    try {
      mode = oneLife(firmware, mode);
      say('MPY: soft reboot\r\n');
    } catch (error) {
      if (!(error instanceof HardReset)) throw error;
      mode = 'friendly';
      line.clear();
    } finally {
      line.onCtrlC = () => false;
      line.filter = undefined;
      line.muted = false;
    }
  }
}

/** @returns the mode of the REPL at the soft reset that ended this life */
function oneLife(firmware: Firmware, mode: ReplMode): ReplMode {
  firmware.port.registerJsModule('_board', {
    unique_id: uniqueId,
    reset() {
      throw new HardReset('machine.reset()');
    },
  });
  firmware.port.runPython(setUp);
  if (runFile(firmware, 'boot.py') === 'reset') return mode;
  // As on real boards: who resets from the raw REPL wants the board to himself.
  if (mode === 'friendly' && runFile(firmware, 'main.py') === 'reset') return mode;
  return runRepl(firmware, line, mode);
}

function runFile({ port, interrupt }: Firmware, name: 'boot.py' | 'main.py'): 'ended' | 'reset' {
  if (!existsSync(join(folder, name))) return 'ended';
  if (interrupt) setInterruptChar(interrupt, 3);
  // What came before the program started may be a Ctrl-C for it.
  line.poll();
  try {
    port.runPython(`execfile('${name}')`);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'PythonError') throw error;
    if ('type' in error && error.type === 'SystemExit') return 'reset';
    // The first frame is our own call.
    say(error.message.replace('  File "<stdin>", line 1, in <module>\n', '').replaceAll('\n', '\r\n'));
  } finally {
    if (interrupt) setInterruptChar(interrupt, -1);
  }
  return 'ended';
}
