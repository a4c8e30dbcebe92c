// What the system tells of ports: who may use them, who does, and what is plugged in. A door, so that a test can be another system.

import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { systemCode } from '../errors.js';
import { mayOpenPort } from './portAccess.js';
import { listPorts, type PortList } from './ports.js';
import { lookForHolders, type PortUse } from './transport/portHolder.js';

/** Who runs us. */
export interface SystemUser {
  id: number;
  /** Those that our process has, which are those of the time when the user logged in. */
  groups: readonly number[];
  /** To look for in lists of members. It is never shown. */
  name: string;
}

/** The file that is a port. */
export interface DeviceFile {
  /** Without links. */
  path: string;
  /** False for a file that is no device. */
  isDevice: boolean;
  owner: number;
  group: number;
  mode: number;
}

export interface PortSystem {
  readonly platform: NodeJS.Platform;
  /** Such as `x64`. */
  readonly architecture: string;
  /** Is never shown: it has the name of the user in it. */
  readonly home: string;
  /** Undefined if users have no numbers (Windows). */
  readonly user: SystemUser | undefined;
  ports(named: readonly string[], simulatedBoards: string): Promise<PortList>;
  /** @returns undefined if there is none of that name */
  device(path: string): Promise<DeviceFile | undefined>;
  mayReadAndWrite(path: string): Promise<boolean>;
  /** @returns undefined if the system does not tell */
  useOf(path: string): Promise<PortUse | undefined>;
  /** @returns the names of the programs that run; undefined if the system does not tell */
  running(): Promise<ReadonlySet<string> | undefined>;
}

/** The real one. */
export function realPortSystem(): PortSystem {
  return {
    platform: process.platform,
    architecture: process.arch,
    home: homedir(),
    user: currentUser(),
    ports: listPorts,
    device,
    mayReadAndWrite: mayOpenPort,
    useOf: lookForHolders,
    running,
  };
}

function currentUser(): SystemUser | undefined {
  const { geteuid, getegid, getgroups } = process;
  if (!geteuid || !getegid || !getgroups) return undefined;
  return { id: geteuid(), groups: [...new Set([getegid(), ...getgroups()])], name: userName() };
}

/** Containers may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

async function device(path: string): Promise<DeviceFile | undefined> {
  try {
    const found = await stat(path);
    const { uid: owner, gid: group, mode } = found;
    return { path: await realpath(path), isDevice: found.isCharacterDevice(), owner, group, mode: mode & 0o777 };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

async function running(): Promise<ReadonlySet<string> | undefined> {
  if (process.platform !== 'linux') return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // Those that end while we look run no more.
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  return new Set(names.map((name) => name.trim()));
}
