// One exec that tells what a board can do. The profile chooses every way below; nothing else asks "which board is this?".

import { textFromBytes } from '../paths.js';
import probeSource from './agent/probe.py';
import type { RawRepl } from './rawRepl.js';

export interface Profile {
  /** `sys.platform`, such as `rp2`. */
  platform: string;
  /** `sys.version`, such as `3.4.0; MicroPython v1.24.0 on 2024-10-25`. */
  version: string;
  /** `micropython` or `circuitpython`. */
  implementation: string;
  /** `os.uname().machine`, such as `Raspberry Pi Pico W with RP2040`; empty where unknown. */
  machine: string;
  /** `os.uname().release`, such as `1.24.0`; empty where unknown. */
  release: string;
  /** `machine.unique_id()` in hex, where the board has one. */
  uniqueId: string | undefined;
  /** The year in which the board's clock begins, 1970 or 2000. */
  epoch: number;
  /** Free bytes of heap. */
  heap: number | undefined;
  can: Record<Ability, boolean>;
}

const abilities = [
  'binary',
  'sha256',
  'base64',
  'hex',
  'ilistdir',
  'stat',
  'mkdir',
  'rename',
  'statvfs',
  'inflate',
  'deflate',
] as const;
export type Ability = (typeof abilities)[number];

export async function probe(repl: RawRepl, signal?: AbortSignal): Promise<Profile> {
  return parseProfile(Buffer.from(await repl.exec(probeSource, { signal })).toString('latin1'));
}

/** Reads the probe's lines; lines that others printed in between are passed over. */
export function parseProfile(output: string): Profile {
  const told = new Map<string, string>();
  for (const line of output.split(/\r?\n/)) {
    const found = /^(\w+) (\S+)$/.exec(line);
    if (found) told.set(found[1] ?? '', found[2] ?? '');
  }
  const text = (key: string) => textFromBytes(Buffer.from(told.get(key) ?? '', 'hex'));
  const number = (key: string) => (/^\d+$/.test(told.get(key) ?? '') ? Number(told.get(key)) : undefined);
  return {
    platform: text('platform'),
    version: text('version'),
    implementation: told.get('implementation') ?? 'micropython',
    machine: text('machine'),
    release: text('release'),
    uniqueId: text('uid') || undefined,
    epoch: number('epoch') ?? 2000,
    heap: number('heap'),
    can: Object.fromEntries(abilities.map((ability) => [ability, told.get(ability) === '1'])) as Record<
      Ability,
      boolean
    >,
  };
}
