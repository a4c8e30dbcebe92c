/** What VS Code knows this extension by; the authority of its links, too. */
export const EXTENSION_ID = 'micropython-backup.micropython-backup';
