// @ts-check
// Another extension: hears what MicroPython Backup does, backs up before it "flashes", and calls the tools of language models.
// It is what people write who have read docs/api.md.

const vscode = require('vscode');

/** @import { DidBackupEvent, MicropythonBackupApi, MicropythonBackupExports, WillWriteEvent } from '../../../api/micropython-backup.js' */

/** @type {Array<Omit<WillWriteEvent, 'waitUntil'>>} */
const writes = [];
/** @type {DidBackupEvent[]} */
const backups = [];
/**
 * What is done before a board is written to.
 *
 * @type {{ beforeWrite: ((event: WillWriteEvent) => PromiseLike<unknown>) | undefined }}
 */
const hooks = { beforeWrite: undefined };

/** @param {import('vscode').ExtensionContext} context */
async function activate(context) {
  /** @type {import('vscode').Extension<MicropythonBackupExports> | undefined} */
  const extension = vscode.extensions.getExtension('micropython-backup.micropython-backup');
  if (!extension) throw new Error('MicroPython Backup is not installed.');
  const api = (await extension.activate()).getApi(1);
  context.subscriptions.push(
    api.onWillWrite((event) => {
      const { waitUntil, ...about } = event;
      writes.push(about);
      if (hooks.beforeWrite) waitUntil(hooks.beforeWrite(event));
    }),
    api.onDidBackup((event) => backups.push(event)),
    vscode.commands.registerCommand('otherExtension.flash', () => run('flash')),
    vscode.commands.registerCommand('otherExtension.restore', () => restore(api)),
    vscode.commands.registerCommand('otherExtension.openLink', () => openLink(api)),
    vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      void vscode.window.showInformationMessage(`The task ${execution.task.name} ended with ${exitCode}.`);
    }),
  );
  return { extension, api, writes, backups, hooks };
}

/**
 * A task of the folder, with all that it depends on.
 *
 * @param {string} name
 */
async function run(name) {
  const task = (await vscode.tasks.fetchTasks()).find((each) => each.name === name);
  if (!task) throw new Error(`There is no task ${name}.`);
  await vscode.tasks.executeTask(task);
}

/** @param {MicropythonBackupApi} api */
async function oldestBackup(api) {
  const [board] = await api.boards();
  const oldest = (await api.backups(board ?? '')).at(-1);
  if (!oldest) throw new Error('There is no backup.');
  return oldest;
}

/** @param {MicropythonBackupApi} api */
async function openLink(api) {
  const { link } = await oldestBackup(api);
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(link));
}

/** @param {MicropythonBackupApi} api */
async function restore(api) {
  const oldest = await oldestBackup(api);
  const options = { input: { backup: oldest.id, paths: ['main.py'] }, toolInvocationToken: undefined };
  try {
    await vscode.lm.invokeTool('micropython_backup_restore', options);
    void vscode.window.showInformationMessage('The tool has restored.');
  } catch (error) {
    void vscode.window.showInformationMessage(`The tool was refused: ${error}`);
  }
}

module.exports = { activate };
