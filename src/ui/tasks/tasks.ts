// Backups as tasks: for each known board, and as tasks.json says. What depends on one does not run if the backup fails.

import * as vscode from 'vscode';
import type { Services } from '../services.js';
import { BackupTerminal } from './backupTerminal.js';
import { type BackupTask, nameInTask, nameOfTask, QUICK, TASK_TYPE } from './taskDefinition.js';

export function provideTasks(services: Services): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(TASK_TYPE, {
    async provideTasks() {
      const { boards } = services;
      await boards.looked();
      return [QUICK, ...boards.list.map((board) => nameInTask(boards.list, board))].map((board) =>
        taskOf(services, { type: TASK_TYPE, board }, vscode.TaskScope.Workspace),
      );
    },
    resolveTask({ definition, scope, name }) {
      return taskOf(services, definition, scope ?? vscode.TaskScope.Workspace, name);
    },
  });
}

function taskOf(
  services: Services,
  definition: BackupTask,
  scope: vscode.WorkspaceFolder | vscode.TaskScope.Global | vscode.TaskScope.Workspace,
  name = nameOfTask(definition),
): vscode.Task {
  // The definition that is run may have variables of tasks.json put in: it is given then.
  const execution = new vscode.CustomExecution(
    async (resolved) => new BackupTerminal(services, { ...definition, ...resolved }),
  );
  const task = new vscode.Task(definition, scope, name, 'MicroPython Backup', execution, []);
  task.detail = nameOfTask(definition);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: false };
  return task;
}
