// A diagnosis as the user sees it: a page to read, what matters most in a message, and the text for a bug report.

import * as vscode from 'vscode';
import { version } from '../../package.json';
import { realPortSystem } from '../core/board/portSystem.js';
import { type Diagnosis, diagnose } from '../core/jobs/diagnose.js';
import { describeDiagnosis, findingSentence } from '../core/jobs/diagnoseText.js';
import { t } from '../core/l10n.js';
import { mainFinding } from '../core/plan/finding.js';
import { withoutCredentials } from '../core/text.js';
import { addressOf } from './approach.js';
import { unawaited } from './failures.js';
import { NO_SHARES } from './jobBar.js';
import { showInformation, showWarning } from './messages.js';
import { askToRelease, whoCanRelease } from './portHolders.js';
import { machineOfWindow } from './remoteWindow.js';
import { runJob } from './runJob.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';
import { placeOfWindow } from './windowPlace.js';

/**
 * @param url the port; all that are found if there is none
 * @param probe whether the board is asked, too, for which its program is stopped
 */
export async function runDiagnosis(services: Services, url: string | undefined, probe: boolean): Promise<void> {
  const { extraPorts, simulatedBoardsFolder, controlLines } = readSettings();
  const name = url === undefined ? t('All Ports') : withoutCredentials(url);
  const words = {
    title: t('Diagnosing {0}', name),
    noun: t('Diagnosis'),
    shares: NO_SHARES,
    boards: url === undefined ? [] : [url],
  };
  const diagnosis = await runJob(services, words, (context) =>
    diagnose(context, realPortSystem(), {
      url,
      named: extraPorts,
      simulatedBoards: simulatedBoardsFolder,
      controlLines,
      ...machineOfWindow(placeOfWindow(services.extension)),
      ...(probe && { probe: (port: string) => addressOf(services, port, 'diagnosis', {}) }),
    }),
  );
  if (!diagnosis) return;
  const text = describeDiagnosis(diagnosis, versions());
  await services.pages.show(t('Connection of {0}', name.replace(/^\/dev\//, '').replace('://', ' ')), text);
  // Nobody waits for the message: the page says all of it.
  unawaited(services, tell(services, diagnosis, text, url, probe));
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
  const [copy, releaseIt] = [t('Copy'), t('Ask Them to Release the Port')];
  const answer = await show(
    isWell ? t('Nothing wrong was found. {0}', sentence).trim() : sentence,
    copy,
    ...(canRelease ? [releaseIt] : []),
  );
  if (answer === copy) await vscode.env.clipboard.writeText(text);
  if (answer === releaseIt && url !== undefined) await release(services, url, probe);
}

async function release(services: Services, url: string, probe: boolean): Promise<void> {
  const asked = await askToRelease(services, url);
  const sentence =
    asked.length > 0
      ? t('{0} was asked to release {1}.', inOneSentence(asked), url)
      : t('No other extension could be asked to release {0}.', url);
  if (await showInformation(sentence, t('Diagnose Again'))) await runDiagnosis(services, url, probe);
}

function versions(): string[] {
  const { appName, remoteName } = vscode.env;
  // The name of a remote may be that of a computer.
  const editor = `${appName} ${vscode.version}`;
  return [
    `MicroPython Backup ${version}`,
    remoteName === undefined ? editor : t('{0}, in a remote window', editor),
    `Node ${process.versions.node}`,
  ];
}

/** `MicroPico and Pymakr` */
function inOneSentence(names: readonly string[]): string {
  return names.reduce((sum, name) => t('{0} and {1}', sum, name));
}
