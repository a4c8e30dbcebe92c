// What language models may do here: look at backups and compare them freely; back up and restore if the user says yes to just
// that. What a tool does is loaded when it is first called.

import type * as vscode from 'vscode';
import { describeCauses } from '../../core/errors.js';
import type { Services } from '../services.js';
import { type Tool, toldModel } from './tool.js';
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
    loaded ??= toldModel(services, async () => (await import('./allTools.js')).makeTool(services, name));
    // The extension may have been updated meanwhile, and its files be gone; or be there at the next call.
    loaded.catch((error: unknown) => {
      loaded = undefined;
      services.log.error(`A tool of language models: ${describeCauses(error)}`);
    });
    return loaded;
  };
  return {
    invoke: async ({ input }, token) => (await load()).invoke(input, token),
    prepareInvocation: async ({ input }, token) => (await load()).prepare(input, token),
  };
}
