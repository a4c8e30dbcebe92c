// Writes what leaves the store: an archive that needs no other, in either form, or plain files.

import { join } from 'node:path';
import type { AgeTarget } from '../archive/ageHeader.js';
import { isEncryptedName, twinName } from '../archive/archiveName.js';
import type { CarriedBackup } from '../archive/reader.js';
import { type ArchivePlan, planOf } from '../archive/rewrite.js';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type Annotation, encodeAnnotations } from './annotations.js';
import { putFolder, refuseTaken } from './folderWriter.js';
import { clearLeftover, partialOf } from './partials.js';
import { type PutArchive, putArchive, type ReadContent } from './putArchive.js';

/** What an export holds. */
export interface ExportPlan
  extends Pick<ArchivePlan, 'hold' | 'carried' | 'canHold'>,
    Pick<PutArchive, 'signal' | 'onContent'> {
  /** The backup whose manifest is that of the export. */
  main: CarriedBackup;
  annotations: ReadonlyMap<string, Annotation>;
}

export interface ArchiveExport {
  folder: string;
  /** One that ends in `.age` is encrypted for the key of the store. */
  name: string;
  plan: ExportPlan;
  read: ReadContent;
  /** The key of the store; undefined if it has none. */
  target(): Promise<AgeTarget | undefined>;
}

/** @param root of the store, for the error */
export async function exportArchive(env: Env, root: string, what: ArchiveExport): Promise<void> {
  const { folder, name, plan, read } = what;
  const target = isEncryptedName(name) ? await what.target() : undefined;
  if (isEncryptedName(name) && !target) throw notEncrypted(root, name);
  const path = join(folder, name);
  await refuseTaken(env, path);
  await clearLeftover(env, folder, name);
  await refuseTaken(env, partialOf(path));
  await putArchive(env, { folder, names: [name], target, beside: twinName(path), ...exported(plan), read });
}

export function exportFolder(env: Env, target: string, plan: ExportPlan, read: ReadContent): Promise<void> {
  return putFolder(env, { target, ...exported(plan), read });
}

function exported({ main, canHold, annotations, signal, onContent, ...plan }: ExportPlan) {
  const notes = annotations.size > 0 ? encodeAnnotations(annotations) : undefined;
  const whole = { ...planOf(main), ...plan, annotations: notes };
  return { plan: canHold ? { ...whole, canHold } : whole, signal, onContent };
}

function notEncrypted(root: string, name: string): BackupError {
  return new BackupError('bad-argument', t('{0} would be encrypted, and the backups in {1} are not.', name, root), {
    hint: t('Choose a name that ends in .blb, or encrypt the backups first.'),
  });
}
