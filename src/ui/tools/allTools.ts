import type { Services } from '../services.js';
import { backupTool } from './backupTool.js';
import { compareTool, filesTool, listTool } from './lookTools.js';
import { restoreTool } from './restoreTool.js';
import type { Tool } from './tool.js';
import type { ToolName } from './toolNames.js';

const MAKERS: Record<ToolName, (services: Services) => Tool> = {
  micropython_backup_list: listTool,
  micropython_backup_files: filesTool,
  micropython_backup_compare: compareTool,
  micropython_backup_take: backupTool,
  micropython_backup_restore: restoreTool,
};

export function makeTool(services: Services, name: ToolName): Tool {
  return MAKERS[name](services);
}
