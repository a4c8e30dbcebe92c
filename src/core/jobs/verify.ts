// Reads archives whole and says what is damaged, and which backups that touches. Never writes (P13).

import { type Damage, verifyArchive } from '../archive/verify.js';
import { throwIfCancelled } from '../errors.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { type JobContext, trackPhases } from './job.js';
import { readableManifest } from './readableManifest.js';

/** One thing that is wrong, and the ids of the backups that need what is lost and find it nowhere else. */
export interface DamageReport extends Damage {
  backups: string[];
}

export interface VerifyResult {
  /** Archives that were read. */
  archives: number;
  damaged: DamageReport[];
  seconds: number;
}

/** @param only verifies the archives that hold the bytes of this backup; without it, all of the store */
export async function verify(context: JobContext, store: Store, only?: BackupSummary): Promise<VerifyResult> {
  const start = context.env.clock.ticks();
  const phases = trackPhases(context);
  const { backups, unreadable } = await store.list();
  const archives = only
    ? await archivesOf(store, only)
    : [...backups.map(({ archive }) => archive), ...unreadable.map(({ path }) => path)];
  phases.begin('check', { files: archives.length, bytes: 0 });
  const damages: Damage[] = [];
  for (const archive of archives) {
    throwIfCancelled(context.signal);
    damages.push(...(await verifyArchive(context.env, archive, context.signal)));
    phases.add({ files: 1 });
  }
  const damaged = await reportDamages(context, store, backups, damages);
  return { archives: archives.length, damaged, seconds: (context.env.clock.ticks() - start) / 1000 };
}

async function archivesOf(store: Store, backup: BackupSummary): Promise<string[]> {
  const archives = new Set([backup.archive]);
  for (const entry of (await store.readManifest(backup)).entries) {
    if (entry.type !== 'file') continue;
    for (const place of await store.locate(entry.sha256)) archives.add(place.archive);
  }
  return [...archives];
}

/** A damage touches a backup where every place of some content is damaged, or where the backup's own archive cannot be read. */
async function reportDamages(
  context: JobContext,
  store: Store,
  backups: readonly BackupSummary[],
  damages: readonly Damage[],
): Promise<DamageReport[]> {
  if (damages.length === 0) return [];
  const touched = new Map(damages.map((damage) => [damage, new Set<string>()]));
  const damagesAt = (archive: string, stored: string) =>
    damages.filter((damage) => damage.archive === archive && (damage.stored === stored || damage.stored === null));
  for (const backup of backups) {
    const manifest = await readableManifest(context, store, backup);
    if (!manifest) {
      for (const damage of damages) if (damage.archive === backup.archive) touched.get(damage)?.add(backup.id);
    }
    for (const entry of manifest?.entries ?? []) {
      if (entry.type !== 'file') continue;
      const places = (await store.locate(entry.sha256)).map(({ archive, stored }) => damagesAt(archive, stored));
      // An archive as a whole may be damaged while this file in it is sound: then nothing of the backup is lost.
      const lost = places.every((found) => found.some(({ stored }) => stored !== null));
      if (lost) for (const damage of places.flat()) touched.get(damage)?.add(backup.id);
    }
  }
  return damages.map((damage) => ({ ...damage, backups: [...(touched.get(damage) ?? [])] }));
}
