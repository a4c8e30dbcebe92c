// How a job goes about a board: by the settings, and by what the user has chosen since it could not be reached.

import * as vscode from 'vscode';
import type { ConnectOptions } from '../core/board/connect.js';
import { type ErrorCode, isBackupError } from '../core/errors.js';
import type { BoardAddress } from '../core/jobs/job.js';
import { msg, t } from '../core/l10n.js';
import { isOfThisMachine, portKindOf } from '../core/plan/portKinds.js';
import type { Remedies } from './failures.js';
import { showInformation } from './messages.js';
import { askToRelease, whoCanRelease } from './portHolders.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';
import { transportOf } from './transport.js';

/** What the user allows beyond the usual; nothing at first. */
export type Approach = Pick<ConnectOptions, 'waitMs' | 'mayRestart'>;

/** The notification of the job can be cancelled all the time. */
const WAIT_MS = 600_000;

const WAIT = msg('Wait for Board');
const RESTART = msg('Restart Board and Try Again');
const RELEASE = msg('Ask Other Extensions to Release It');
const DIAGNOSE = msg('Diagnose Connection');

/** Some let go a moment after they were asked. */
const RELEASE_MS = 5_000;

const AWAY: readonly ErrorCode[] = ['port-not-found', 'port-busy', 'port-failed', 'port-lost'];
const UNANSWERED: readonly ErrorCode[] = ['board-silent', 'board-busy'];
/** What a look at the port may explain. */
const UNCLEAR: readonly ErrorCode[] = ['port-busy', 'port-denied', 'port-not-found', 'port-failed', 'board-silent'];

/** What a program is stopped for. */
const PURPOSES = {
  backup: msg('backup'),
  comparison: msg('comparison'),
  diagnosis: msg('diagnosis'),
  finish: msg('finish'),
  look: msg('look'),
  repair: msg('repair'),
  restore: msg('restore'),
  undo: msg('undo'),
} as const;

export type Purpose = keyof typeof PURPOSES;

export function addressOf(services: Services, url: string, purpose: Purpose, approach: Approach): BoardAddress {
  const { programAfterwards } = readSettings();
  const afterwards = programAfterwards === 'ask' ? askFor(purpose) : programAfterwards;
  return { url, open: transportOf(services), afterwards, ...approach };
}

/** What may help if a board could not be reached. What was tried already is not offered again. */
export async function remediesFor(
  services: Pick<Services, 'log' | 'extension'>,
  error: unknown,
  tried: Approach,
  again: (approach: Approach) => Promise<unknown>,
): Promise<Remedies> {
  const is = (codes: readonly ErrorCode[]) => isBackupError(error) && codes.includes(error.code);
  const port = isBackupError(error) ? error.path : undefined;
  // No other extension holds what is simulated or in the network.
  const held = is(['port-busy']) && port !== undefined && isOfThisMachine(portKindOf(port)) ? port : undefined;
  const wait = () => again({ ...tried, waitMs: WAIT_MS });
  const restart = () => again({ ...tried, mayRestart: true });
  const release = async (from: string) => {
    await askToRelease(services, from);
    await again({ ...tried, waitMs: Math.max(tried.waitMs ?? 0, RELEASE_MS) });
  };
  return {
    ...(held !== undefined && (await whoCanRelease()).length > 0 && { [t(RELEASE)]: () => release(held) }),
    ...(is(UNANSWERED) && !tried.mayRestart && { [t(RESTART)]: restart }),
    ...((is(UNANSWERED) || is(AWAY)) && { [t(WAIT)]: wait }),
    ...(is(UNCLEAR) && { [t(DIAGNOSE)]: () => diagnoseIt(port) }),
  };
}

async function diagnoseIt(port: string | undefined): Promise<void> {
  await vscode.commands.executeCommand('micropythonBackup.diagnoseConnection', port);
}

function askFor(purpose: Purpose): Exclude<ConnectOptions['afterwards'], string | undefined> {
  return async ({ name }) => {
    const question = t(
      'The program of {0} was stopped for the {1}. Restart it afterwards? Without an answer, it is restarted.',
      name,
      t(PURPOSES[purpose]),
    );
    const leave = t('Leave Stopped');
    const answer = await showInformation(question, t('Restart'), leave);
    // Whoever closes the message leaves it to us.
    return answer === leave ? 'leaveStopped' : 'restart';
  };
}
