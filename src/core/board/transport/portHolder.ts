// Who else has a port open? Linux tells in /proc; elsewhere nobody is known.

import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../errors.js';
import { t } from '../../l10n.js';

export interface PortHolder {
  program: string;
  pid: number;
  /**
   * `self`: this very process, which opens no serial ports for itself. `job`: the process that reads the port for a job of ours;
   * `job-elsewhere`: the same, in another window or terminal.
   */
  who: 'self' | 'job' | 'job-elsewhere' | 'other';
}

export interface PortUse {
  holders: PortHolder[];
  /** Whether no process was hidden from us: those of other users are, for all but the administrator. */
  seesAll: boolean;
}

/** @returns programs other than ours that have `port` open, such as `screen (process 4711)`; empty if none is known */
export async function holdersOf(port: string): Promise<string[]> {
  const { holders } = (await lookForHolders(port)) ?? { holders: [] };
  return holders.filter(({ who }) => who !== 'self').map(holderName);
}

/** `screen (process 4711)` */
export function holderName({ program, pid }: Pick<PortHolder, 'program' | 'pid'>): string {
  return t('{0} (process {1})', program, pid);
}

/** @returns undefined if the system does not tell */
export async function lookForHolders(port: string): Promise<PortUse | undefined> {
  if (process.platform !== 'linux') return undefined;
  const device = await realpath(port).catch(() => undefined);
  if (!device) return { holders: [], seesAll: true };
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => holderAs(pid, device)));
  return {
    holders: found.filter((holder) => typeof holder === 'object'),
    // The first process is not even listed if those of others are hidden.
    seesAll: pids.includes('1') && !found.includes('unseen'),
  };
}

/** Processes end while we look: they are no holders. Those of other users cannot be looked into. */
async function holderAs(pid: string, device: string): Promise<PortHolder | 'unseen' | undefined> {
  try {
    const files = await readdir(`/proc/${pid}/fd`);
    const targets = await Promise.all(files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    if (!targets.includes(device) || (await isOtherEnd(pid, files, targets, device))) return undefined;
    const program = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
    return { program, pid: Number(pid), who: await whoIs(pid) };
  } catch (error) {
    return ['EACCES', 'EPERM'].includes(systemCode(error) ?? '') ? 'unseen' : undefined;
  }
}

async function whoIs(pid: string): Promise<PortHolder['who']> {
  if (pid === String(process.pid)) return 'self';
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  if (!words.includes(join(ASSETS_FOLDER, 'serialPort.js'))) return 'other';
  // What comes before is the name of the program, which may hold spaces and brackets (proc(5): field 4).
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return parent === String(process.pid) ? 'job' : 'job-elsewhere';
}

/** A pseudo-terminal is often kept open by the very program that is the board at its other end. */
async function isOtherEnd(pid: string, files: string[], targets: string[], device: string): Promise<boolean> {
  const number = /^\/dev\/pts\/(\d+)$/.exec(device)?.[1];
  if (number === undefined) return false;
  for (const [at, target] of targets.entries()) {
    if (!/^\/dev\/(pts\/)?ptmx$/.test(target)) continue;
    const info = await readFile(`/proc/${pid}/fdinfo/${files[at]}`, 'utf8').catch(() => '');
    if (new RegExp(`^tty-index:\\s*${number}$`, 'm').test(info)) return true;
  }
  return false;
}
