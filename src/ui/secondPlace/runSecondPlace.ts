// Jobs on the second place, as the user sees them: progress with Cancel, what came of it, and the next step.

import * as vscode from 'vscode';
import { checkOffsite, type OffsiteCheck } from '../../core/jobs/checkOffsite.js';
import { type ChosenState, setPlace } from '../../core/jobs/offsitePlace.js';
import {
  describeCheck,
  describeSync,
  detailsOfSync,
  isSoundCheck,
  olderSentences,
  SAME_DISK,
} from '../../core/jobs/offsiteText.js';
import { type SyncResult, syncOffsite } from '../../core/jobs/syncOffsite.js';
import { t } from '../../core/l10n.js';
import { count } from '../../core/text.js';
import { unawaited } from '../failures.js';
import { COPY_SHARES, NO_SHARES, type Shares, VERIFY_SHARES } from '../jobBar.js';
import { showInformation, showWarning } from '../messages.js';
import type { JobWords } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { NOT_ENCRYPTED, SECOND_PLACE } from './secondPlaceWords.js';

export function wordsOf<T>(title: string, noun: string, shares: Shares): JobWords<T> {
  return { title, noun, shares, boards: [SECOND_PLACE] };
}

/** @returns whether a second place is set up; else the user has been told, and offered one */
export async function hasPlace(services: Services): Promise<boolean> {
  const { boards } = services;
  await boards.refreshBackups();
  if (boards.secondPlace) return true;
  if (boards.storeTrouble && !boards.isLocked) throw boards.storeTrouble;
  unawaited(services, offerSetUp());
  return false;
}

async function offerSetUp(): Promise<void> {
  const answer = await showInformation(t('There is no second place for the backups yet.'), t('Set Up Second Place…'));
  if (answer) await vscode.commands.executeCommand('micropythonBackup.setUpSecondPlace');
}

/** @param folder of another computer that is gone: this one goes on with it */
export async function runSetUp(services: Services, place: string, folder?: string): Promise<void> {
  const { rclonePath, simulatedBoardsFolder: simulatedBoards } = readSettings();
  const words = wordsOf<ChosenState>(t('Setting up the second place'), t('Second place'), NO_SHARES);
  const state = await runStoreJob(services, words, (context, store) =>
    setPlace(context, store, place, { rclonePath, folder, simulatedBoards }),
  );
  if (state) await runSync(services, state);
}

/** @param chosen if the place has just been chosen: then it is said what that means */
export async function runSync(services: Services, chosen?: ChosenState): Promise<void> {
  const { rclonePath } = readSettings();
  const words: JobWords<SyncResult> = {
    ...wordsOf(t('Copying to the second place'), t('Copy'), COPY_SHARES),
    isWhole: ({ waiting }) => waiting === 0,
  };
  const result = await runStoreJob(services, words, (context, store) => syncOffsite(context, store, { rclonePath }));
  if (result) unawaited(services, tellSync(services, result, chosen));
}

async function tellSync({ log, boards }: Services, result: SyncResult, chosen?: ChosenState): Promise<void> {
  const details = detailsOfSync(result);
  for (const sentence of details) log.warn(sentence);
  const isPlain = chosen && boards.encryption?.state === 'plain';
  const sentences = [
    describeSync(result),
    ...(result.waiting > 0
      ? [t('{0} could not be copied: the log names them.', count(result.waiting, 'archive'))]
      : []),
    ...olderSentences(result),
    ...(chosen && readSettings().secondPlaceCopies === 'afterBackup' ? [t('Each new backup is copied there.')] : []),
    ...(chosen?.sameDisk ? [t(SAME_DISK)] : []),
    ...(isPlain ? [t(NOT_ENCRYPTED)] : []),
  ];
  const show = result.waiting > 0 ? showWarning : showInformation;
  const [encrypt, showLog] = [t('Encrypt Backups…'), t('Show Log')];
  const actions = [...(isPlain ? [encrypt] : []), ...(result.waiting > 0 ? [showLog] : [])];
  const answer = await show(sentences.join(' '), ...actions);
  if (answer === showLog) log.show();
  if (answer === encrypt) await vscode.commands.executeCommand('micropythonBackup.encryptBackups');
}

/** @param repair whether what is damaged or missing there is copied again */
export async function runCheck(services: Services, repair: boolean): Promise<void> {
  const { rclonePath } = readSettings();
  const words: JobWords<OffsiteCheck> = {
    ...wordsOf(repair ? t('Mending the second place') : t('Checking the second place'), t('Check'), VERIFY_SHARES),
    isWhole: isSoundCheck,
  };
  const check = await runStoreJob(services, words, (context, store) =>
    checkOffsite(context, store, { rclonePath, repair }),
  );
  if (check) unawaited(services, tellCheck(services, check));
}

async function tellCheck(services: Services, check: OffsiteCheck): Promise<void> {
  const { log } = services;
  const lines = describeCheck(check).split('\n');
  const sum = lines.at(-1) ?? '';
  if (isSoundCheck(check)) {
    for (const line of lines) log.info(line);
    // With a button, all of it is shown.
    if (await showInformation(sum, t('Show Log'))) log.show();
    return;
  }
  for (const line of lines) log.warn(line);
  const isBadThere = check.missing.length > 0 || check.damaged.some(({ repaired }) => !repaired);
  const here = check.damagedHere.length;
  const sentences = [
    sum,
    ...(here > 0
      ? [
          t(
            here === 1 ? '{0} is damaged on this computer.' : '{0} are damaged on this computer.',
            count(here, 'archive'),
          ),
        ]
      : []),
    t('The log names them.'),
  ];
  const [copy, repair, showLog] = [t('Copy Anew'), t('Repair Backups…'), t('Show Log')];
  const actions = [...(isBadThere ? [copy] : []), ...(here > 0 ? [repair] : []), showLog];
  const answer = await showWarning(sentences.join(' '), ...actions);
  if (answer === showLog) log.show();
  if (answer === copy) await runCheck(services, true);
  if (answer === repair) await vscode.commands.executeCommand('micropythonBackup.repairBackups');
}
