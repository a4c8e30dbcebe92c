// How a job goes about a board: by the settings, and by what the user has chosen since it could not be reached.

import * as vscode from 'vscode';
import type { ConnectOptions } from '../core/board/connect.js';
import { type ErrorCode, isBackupError } from '../core/errors.js';
import type { BoardAddress } from '../core/jobs/job.js';
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

const WAIT = 'Wait for Board';
const RESTART = 'Restart Board and Try Again';
const RELEASE = 'Ask Other Extensions to Release It';
const DIAGNOSE = 'Diagnose Connection';

/** Some let go a moment after they were asked. */
const RELEASE_MS = 5_000;

const AWAY: readonly ErrorCode[] = ['port-not-found', 'port-busy', 'port-failed', 'port-lost'];
const UNANSWERED: readonly ErrorCode[] = ['board-silent', 'board-busy'];
/** What a look at the port may explain. */
const UNCLEAR: readonly ErrorCode[] = ['port-busy', 'port-denied', 'port-not-found', 'port-failed', 'board-silent'];

/** @param noun what the program is stopped for: `backup` */
export function addressOf(services: Services, url: string, noun: string, approach: Approach): BoardAddress {
  const { programAfterwards } = readSettings();
  const afterwards = programAfterwards === 'ask' ? askFor(noun) : programAfterwards;
  return { url, open: transportOf(services), afterwards, ...approach };
}

/** What may help where a board could not be reached. What was tried already is not offered again. */
export async function remediesFor(
  services: Pick<Services, 'log' | 'extension'>,
  error: unknown,
  tried: Approach,
  again: (approach: Approach) => void,
): Promise<Remedies> {
  const is = (codes: readonly ErrorCode[]) => isBackupError(error) && codes.includes(error.code);
  const port = isBackupError(error) ? error.path : undefined;
  // No other extension holds what is simulated or in the network.
  const held = is(['port-busy']) && port !== undefined && isOfThisMachine(portKindOf(port)) ? port : undefined;
  const wait = () => again({ ...tried, waitMs: WAIT_MS });
  const restart = () => again({ ...tried, mayRestart: true });
  const release = async (from: string) => {
    await askToRelease(services, from);
    again({ ...tried, waitMs: Math.max(tried.waitMs ?? 0, RELEASE_MS) });
  };
  return {
    ...(held !== undefined && (await whoCanRelease()).length > 0 && { [RELEASE]: () => void release(held) }),
    ...(is(UNANSWERED) && !tried.mayRestart && { [RESTART]: restart }),
    ...((is(UNANSWERED) || is(AWAY)) && { [WAIT]: wait }),
    ...(is(UNCLEAR) && { [DIAGNOSE]: () => void diagnoseIt(port) }),
  };
}

async function diagnoseIt(port: string | undefined): Promise<void> {
  await vscode.commands.executeCommand('micropythonBackup.diagnoseConnection', port);
}

function askFor(noun: string): Exclude<ConnectOptions['afterwards'], string | undefined> {
  return async ({ name }) => {
    const question = `The program of ${name} was stopped for the ${noun}. Restart it afterwards? Without an answer, it is restarted.`;
    const answer = await showInformation(question, 'Restart', 'Leave Stopped');
    // Whoever closes the message leaves it to us.
    return answer === 'Leave Stopped' ? 'leaveStopped' : 'restart';
  };
}
