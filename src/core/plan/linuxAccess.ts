// May this user open a port of Linux, and if not, what has to be done about it on the distribution that was found?

import type { DeviceFile, SystemUser } from '../board/portSystem.js';
import { msg, t } from '../l10n.js';
import type { Finding } from './finding.js';
import type { UsbIds } from './usbChips.js';

export interface Distribution {
  /** `debian`, `arch`; `linux` if nothing is said. */
  id: string;
  /** What it descends from. */
  like: string[];
  /** As people call it. */
  name: string;
}

/** Reads `/etc/os-release`. */
export function parseOsRelease(text: string): Distribution {
  const told = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] =
      /^\s*([A-Z_]+)=(?:"(.*)"|'(.*)'|(.*?))\s*$/.exec(line)?.filter((part) => part !== undefined) ?? [];
    if (key !== undefined && value !== undefined) told.set(key, value);
  }
  const like = told.get('ID_LIKE')?.split(/\s+/) ?? [];
  return { id: told.get('ID') ?? 'linux', like, name: told.get('PRETTY_NAME') ?? told.get('NAME') ?? 'Linux' };
}

export interface Group {
  name: string;
  id: number;
  members: string[];
}

/** Reads `/etc/group`; lines that are none are passed over. */
export function parseGroups(text: string): Group[] {
  return text.split('\n').flatMap((line) => {
    const [name, , id, members = ''] = line.split(':');
    if (!name || id === undefined || !/^\d+$/.test(id)) return [];
    return [{ name, id: Number(id), members: members.split(',').filter((member) => member !== '') }];
  });
}

export interface AccessFacts {
  file: Pick<DeviceFile, 'owner' | 'group' | 'mode'>;
  user: SystemUser;
  groups: readonly Group[];
  distribution: Distribution;
  hardware: UsbIds;
  /** What the system said when it was asked: it knows more rules than those of the file. */
  isAllowed: boolean;
}

const READ_WRITE = 0o6;

export function accessFinding(facts: AccessFacts): Omit<Finding, 'port'> {
  const about = aboutFile(facts);
  if (facts.isAllowed)
    return { what: 'permission', state: 'ok', sentence: t('You may read and write it: {0}.', about) };
  return {
    what: 'permission',
    state: 'problem',
    sentence: t('You may not use it: {0}.', about),
    fix: accessFix(facts),
  };
}

/** What would let this user use the port. */
export function accessFix({ file, user, groups, distribution, hardware }: AccessFacts): string {
  const group = groups.find(({ id }) => id === file.group);
  const groupMay = ((file.mode >> 3) & READ_WRITE) === READ_WRITE;
  if (groupMay && user.groups.includes(file.group)) {
    return t(
      'The permissions of the file are right, but the system denies access all the same: a container or a sandbox may do that. Run this outside of it.',
    );
  }
  // The group `root` is no group for people.
  if (!groupMay || file.group === 0 || group === undefined) return udevFix(hardware);
  if (group.members.includes(user.name)) {
    return t(
      'You are now a member of the group {0}, but were not when you logged in: log out and in again, or restart the computer. A new window is not enough.',
      group.name,
    );
  }
  return `${joinGroup(group.name, distribution)} ${t('Then log out and in again.')}`;
}

function joinGroup(group: string, { id, like }: Distribution): string {
  const isKind = (kind: string) => id === kind || like.includes(kind);
  if (isKind('nixos')) {
    return t(
      'Add `users.users.YOU.extraGroups = [ "{0}" ];` to your configuration (YOU is your name), and run `sudo nixos-rebuild switch`.',
      group,
    );
  }
  // Their usermod is in a package of its own.
  if (isKind('alpine')) return t('Run `doas addgroup $USER {0}`.', group);
  return t('Run `sudo usermod -a -G {0} $USER`.', group);
}

/** Before 73-seat-late.rules, which gives what is tagged to whoever sits at the computer. */
const RULES_FILE = '/etc/udev/rules.d/60-micropython.rules';

function udevFix(hardware: UsbIds): string {
  const rule = `SUBSYSTEM=="tty", ${match(hardware)}, MODE="0660", TAG+="uaccess"`;
  return `${t('Write this line into {0}: `{1}`.', RULES_FILE, rule)} ${t(RELOAD)}`;
}

const RELOAD = msg('Then run `sudo udevadm control --reload-rules`, and plug the board in again.');

function match({ vendorId }: UsbIds): string {
  return vendorId === undefined ? 'SUBSYSTEMS=="usb"' : `ATTRS{idVendor}=="${vendorId.toLowerCase()}"`;
}

/** `crw-rw----, owner root, group dialout` */
function aboutFile({ file, groups }: Pick<AccessFacts, 'file' | 'groups'>): string {
  const letters = [6, 3, 0].map((shift) => {
    const bits = file.mode >> shift;
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`;
  });
  const group = groups.find(({ id }) => id === file.group)?.name ?? `${file.group}`;
  return t('{0}, owner {1}, group {2}', `c${letters.join('')}`, file.owner === 0 ? 'root' : `${file.owner}`, group);
}

export interface ServiceFacts {
  /** Names of programs that run; undefined if nobody knows. */
  running: ReadonlySet<string> | undefined;
  /** Whether udev starts brltty by itself when something is plugged in that it takes for a braille display. */
  startsBrltty: boolean;
  /** What is plugged in and may be a board. */
  boards: readonly UsbIds[];
  /** Whether one of them looks like a braille display and has no port. */
  lost: boolean;
  likeBraille: boolean;
}

/** Services of Linux that open ports before anybody else does. */
export function serviceFindings({ running, startsBrltty, boards, lost, likeBraille }: ServiceFacts): Finding[] {
  const findings: Finding[] = [];
  if (likeBraille && (startsBrltty || running?.has('brltty'))) {
    findings.push({
      what: 'services',
      state: lost ? 'problem' : 'note',
      sentence: lost
        ? t('brltty is installed. It mistakes this chip for a braille display, and takes its port away.')
        : t(
            'brltty is installed. It mistakes some chips (CH340, CP210x, FTDI) for a braille display, and takes their port away.',
          ),
      fix: t('If nobody needs a braille display, remove the package brltty and plug the board in again.'),
    });
  }
  if (boards.length > 0 && running?.has('ModemManager')) {
    const [first = {}] = boards;
    const rule = `${match(first)}, ENV{ID_MM_DEVICE_IGNORE}="1"`;
    findings.push({
      what: 'services',
      state: 'note',
      sentence: t('ModemManager runs: it may open the port of a board for some seconds after it was plugged in.'),
      fix: `${t('If that gets in the way, write this line into {0}: `{1}`.', RULES_FILE, rule)} ${t(RELOAD)}`,
    });
  }
  return findings;
}
