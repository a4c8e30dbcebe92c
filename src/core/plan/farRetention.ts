// Which archives stay at a second place. Nothing is rewritten there, as a merge does here: an archive stays for as long as any
// backup that stays needs something of it that is nowhere else.

export interface PlacedArchive {
  /** Path within the store, with slashes. */
  archive: string;
  /** Of its backup. */
  id: string;
  /** Keys of the content in it. */
  contents: readonly string[];
}

export interface Decision {
  archive: string;
  reason: string;
}

export interface FarRetentionPlan {
  stay: Decision[];
  go: Decision[];
}

/**
 * @param archives newest first
 * @param kept why backups stay, by their ids
 * @param needs keys of all content of the backups that stay, by their ids
 */
export function planFarRetention(
  archives: readonly PlacedArchive[],
  kept: ReadonlyMap<string, readonly string[]>,
  needs: ReadonlyMap<string, readonly string[]>,
): FarRetentionPlan {
  const stay: Decision[] = [];
  const go: Decision[] = [];
  const missing = new Set([...kept.keys()].flatMap((id) => needs.get(id) ?? []));
  for (const { archive, id, contents } of archives) {
    if (!kept.has(id)) continue;
    stay.push({ archive, reason: (kept.get(id) ?? []).join(' ') });
    for (const key of contents) missing.delete(key);
  }
  // The newest first: what it holds is needed by more of those that will be kept next.
  for (const { archive, id, contents } of archives) {
    if (kept.has(id)) continue;
    if (contents.some((key) => missing.has(key))) {
      stay.push({ archive, reason: 'It holds content that backups need which are kept.' });
      for (const key of contents) missing.delete(key);
    } else go.push({ archive, reason: 'Its backup is not kept there, and no other needs it.' });
  }
  return { stay, go };
}

/**
 * Archives that are there alone, of backups that stand in later archives by now: rewritten here, by a merge, a repair, or for another key.
 *
 * @param extra there alone
 * @param here archives of the store that are there, too
 */
export function superseded(extra: readonly PlacedArchive[], here: readonly PlacedArchive[]): Decision[] {
  return extra.flatMap(({ archive, id, contents }) => {
    const later = here.filter((other) => other.id === id).map((other) => new Set(other.contents));
    const isHeld = later.some((there) => contents.every((key) => there.has(key)));
    return isHeld ? [{ archive, reason: 'A later archive has all that it has.' }] : [];
  });
}
