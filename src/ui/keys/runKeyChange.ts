// Gives the backups a key, another one or none, as the user sees it: progress with Cancel, what came of it, and how to keep the key.

import { changeKey, finishKeyChange, type KeyChangeResult } from '../../core/jobs/changeKey.js';
import { describeKeyChange, detailsOfKeyChange, KEEP_THE_KEY } from '../../core/jobs/keyText.js';
import { KEY_SHARES } from '../jobBar.js';
import { showInformation, showWarning } from '../messages.js';
import type { JobWords } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import type { ChosenKey } from './askKey.js';
import { ENCRYPTION, unfinishedChange } from './keyWords.js';

const FINISH = 'Finish Now';
const SAVE = 'Save Key File…';

export async function runKeyChange(services: Services, chosen: ChosenKey, isFirst: boolean): Promise<void> {
  const { keys } = services;
  await chosen.save?.();
  const wasThere = (await keys.own()).includes(chosen.secret);
  // Before the first archive needs it: should this window close in the middle, the key is there.
  await keys.keep(chosen.secret);
  const title = isFirst ? 'Encrypting backups' : 'Changing the key of backups';
  const result = await runStoreJob(services, wordsFor(title), (context, store) =>
    changeKey(context, store, chosen.key),
  );
  if (result) {
    await keys.keepOnly(chosen.secret);
    void services.copies.afterBackup();
    void tell(services, result, chosen.save === undefined);
    return;
  }
  if (!wasThere && !(await isUnderWay(services))) await keys.drop(chosen.secret);
}

/** Makes them plain again. */
export async function runDecryption(services: Services): Promise<void> {
  const result = await runStoreJob(services, wordsFor('Decrypting backups'), (context, store) =>
    changeKey(context, store, null),
  );
  if (!result) return;
  await services.keys.forget();
  void services.copies.afterBackup();
  void tell(services, result, false);
}

/** Goes on with a change that was interrupted. */
export async function runFinish(services: Services): Promise<void> {
  const result = await runStoreJob(services, wordsFor('Changing the key of backups'), finishKeyChange);
  if (!result) return;
  void services.copies.afterBackup();
  void tell(services, result, false);
}

/** Whether a change of key has begun and has not ended: that is told by what watches for it. */
async function isUnderWay({ boards }: Services): Promise<boolean> {
  return (await (await boards.openStore()).encryption()).state === 'changing';
}

/** @param encryption of which a change is under way */
export async function askToFinish(services: Services, encryption: { pending: number }): Promise<void> {
  if ((await showWarning(unfinishedChange(encryption), FINISH)) === FINISH) await runFinish(services);
}

function wordsFor(title: string): JobWords<KeyChangeResult> {
  return { title, noun: ENCRYPTION, shares: KEY_SHARES, isWhole: ({ left }) => left.length === 0 };
}

/** @param mayBeSaved false where its file is on the disk already */
async function tell(services: Services, result: KeyChangeResult, mayBeSaved: boolean): Promise<void> {
  const { log } = services;
  const details = detailsOfKeyChange(result);
  for (const sentence of details) log.warn(sentence);
  const sentences = [
    describeKeyChange(result, readSettings().storeFolder),
    ...(details.length > 0 ? ['What could not be read is as it was: the log names it.'] : []),
    ...(result.mode === null ? [] : [KEEP_THE_KEY]),
  ];
  const show = details.length > 0 ? showWarning : showInformation;
  const actions = [...(result.mode !== null && mayBeSaved ? [SAVE] : []), ...(details.length > 0 ? ['Show Log'] : [])];
  const answer = await show(sentences.join(' '), ...actions);
  if (answer === 'Show Log') log.show();
  if (answer !== SAVE) return;
  const { saveKey } = await import('./saveKey.js');
  await saveKey(services);
}
