// A diagnosis as the user sees it: a page to read, what matters most in a message, and the text for a bug report.

import * as vscode from 'vscode';
import { version } from '../../package.json';
import { realPortSystem } from '../core/board/portSystem.js';
import { type Diagnosis, diagnose } from '../core/jobs/diagnose.js';
import { describeDiagnosis, findingSentence } from '../core/jobs/diagnoseText.js';
import { mainFinding } from '../core/plan/finding.js';
import { withoutCredentials } from '../core/text.js';
import { addressOf } from './approach.js';
import { NO_SHARES } from './jobBar.js';
import { showInformation, showWarning } from './messages.js';
import { askToRelease, whoCanRelease } from './portHolders.js';
import { machineOfWindow } from './remoteWindow.js';
import { runJob } from './runJob.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';
import { placeOfWindow } from './windowPlace.js';

const COPY = 'Copy';
const RELEASE = 'Ask Them to Release the Port';
const AGAIN = 'Diagnose Again';

/**
 * @param url the port; all that are found where there is none
 * @param probe whether the board is asked, too, for which its program is stopped
 */
export async function runDiagnosis(services: Services, url: string | undefined, probe: boolean): Promise<void> {
  const { extraPorts, simulatedBoardsFolder, controlLines } = readSettings();
  const name = url === undefined ? 'All Ports' : withoutCredentials(url);
  const words = {
    title: `Diagnosing ${name}`,
    noun: 'Diagnosis',
    shares: NO_SHARES,
    boards: url === undefined ? [] : [url],
  };
  const diagnosis = await runJob(services, words, (context) =>
    diagnose(context, realPortSystem(), {
      ...{ url, named: extraPorts, simulatedBoards: simulatedBoardsFolder, controlLines },
      ...machineOfWindow(placeOfWindow(services.extension)),
      ...(probe && { probe: (port: string) => addressOf(services, port, 'diagnosis', {}) }),
    }),
  );
  if (!diagnosis) return;
  const text = describeDiagnosis(diagnosis, versions());
  await services.pages.show(`Connection of ${name.replace(/^\/dev\//, '').replace('://', ' ')}`, text);
  // Nobody waits for the message: the page says all of it.
  void tell(services, diagnosis, text, url, probe);
}

async function tell(
  services: Services,
  { findings }: Diagnosis,
  text: string,
  url: string | undefined,
  probe: boolean,
): Promise<void> {
  const main = mainFinding(findings);
  const isWell = main?.state !== 'problem';
  const isHeld = findings.some(({ what, state }) => what === 'holder' && state === 'problem');
  const canRelease = url !== undefined && isHeld && (await whoCanRelease()).length > 0;
  const sentence = main ? findingSentence(main) : '';
  const show = isWell ? showInformation : showWarning;
  const answer = await show(
    isWell ? `Nothing wrong was found. ${sentence}`.trim() : sentence,
    ...[COPY, ...(canRelease ? [RELEASE] : [])],
  );
  if (answer === COPY) await vscode.env.clipboard.writeText(text);
  if (answer === RELEASE && url !== undefined) await release(services, url, probe);
}

async function release(services: Services, url: string, probe: boolean): Promise<void> {
  const asked = await askToRelease(services, url);
  const sentence =
    asked.length > 0
      ? `${asked.join(' and ')} was asked to release ${url}.`
      : `Nobody could be asked to release ${url}.`;
  const answer = await showInformation(sentence, AGAIN);
  if (answer === AGAIN) await runDiagnosis(services, url, probe);
}

function versions(): string[] {
  const { appName, remoteName } = vscode.env;
  // The name of a remote may be that of a computer.
  const where = remoteName === undefined ? '' : ', in a remote window';
  return [`MicroPython Backup ${version}`, `${appName} ${vscode.version}${where}`, `Node ${process.versions.node}`];
}
