// Where does this extension run, and so, where must a board be plugged in? Knows nothing of VS Code.

import { msg, t } from '../core/l10n.js';
import type { MachineKind } from '../core/plan/machineAdvice.js';

/** What VS Code says of its window. */
export interface WindowPlace {
  /** `wsl`, `ssh-remote`, `dev-container`, …; undefined for a window of this computer. */
  remoteName: string | undefined;
  /** The extension runs where the window is shown, and not where its folders are. */
  runsWithWindow: boolean;
  isInBrowser: boolean;
}

export interface WindowMachine {
  /** Undefined if the machine itself has to be asked. */
  machine?: MachineKind;
  machineFix?: string;
}

const KINDS: ReadonlyMap<string, MachineKind> = new Map([
  ['wsl', 'wsl'],
  ['ssh-remote', 'ssh'],
  ['tunnel', 'tunnel'],
  ['dev-container', 'container'],
  ['attached-container', 'container'],
  ['k8s-container', 'container'],
  ['codespaces', 'codespace'],
]);

const INSTALL_LOCALLY = msg(
  'In VS Code, open the Extensions view and choose Install Locally for MicroPython Backup: then it works on the computer on your desk.',
);

export function machineOfWindow({ remoteName, runsWithWindow, isInBrowser }: WindowPlace): WindowMachine {
  if (remoteName === undefined) return isInBrowser ? { machine: 'server' } : {};
  // In a browser, the window is shown by no machine that has ports for us.
  if (runsWithWindow && !isInBrowser) return { machine: 'here-of-remote-window' };
  const machine = KINDS.get(remoteName) ?? 'server';
  return { machine, ...(!isInBrowser && { machineFix: t(INSTALL_LOCALLY) }) };
}
