// Tells `sys.stdout` from `sys.stdout.buffer`. Real boards send `\n` of text as `\r\n` and take `\r` as `\n`; the port's
// two kinds of stream end in the same system call, so we note which kind a call came through.

import type { FirmwareExports, Port } from './emscripten.js';

/** In bytes from the start of MicroPython's `mp_obj_type_t`: which slot is the stream protocol, and where slots begin. */
const typeLayout = { protocolSlot: 17, slots: 20 };

/** A WebAssembly module that gives a JavaScript function `a.b` of four i32 and an i32 result back as `c`: tables take nothing else. */
// biome-ignore format: one section a line
const trampoline = new WebAssembly.Module(Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 9, 1, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f,
  2, 7, 1, 1, 0x61, 1, 0x62, 0, 0,
  7, 5, 1, 1, 0x63, 0, 0,
]));

type StreamCall = (object: number, buffer: number, size: number, errno: number) => number;

/**
 * Wraps reading and writing of the text streams.
 *
 * @returns `active`, true during a call through a text stream; always false if the interpreter is not laid out as expected
 */
export function textStreams(port: Port, { memory, __indirect_function_table: table }: FirmwareExports) {
  let depth = 0;
  const active = () => depth > 0;
  const words = new Int32Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  const protocolOf = (stream: string): number => {
    const type = words[addressOf(port, stream) >> 2] ?? 0;
    const slot = bytes[type + typeLayout.protocolSlot] ?? 0;
    return slot === 0 ? 0 : (words[(type + typeLayout.slots) / 4 + slot - 1] ?? 0) / 4;
  };

  // A protocol is: read, write, ioctl, is_text.
  const text = protocolOf('sys.stdout');
  const binary = protocolOf('sys.stdout.buffer');
  const alike = [0, 1, 2].every((field) => words[text + field] === words[binary + field]);
  if (text === 0 || binary === 0 || !alike || words[text + 3] !== 1 || words[binary + 3] !== 0) return { active };

  for (const field of [text, text + 1]) {
    const original = table.get(words[field] ?? 0) as StreamCall;
    const noting: StreamCall = (...args) => {
      depth += 1;
      try {
        return original(...args);
      } finally {
        depth -= 1;
      }
    };
    const wrapped = new WebAssembly.Instance(trampoline, { a: { b: noting } }).exports.c;
    words[field] = table.grow(1, wrapped);
  }
  return { active };
}

function addressOf(port: Port, expression: string): number {
  let address = 0;
  port.registerJsModule('_address', { take: (value: number) => (address = value) });
  port.runPython(`import sys, _address; _address.take(id(${expression})); del sys, _address`);
  return address;
}
