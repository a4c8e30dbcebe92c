// The part of a link that names a backup. What is anything else is no link of ours: nothing of it is looked at, repeated or tried.

const TO_BACKUP = /^\/backup\/([0-9a-f]{64})$/;

/** @returns undefined for whatever did not come from {@link pathTo} */
export function backupIdOf(path: string, query: string, fragment: string): string | undefined {
  return query === '' && fragment === '' ? TO_BACKUP.exec(path)?.[1] : undefined;
}

export function pathTo(backupId: string): string {
  return `/backup/${backupId}`;
}
