/** By the names in package.json. */
export const TOOLS = [
  'micropython_backup_list',
  'micropython_backup_files',
  'micropython_backup_compare',
  'micropython_backup_take',
  'micropython_backup_restore',
] as const;
export type ToolName = (typeof TOOLS)[number];
