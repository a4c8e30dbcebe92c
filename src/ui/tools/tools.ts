// What language models may do here: look at backups and compare them freely; back up and restore where the user says yes to just
// that. What a tool does is loaded when it is first called.

import type * as vscode from 'vscode';
import { told } from '../api/told.js';
import type { Services } from '../services.js';
import type { Tool } from './tool.js';
import { TOOLS, type ToolName } from './toolNames.js';

/**
 * @param models of VS Code: some products that are made from it have none
 * @returns none there
 */
export function registerTools(
  services: Services,
  models: Partial<Pick<typeof vscode.lm, 'registerTool'>> | undefined,
): vscode.Disposable[] {
  const { registerTool } = models ?? {};
  return registerTool ? TOOLS.map((name) => registerTool(name, lazily(services, name))) : [];
}

function lazily(services: Services, name: ToolName): vscode.LanguageModelTool<Record<string, unknown>> {
  let loaded: Promise<Tool> | undefined;
  const load = () => {
    loaded ??= told(async () => (await import('./allTools.js')).makeTool(services, name));
    // What could not be loaded may be there at the next call.
    loaded.catch(() => {
      loaded = undefined;
    });
    return loaded;
  };
  return {
    invoke: async ({ input }, token) => (await load()).invoke(input, token),
    prepareInvocation: async ({ input }, token) => (await load()).prepare(input, token),
  };
}
