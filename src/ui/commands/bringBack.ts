import { bringBack as bringBackJob } from '../../core/jobs/bringBack.js';
import { type FarStore, openFarStore, openFarStoreOf, placesAt } from '../../core/jobs/farStore.js';
import type { ImportResult } from '../../core/jobs/importBackups.js';
import { msg, t } from '../../core/l10n.js';
import type { Store } from '../../core/store/store.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { unawaited } from '../failures.js';
import { COPY_SHARES } from '../jobBar.js';
import { showInformation } from '../messages.js';
import { backupItem } from '../pickBackup.js';
import { pickOne, pickSome } from '../quickPick.js';
import { runJob } from '../runJob.js';
import { runStoreJob } from '../runStoreJob.js';
import { choosePlace } from '../secondPlace/choosePlace.js';
import { openThere, wordsOfLook } from '../secondPlace/openThere.js';
import { runSetUp, wordsOf } from '../secondPlace/runSecondPlace.js';
import { farStoreWords } from '../secondPlace/secondPlaceWords.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { tellImport } from '../tellImport.js';
import type { Command } from './command.js';

const TITLE = msg('Bring Back Backups');

interface From {
  /** Absent: the second place of these backups. */
  place?: string;
  folder?: string;
}

export const bringBack: Command = {
  name: 'bringBack',
  async run(services) {
    await services.boards.refreshBackups();
    const from = await chooseFrom(services);
    const backups = from && (await chooseThere(services, from));
    if (!backups) return;
    const { rclonePath } = readSettings();
    const words = wordsOf<ImportResult>(t('Bringing backups back'), t('Bring back'), COPY_SHARES);
    const result = await runStoreJob(services, words, (context, store) =>
      bringBackJob(context, store, { ...from, backups, rclonePath }),
    );
    if (result) unawaited(services, tellImport(services, result, goingOn(services, from)));
  },
};

/** A computer that takes the place of one that is gone goes on with its folder. */
function goingOn(services: Services, { place, folder }: From): Parameters<typeof tellImport>[2] {
  if (place === undefined || services.boards.secondPlace) return undefined;
  return { label: t('Go On Copying There'), run: () => runSetUp(services, place, folder) };
}

/** @returns undefined if nothing was chosen: the user has been told what is missing */
async function chooseFrom(services: Services): Promise<From | undefined> {
  const { secondPlace } = services.boards;
  const other = {
    label: t('Another Place…'),
    icon: 'folder-opened',
    detail: t('Of another computer, or of one that is gone.'),
  };
  if (secondPlace) {
    const own = { label: t('The Second Place'), icon: 'cloud', detail: secondPlace.place };
    const picked = await pickOne([own, other], { title: t(TITLE), placeHolder: t('From where?') });
    if (picked !== other) return picked && {};
  }
  const place = await choosePlace(t(TITLE), t('Where are the backups?'));
  return place === undefined ? undefined : chooseStoreAt(services, place);
}

async function chooseStoreAt(services: Services, place: string): Promise<From | undefined> {
  const { rclonePath } = readSettings();
  const words = wordsOfLook<FarStore[]>(t('Looking for backups'));
  const stores = await runJob(services, words, (context) => placesAt(context, place, { rclonePath }));
  if (!stores) return undefined;
  const [only, ...others] = stores;
  if (!only) {
    void showInformation(t('There are no backups at {0}. Choose the place as it was when it was set up.', place));
    return undefined;
  }
  if (others.length === 0) return { place, folder: only.folder };
  const own = services.boards.secondPlace?.folder;
  const items = stores.map((store) => ({ ...farStoreWords(store, own, Date.now()), icon: 'device-desktop', store }));
  const picked = await pickOne(items, { title: t(TITLE), placeHolder: t('Backups of which computer?') });
  return picked && { place, folder: picked.store.folder };
}

/** With the key of what lies there, which is asked for if none is known. */
async function chooseThere(services: Services, { place, folder }: From): Promise<'all' | string[] | undefined> {
  const { rclonePath } = readSettings();
  const store = await services.boards.openStore();
  const far = await openThere(services, (context) =>
    place === undefined
      ? openFarStoreOf(context, store, { rclonePath })
      : openFarStore(context, place, folder, { rclonePath }),
  );
  try {
    return far && (await chooseBackups(services, far.store));
  } finally {
    await far?.close();
  }
}

async function chooseBackups(services: Services, there: Store): Promise<'all' | string[] | undefined> {
  const all = { label: t('All Backups'), icon: 'layers', detail: t('What is here already is not fetched again.') };
  const some = { label: t('Choose Backups…'), icon: 'checklist', detail: t('They are listed first.') };
  const picked = await pickOne([all, some], { title: t(TITLE), placeHolder: t('Which backups?') });
  if (picked !== some) return picked && 'all';
  const words = wordsOfLook<BackupSummary[]>(t('Listing backups'));
  const listed = await runJob(services, words, async () => [...(await there.list()).backups]);
  if (!listed) return undefined;
  if (listed.length === 0) {
    void showInformation(t('There are no backups there.'));
    return undefined;
  }
  const items = listed.map((backup) => ({ ...backupItem(backup), id: backup.id }));
  const chosen = await pickSome(items, {
    title: t(TITLE),
    placeHolder: t('Tick what to bring back'),
    matchOnDescription: true,
  });
  return chosen && chosen.length > 0 ? chosen.map(({ id }) => id) : undefined;
}
