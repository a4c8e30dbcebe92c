// What a native module says of the machines that it was made for, in the first bytes of an ELF, a PE or a Mach-O file.

const ELF = 0x7f454c46;
const PE = 0x4d5a;
const UNIVERSAL_MACH_O = 0xcafebabe;

const elfMachines = new Map([
  [0x28, 'arm'],
  [0x3e, 'x64'],
  [0xb7, 'arm64'],
]);
const peMachines = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
]);
const machOMachines = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);

/** @returns each as `linux x64 musl` or `darwin arm64` */
export function machinesOf(content: Buffer): string[] {
  if (content.readUInt32BE(0) === ELF) {
    // It names the C library that it wants; that of musl has no version.
    const libc = content.includes('libc.so.6\0') ? 'glibc' : 'musl';
    return [`linux ${named(elfMachines, content.readUInt16LE(18))} ${libc}`];
  }
  if (content.readUInt16BE(0) === PE) {
    const header = content.readUInt32LE(0x3c);
    return [`win32 ${named(peMachines, content.readUInt16LE(header + 4))}`];
  }
  if (content.readUInt32BE(0) === UNIVERSAL_MACH_O) {
    const count = content.readUInt32BE(4);
    return Array.from(
      { length: count },
      (_, at) => `darwin ${named(machOMachines, content.readUInt32BE(8 + 20 * at))}`,
    );
  }
  throw new Error('This is no native module.');
}

function named(machines: Map<number, string>, machine: number): string {
  return machines.get(machine) ?? `machine ${machine.toString(16)}`;
}
