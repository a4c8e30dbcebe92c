// On which machine are ports looked for? If that is not the one on the desk, no driver and no permission helps.

import { type Message, msg, t } from '../l10n.js';
import type { Finding } from './finding.js';

export type MachineKind =
  | 'here'
  /** The window works on another computer, and ports are looked for on the one on the desk. */
  | 'here-of-remote-window'
  | ('wsl' | 'ssh' | 'tunnel' | 'container' | 'codespace' | 'server');

interface Advice {
  sentence: Message;
  fix: Message;
}

const ADVICE: Record<Exclude<MachineKind, 'here' | 'here-of-remote-window'>, Advice> = {
  wsl: {
    sentence: msg('This runs in WSL, which sees only the USB devices that Windows hands over to it.'),
    fix: msg(
      'In PowerShell on Windows, run `usbipd list`, then `usbipd bind --busid ID` once as administrator, and `usbipd attach --wsl --busid ID` each time (the ID is that of the board). Or work in a VS Code window on Windows itself.',
    ),
  },
  ssh: {
    sentence: msg(
      'This runs on the computer at the other end of an SSH connection: only boards that are plugged in there can be reached.',
    ),
    fix: msg('Plug the board in there, or run this on the computer on your desk.'),
  },
  tunnel: {
    sentence: msg(
      'This runs on the computer at the other end of a tunnel: only boards that are plugged in there can be reached.',
    ),
    fix: msg('Plug the board in there, or run this on the computer on your desk.'),
  },
  container: {
    sentence: msg('This runs in a container, which has only the devices that it was given when it was started.'),
    fix: msg(
      'Plug the board in first, and start the container with `--device=/dev/ttyACM0` (the name of your port; in devcontainer.json under "runArgs"). Or run this outside of the container.',
    ),
  },
  codespace: {
    sentence: msg('This runs on a computer in the cloud, where no board can be plugged in.'),
    fix: msg('Run this on the computer on your desk, or reach the board through the network.'),
  },
  server: {
    sentence: msg('This runs on the server behind the browser: only boards that are plugged in there can be reached.'),
    fix: msg('Plug the board in there, or run this on the computer on your desk.'),
  },
};

/**
 * @param hasPorts if there are none, this is the likeliest reason
 * @param also what else can be done there, as far as the face knows
 */
export function machineFindings(kind: MachineKind, hasPorts: boolean, also?: string): Finding[] {
  if (kind === 'here') return [];
  if (kind === 'here-of-remote-window') {
    const sentence = t('The window works on another computer; boards are looked for on the one on your desk.');
    return [{ what: 'machine', state: 'note', sentence }];
  }
  const { sentence, fix } = ADVICE[kind];
  const fixes = [t(fix), ...(also === undefined ? [] : [also])].join(' ');
  return [{ what: 'machine', state: hasPorts ? 'note' : 'problem', sentence: t(sentence), fix: fixes }];
}

/** What Linux tells of the machine that it runs on. */
export interface MachineSigns {
  /** `/proc/version` */
  kernel: string;
  /** Docker and Podman leave a file behind. */
  hasContainerFile: boolean;
}

export function machineOf({ kernel, hasContainerFile }: MachineSigns): MachineKind {
  if (hasContainerFile) return 'container';
  return /microsoft/i.test(kernel) ? 'wsl' : 'here';
}
