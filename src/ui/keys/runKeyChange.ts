// Gives the backups a key, another one or none, as the user sees it: progress with Cancel, what came of it, and how to keep the key.

import { changeKey, finishKeyChange, isWholeChange, type KeyChangeResult } from '../../core/jobs/changeKey.js';
import { describeKeyChange, detailsOfKeyChange, KEEP_THE_KEY } from '../../core/jobs/keyText.js';
import { OLDER_THERE } from '../../core/jobs/offsiteText.js';
import { t } from '../../core/l10n.js';
import type { Store } from '../../core/store/store.js';
import { unawaited } from '../failures.js';
import { KEY_SHARES } from '../jobBar.js';
import { showInformation, showWarning } from '../messages.js';
import type { JobWords } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { agreed, askNewKey, type ChosenKey } from './askKey.js';
import { findFitting } from './findFitting.js';
import {
  detailOf,
  detailOfStopping,
  ENCRYPTION,
  questionOf,
  STOP_QUESTION,
  titleOfFinishing,
  type Unfinished,
  unfinishedChange,
} from './keyWords.js';
import { agreeToMoreRecipients, agreeToRecipients } from './seenRecipients.js';

/** Asks for a new key, and whether what comes of it is meant. */
export async function askAndChangeKey(services: Services, store: Store, isFirst: boolean): Promise<void> {
  const chosen = await askNewKey(services, isFirst ? t('Encrypt Backups') : t('Change Key'));
  if (!chosen) return;
  const here = detailOf(chosen.mode, (await store.archives()).length, isFirst);
  const detail = services.boards.secondPlace ? `${here}\n\n${t(OLDER_THERE)}` : here;
  if (await agreed(questionOf(isFirst), detail, isFirst ? t('Encrypt') : t('Change Key')))
    await runKeyChange(services, store.root, chosen, isFirst);
}

async function runKeyChange(services: Services, root: string, chosen: ChosenKey, isFirst: boolean): Promise<void> {
  const { keys } = services;
  await chosen.save?.();
  const wasThere = (await keys.own()).includes(chosen.secret);
  // Before the first archive needs it: should this window close in the middle, the key is there.
  await keys.keep(chosen.secret);
  const recipients = 'recipients' in chosen.key ? chosen.key.recipients : [];
  await agreeToMoreRecipients(services, root, recipients);
  const title = isFirst ? t('Encrypting backups') : t('Changing the key of backups');
  const result = await runStoreJob(services, wordsFor(title), (context, store) =>
    changeKey(context, store, chosen.key),
  );
  if (result) {
    // What could not be read may need the keys before.
    if (result.left.length === 0) await keys.keepOnly(chosen.secret);
    await agreeToRecipients(services, root, recipients);
    void services.copies.afterBackup();
    unawaited(services, tell(services, result, chosen.save === undefined));
    return;
  }
  if (!wasThere && !(await isKeyOf(services, chosen.secret))) await keys.drop(chosen.secret);
}

/** Makes them plain again. */
export async function runDecryption(services: Services): Promise<void> {
  const result = await runStoreJob(services, wordsFor(t('Decrypting backups')), (context, store) =>
    changeKey(context, store, null),
  );
  if (!result) return;
  await forgetWhatIsDone(services, result);
  void services.copies.afterBackup();
  unawaited(services, tell(services, result, false));
}

/** Goes on with a change that was interrupted. */
async function runFinish(services: Services, encryption: Unfinished): Promise<void> {
  const result = await runStoreJob(services, wordsFor(titleOfFinishing(encryption)), finishKeyChange);
  if (!result) return;
  await forgetWhatIsDone(services, result);
  void services.copies.afterBackup();
  unawaited(services, tell(services, result, false));
}

/** The key goes if nothing needs it any more: not while an archive is encrypted still. */
async function forgetWhatIsDone({ keys, boards }: Services, { mode, left }: KeyChangeResult): Promise<void> {
  if (mode !== null || left.length > 0) return;
  const encryption = await (await boards.openStore()).encryption();
  if (encryption.state === 'plain' && !encryption.encrypted) await keys.forget();
}

/** A change that failed here may have begun all the same, and another program may have brought it to its end meanwhile. */
async function isKeyOf(services: Services, secret: string): Promise<boolean> {
  if ((await (await services.boards.openStore()).encryption()).state === 'plain') return false;
  return (await findFitting(services, [secret])) !== undefined;
}

/** @param encryption of which a change is under way */
export async function askToFinish(services: Services, encryption: Unfinished): Promise<void> {
  if (!(await showWarning(unfinishedChange(encryption), t('Finish Now')))) return;
  // That it was agreed to once is long ago.
  const mayGoOn = encryption.state !== 'ending' || (await agreedToStop(services, await services.boards.openStore()));
  if (mayGoOn) await runFinish(services, encryption);
}

export async function agreedToStop({ boards }: Services, store: Store): Promise<boolean> {
  const detail = detailOfStopping((await store.archives()).length, boards.secondPlace !== undefined);
  return agreed(t(STOP_QUESTION), detail, t('Stop Encrypting'));
}

function wordsFor(title: string): JobWords<KeyChangeResult> {
  return { title, noun: t(ENCRYPTION), shares: KEY_SHARES, isWhole: isWholeChange };
}

/** @param mayBeSaved false if its file is on the disk already */
async function tell(services: Services, result: KeyChangeResult, mayBeSaved: boolean): Promise<void> {
  const { log } = services;
  const details = detailsOfKeyChange(result);
  for (const sentence of details) log.warn(sentence);
  const sentences = [
    describeKeyChange(result, readSettings().storeFolder),
    ...(details.length > 0 ? [t('What could not be read is as it was: the log names it.')] : []),
    ...(result.mode === null ? [] : [t(KEEP_THE_KEY)]),
  ];
  const show = details.length > 0 ? showWarning : showInformation;
  const [save, showLog] = [t('Save Key File…'), t('Show Log')];
  const actions = [...(result.mode !== null && mayBeSaved ? [save] : []), ...(details.length > 0 ? [showLog] : [])];
  const answer = await show(sentences.join(' '), ...actions);
  if (answer === showLog) log.show();
  if (answer !== save) return;
  const { saveKey } = await import('./saveKey.js');
  await saveKey(services);
}
