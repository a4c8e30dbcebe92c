// Asks a board in one exec what it can do. The profile decides between all ways of doing something; nothing asks "which board is this?".

import { isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import { textFromBytes } from '../paths.js';
import agentSource from './agent/agent.py';
import probeSource from './agent/probe.py';
import { lineDamaged } from './boardErrors.js';
import type { RawRepl } from './rawRepl.js';

export interface Profile {
  /** `sys.platform`, such as `rp2`. */
  platform: string;
  /** `sys.version`, such as `3.4.0; MicroPython v1.24.0 on 2024-10-25`. */
  version: string;
  /** `micropython` or `circuitpython`. */
  implementation: string;
  /** `os.uname().machine`, such as `Raspberry Pi Pico W with RP2040`; empty if unknown. */
  machine: string;
  /** `os.uname().release`, such as `1.24.0`; empty if unknown. */
  release: string;
  /** `machine.unique_id()` in hex, if the board has one. */
  uniqueId: string | undefined;
  /** The year in which the board's clock begins, 1970 or 2000. */
  epoch: number;
  /** Free bytes of heap. */
  heap: number | undefined;
  /** Mount points and types of file systems: `/`, `VfsLfs2`. Empty if the firmware does not say. */
  mounts: Array<{ path: string; type: string }>;
  /** Whether programs cannot write to `/`; absent if the firmware does not say. */
  isReadOnly?: boolean;
  can: Record<Ability, boolean>;
  /** Whether our agent is in its memory. */
  hasAgent: boolean;
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
  'viper',
] as const;
export type Ability = (typeof abilities)[number];

/**
 * Asks a board what it can do, and leaves our agent in its memory if there is room.
 *
 * @throws BackupError `line-damaged` if no answer arrived undamaged, so that a board is never taken for another one (P32)
 */
export async function probe(repl: RawRepl, signal?: AbortSignal): Promise<Profile> {
  // The agent, which most boards need, is sent along: in one deflate stream, with one answer.
  let whole = await installed(repl, probeSource + agentSource, signal);
  const hasAgent = whole !== undefined || (await installed(repl, agentSource, signal)) !== undefined;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const output = Buffer.from(whole ?? (await repl.install(probeSource, signal))).toString('latin1');
    if (isWhole(output)) return { ...parseProfile(output), hasAgent };
    whole = undefined;
  }
  throw lineDamaged(repl.url, t('its description of itself did not arrive whole'));
}

/** @returns what it printed; undefined if the board has no memory for it */
async function installed(
  repl: RawRepl,
  source: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  try {
    return await repl.install(source, signal);
  } catch (error) {
    if (isBackupError(error, 'board-unsupported')) return undefined;
    throw error;
  }
}

const ATTEMPTS = 3;
const KEYS: ReadonlySet<string> = new Set([
  'platform',
  'version',
  'implementation',
  'machine',
  'release',
  'can',
  'uid',
  'epoch',
  'heap',
  'mount',
  'readonly',
]);

/** The lines of the probe; lines that other code printed in between are skipped. */
function linesOf(output: string): Array<[line: string, key: string, value: string]> {
  return output.split(/\r?\n/).flatMap((line) => {
    const [, key = '', value = ''] = /^(\w+) (\S+)$/.exec(line) ?? [];
    return KEYS.has(key) ? [[line, key, value] as [string, string, string]] : [];
  });
}

function isWhole(output: string): boolean {
  const lines = linesOf(output).map(([line]) => line);
  const mark = lines.reduce((sum, line) => sum + Buffer.from(line, 'latin1').reduce((a, b) => a + b, 0), 0);
  return output.split(/\r?\n/).includes(`= ${lines.length} ${mark}`);
}

/** Reads the probe's lines. */
export function parseProfile(output: string): Omit<Profile, 'hasAgent'> {
  const lines = linesOf(output);
  const told = new Map(lines.map(([, key, value]) => [key, value]));
  const mounts = lines.flatMap(([, key, value]) => {
    const [, path, type] = (key === 'mount' && /^(\/.*) (\w+)$/s.exec(textOf(value))) || [];
    return path !== undefined && type !== undefined ? [{ path, type }] : [];
  });
  const can = new Set(told.get('can')?.split(','));
  const text = (key: string) => textOf(told.get(key) ?? '');
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
    mounts,
    ...(told.has('readonly') && { isReadOnly: told.get('readonly') === '1' }),
    can: Object.fromEntries(abilities.map((ability) => [ability, can.has(ability)])) as Record<Ability, boolean>,
  };
}

/** `%20` for a space, as in a URL. */
function textOf(told: string): string {
  const bytes = told.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return textFromBytes(Buffer.from(bytes, 'latin1'));
}
