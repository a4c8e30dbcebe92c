// Who else has a port open? Linux tells in /proc; elsewhere nobody is known.

import { readdir, readFile, readlink, realpath } from 'node:fs/promises';

/** @returns programs other than ours that have `port` open, such as `screen (process 4711)`; empty where none is known */
export async function holdersOf(port: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const device = await realpath(port).catch(() => undefined);
  if (!device) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const found = await Promise.all(pids.map((pid) => holderAs(pid, device)));
  return found.filter((holder) => holder !== undefined);
}

/** Processes end while we look, and those of other users cannot be looked into: neither is a holder that we can name. */
async function holderAs(pid: string, device: string): Promise<string | undefined> {
  try {
    const files = await readdir(`/proc/${pid}/fd`);
    const targets = await Promise.all(files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    if (!targets.includes(device) || (await isOtherEnd(pid, files, targets, device))) return undefined;
    return `${(await readFile(`/proc/${pid}/comm`, 'utf8')).trim()} (process ${pid})`;
  } catch {
    return undefined;
  }
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
