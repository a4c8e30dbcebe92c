// What language models may do here: look at backups and compare them freely; back up and restore where the user says yes to just
// that. What a tool does is loaded when it is first called.

import * as vscode from 'vscode';
import type { Services } from '../services.js';
import type { Tool } from './tool.js';
import { TOOLS, type ToolName } from './toolNames.js';

/** @returns none where the host has no language models: some products that are made from VS Code have not */
export function registerTools(services: Services): vscode.Disposable[] {
  const models: Partial<typeof vscode.lm> | undefined = vscode.lm;
  if (typeof models?.registerTool !== 'function') return [];
  return TOOLS.map((name) => vscode.lm.registerTool(name, lazily(services, name)));
}

function lazily(services: Services, name: ToolName): vscode.LanguageModelTool<Record<string, unknown>> {
  let loaded: Promise<Tool> | undefined;
  const load = () => {
    loaded ??= import('./allTools.js').then(({ makeTool }) => makeTool(services, name));
    return loaded;
  };
  return {
    invoke: async ({ input }, token) => (await load()).invoke(input, token),
    prepareInvocation: async ({ input }, token) => (await load()).prepare(input, token),
  };
}
