// Starts the MicroPython WebAssembly port and makes it behave as a board's firmware where the port does not by itself:
// shared memory, the host's folder as flash, errno as on boards, blocking stdin, `\n` sent as `\r\n`, sleep that sleeps.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BoardEnd } from './boardEnd.js';
import type { FirmwareExports, FsStream, Port, PortModule } from './emscripten.js';
import { boardErrno, emscriptenEintr } from './errnos.js';
import { type FlashOptions, mountFlash } from './hostFlash.js';
import { findInterruptPlaces, type InterruptPlaces, interruptPending } from './interrupt.js';
import { reshapeWasm } from './reshapeWasm.js';
import { textStreams } from './textStreams.js';

/** One life of the interpreter, from power-on or soft reset to the next. */
export interface Firmware {
  port: Port;
  exports: FirmwareExports;
  interrupt: InterruptPlaces | undefined;
}

/**
 * 256 MiB, of which the system gives only what is touched: the port frees nothing while a program runs, and the largest file
 * that fits the flash has to pass through. The table has 736 entries of its own.
 */
const limits = { memoryPages: 4096, tableEntries: 1024 };
const heapBytes = 1 << 20;

export async function startFirmware(assets: string, flash: FlashOptions, line: BoardEnd): Promise<Firmware> {
  const wasmPath = join(assets, 'micropython.wasm');
  const module: PortModule = await import(pathToFileURL(join(assets, 'micropython.mjs')).href);
  let places: InterruptPlaces | undefined;
  const { result: port, instance } = await interceptInstantiation(
    () => module.loadMicroPython({ url: wasmPath, linebuffer: false, heapsize: heapBytes }),
    await WebAssembly.compile(reshapeWasm(readFileSync(wasmPath), limits)),
    (imports) => ({ ...errnoAsOnBoards(imports), mp_js_ticks_ms: ticks(line, () => places) }),
  );
  // The names are the port's exports; WebAssembly itself gives no types for them.
  const exports = instance.exports as unknown as FirmwareExports;
  mountFlash(port.FS, flash);
  const text = textStreams(port, exports);
  places = findInterruptPlaces(port, exports);
  connectStreams(port, line, {
    isText: text.active,
    interrupted: () => places !== undefined && interruptPending(places),
  });
  line.onCtrlC = () => {
    if (exports.mp_hal_get_interrupt_char() !== 3) return false;
    exports.mp_sched_keyboard_interrupt();
    return true;
  };
  return { port, exports, interrupt: places };
}

type Imports = WebAssembly.ModuleImports;

/** Runs `start` with our compiled module and imports in the place of those that it instantiates itself. */
async function interceptInstantiation<T>(
  start: () => Promise<T>,
  module: WebAssembly.Module,
  change: (imports: Imports) => Imports,
): Promise<{ result: T; instance: WebAssembly.Instance }> {
  const original = WebAssembly.instantiate;
  let instance: WebAssembly.Instance | undefined;
  // The port offers no way to give it a module, but it asks for `WebAssembly.instantiate`: in this thread there is only the port.
  Object.assign(WebAssembly, {
    async instantiate(_bytes: Uint8Array, { env }: { env: Imports }) {
      const imports = change(env);
      instance = await original(module, { env: imports, wasi_snapshot_preview1: imports });
      return { instance, module };
    },
  });
  try {
    const result = await start();
    if (!instance) throw new Error('the firmware did not start');
    return { result, instance };
  } finally {
    Object.assign(WebAssembly, { instantiate: original });
  }
}

/** Emscripten's calls return an error number (`fd_…`) or its negative (`__syscall_…`). */
function errnoAsOnBoards(imports: Imports): Imports {
  const translate = (result: unknown) => {
    if (typeof result !== 'number' || Math.abs(result) === emscriptenEintr) return result;
    return result < 0 ? -boardErrno(-result) : result;
  };
  return Object.fromEntries(
    Object.entries(imports).map(([name, call]) => {
      if (name.startsWith('__syscall_')) return [name, (...args: never[]) => translate(call(...args))];
      if (!name.startsWith('fd_')) return [name, call];
      return [
        name,
        (...args: never[]) => {
          const result = call(...args);
          return typeof result === 'number' && result > 0 ? -Number(translate(-result)) : result;
        },
      ];
    }),
  );
}

/** Who asks for the time so many times without doing anything between, waits for it. */
const askedOften = 50;
const nothingBetweenMs = 0.02;

/** The millisecond clock. The port sleeps by asking for it without pause: we sleep for it, and wake it for a Ctrl-C. */
function ticks(line: BoardEnd, places: () => InterruptPlaces | undefined): () => number {
  const start = performance.now();
  let last = 0;
  let asked = 0;
  return () => {
    asked = performance.now() - last < nothingBetweenMs ? asked + 1 : 0;
    // A long sleep may end some milliseconds late; a short one is exact.
    if (asked > askedOften) line.pause(Math.min(10, 1 + (asked - askedOften) / 10));
    last = performance.now();
    const now = Math.floor(last - start);
    const found = places();
    // The loop that sleeps looks at nothing but the clock: it ends when the clock has jumped far ahead.
    return asked > askedOften && found && interruptPending(found) ? (now + 0x7fff_ffff) >>> 0 : now;
  };
}

const newline = 0x0a;
const carriageReturn = 0x0d;

interface StreamState {
  /** True during a call through a text stream. */
  isText(): boolean;
  /** True if a KeyboardInterrupt waits to be raised. */
  interrupted(): boolean;
}

function connectStreams({ FS }: Port, line: BoardEnd, { isText, interrupted }: StreamState): void {
  const input = {
    poll: () => (line.poll() > 0 ? 1 : 0),
    read(_stream: FsStream, buffer: Int8Array, offset: number, length: number) {
      if (length === 0) return 0;
      const bytes = line.read(length, interrupted);
      if (bytes.length === 0) throw new FS.ErrnoError(emscriptenEintr);
      buffer.set(isText() ? bytes.map((byte) => (byte === carriageReturn ? newline : byte)) : bytes, offset);
      return bytes.length;
    },
  };
  const output = {
    poll: () => 4,
    write(_stream: FsStream, buffer: Int8Array, offset: number, length: number) {
      const bytes = Uint8Array.from(buffer.subarray(offset, offset + length));
      line.write(
        isText() ? Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1') : bytes,
      );
      return length;
    },
  };
  for (const [descriptor, operations] of [input, output, output].entries()) {
    const stream = FS.streams[descriptor];
    if (stream) stream.stream_ops = operations;
  }
}
