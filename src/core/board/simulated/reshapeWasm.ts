// Changes two limits in the compiled firmware, in place. Its memory becomes a shared one, so that another thread can
// interrupt Python while it spins (`while True: pass` calls nothing outside; else only a debugger could stop it). Its
// table of functions may grow, so that we can put functions of ours into it.

const tableSection = 4;
const memorySection = 5;
const withMaximum = 1;
const sharedWithMaximum = 3;

/**
 * @param wasm a WebAssembly module with one table and one memory, each with a maximum
 * @param limits new maxima: of the memory in pages of 64 KiB (shared memory reserves them all at once), of the table in entries
 * @returns a changed copy of the same length
 * @throws Error if the module is not of that shape
 */
export function reshapeWasm(wasm: Uint8Array, limits: { memoryPages: number; tableEntries: number }): Uint8Array {
  const copy = Uint8Array.from(wasm);
  for (let at = 8; at < copy.length; ) {
    const section = copy[at];
    const length = readLeb(copy, at + 1);
    // A section of one item is: the count 1, for tables the type of the entries, then the limits.
    if (section === tableSection) setMaximum(copy, length.end + 2, withMaximum, limits.tableEntries);
    if (section === memorySection) {
      setMaximum(copy, length.end + 1, sharedWithMaximum, limits.memoryPages);
      return copy;
    }
    at = length.end + length.value;
  }
  throw new Error('the firmware has no memory of its own');
}

/** Limits are: a flag, the minimum, the maximum. */
function setMaximum(bytes: Uint8Array, at: number, flag: number, value: number): void {
  if (bytes[at] !== withMaximum) throw new Error('the firmware has a limit without a maximum');
  bytes[at] = flag;
  const maximum = readLeb(bytes, readLeb(bytes, at + 1).end);
  writeLeb(bytes, maximum.start, maximum.end, value);
}

/** Reads an unsigned LEB128 number, WebAssembly's way to write lengths. */
function readLeb(bytes: Uint8Array, start: number): { value: number; start: number; end: number } {
  let value = 0;
  for (let at = start, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at];
    if (byte === undefined) throw new Error('the firmware ends too early');
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, start, end: at + 1 };
  }
}

/** Writes a number into exactly the bytes from `start` to `end`, padded if it needs fewer. */
function writeLeb(bytes: Uint8Array, start: number, end: number, value: number): void {
  for (let at = start, rest = value; at < end; at++, rest >>>= 7) bytes[at] = (rest & 0x7f) | (at < end - 1 ? 0x80 : 0);
}
