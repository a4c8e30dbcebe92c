// What is done under a lock, as others are told. The file of the lock has it in English: a program that speaks another language may read it.

import { type Message, msg, t } from '../l10n.js';

/** Each goes on from who does it: `process 4711 deletes backups there`. */
const WORKS: readonly Message[] = [
  msg('takes a backup'),
  msg('takes a scheduled backup'),
  msg('tests a backup'),
  msg('restores a backup'),
  msg('undoes a restore'),
  msg('finishes a restore'),
  msg('verifies backups'),
  msg('checks the backups'),
  msg('repairs backups'),
  msg('makes a backup full'),
  msg('notes something on backups'),
  msg('deletes backups'),
  msg('prunes backups'),
  msg('empties the trash'),
  msg('brings back deleted backups'),
  msg('exports backups'),
  msg('imports backups'),
  msg('changes the key'),
  msg('copies to the second place'),
  msg('tidies up'),
];

/** @param work of a lock; what is not known here, as of a later version, is told as it is */
export function saidWork(work: string): string {
  const known = WORKS.find((words) => String(words) === work);
  return known ? t(known) : work;
}
