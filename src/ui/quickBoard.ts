// Where the board of the quick backup is remembered for a workspace.

export const QUICK_BOARD = 'quickBackupBoard';
