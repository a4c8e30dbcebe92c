// Which backup of a board is its latest?

/**
 * What a restore saved before it wrote is a way back, and not the latest state that somebody wanted to keep: it counts only if
 * there is nothing else.
 *
 * @param backups newest first
 */
export function latestAmong<Backup extends { origin: string }>(backups: readonly Backup[]): Backup | undefined {
  return backups.find(({ origin }) => origin !== 'safety') ?? backups[0];
}
