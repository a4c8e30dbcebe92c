// Runs the tests that need VS Code's own interface (test/vscode): inside its extension host, with the checkout as the
// extension under development. In code-server where that runs, else in a desktop VS Code. The bench of the start runs there too.

import { createWriteStream, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { browserOptions } from './browser.mjs';
import { startCodeServer } from './codeServer.mjs';
import { newLogFile, repository } from './run.mjs';
import { ensureVscodeHost } from './vscodeHost.mjs';

/** Another extension, which uses the API of ours. */
const otherExtension = join(repository, 'test', 'vscode', 'otherExtension');

const tests = join(repository, 'out', 'vscode', 'inExtensionHost.program.js');

/**
 * How the tests went is in the report that they write; without one, they broke off.
 *
 * @param {object} options
 * @param {Record<string, string>} options.environment of the tests
 * @param {number} options.timeout of all of them, in milliseconds
 * @param {boolean} options.inDesktop whether a desktop VS Code is wanted, downloaded from its vendor
 * @param {boolean} [options.needsTrust] whether the folder that is opened is one that nobody trusts, in code-server
 * @param {string} [options.extension] the folder of the extension under development
 * @param {string} [options.program] what is run in place of the tests
 */
export async function runInExtensionHost(options) {
  const { environment, timeout, inDesktop, needsTrust = false, extension = repository, program = tests } = options;
  const folder = mkdtempSync(join(tmpdir(), 'vscode-tests-'));
  // Neither the backups nor the boards of whoever runs this.
  const settings = {
    'micropythonBackup.storeFolder': join(folder, 'store'),
    'micropythonBackup.simulatedBoardsFolder': join(folder, 'boards'),
  };
  const run = { environment, timeout, folder, settings, needsTrust, extension, program };
  try {
    await (inDesktop ? runInDesktop(run) : runInCodeServer(run));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Through the door that VS Code has for its own tests of this kind: the page is opened with a payload, and calls two
 * functions of ours, one with all that VS Code and the tests print, one at the end.
 */
async function runInCodeServer({ folder, settings, needsTrust, ...run }) {
  const { chromium } = await import('playwright-core');
  const host = await ensureVscodeHost();
  const browser = await chromium.launch(browserOptions());
  const together = run.program === tests ? folderOf([run.extension, otherExtension]) : undefined;
  // Without this option the payload is ignored without a word.
  const options = ['--vscode-option', 'enable-smoke-test-driver'];
  try {
    const server = await startCodeServer({ host, folder, settings, needsTrust, options });
    try {
      const page = await browser.newPage();
      const extension = together ?? run.extension;
      await runInPage({ ...run, page, address: server.address, folder, extension });
    } finally {
      await server.stop();
    }
  } finally {
    await browser.close();
    if (together) rmSync(together, { recursive: true });
  }
}

async function runInPage({ page, address, environment, timeout, folder, extension, program }) {
  const logFile = newLogFile('extension-host');
  const log = createWriteStream(logFile);
  await page.exposeFunction('codeAutomationLog', (_type, words) => log.write(`${words.join(' ')}\n`));
  const ended = new Promise((resolve) => page.exposeFunction('codeAutomationExit', resolve));
  const remote = (path) => `vscode-remote://${new URL(address).host}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ['extensionTestsPath', remote(program)],
    ['extensionEnvironment', JSON.stringify(environment)],
    ['enableProposedApi', ''],
    ['skipWelcome', 'true'],
  ];
  await page.goto(`${address}?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
  const code = await Promise.race([ended, setTimeout(timeout, 'none', { ref: false })]);
  if (code === 0) rmSync(logFile);
  else console.log(`The tests inside VS Code ended with code ${code}. All that it said: ${logFile}`);
}

/** The page takes one path alone, which may be that of a folder with several extensions. Not in the folder that is opened. */
function folderOf(extensions) {
  const together = mkdtempSync(join(tmpdir(), 'vscode-extensions-'));
  for (const extension of extensions) symlinkSync(extension, join(together, basename(extension)));
  return together;
}

async function runInDesktop({ environment, folder, settings, extension, program }) {
  const { runTests } = await import('@vscode/test-electron');
  mkdirSync(join(folder, 'User'));
  writeFileSync(join(folder, 'User', 'settings.json'), JSON.stringify(settings));
  try {
    await runTests({
      extensionDevelopmentPath: program === tests ? [extension, otherExtension] : extension,
      extensionTestsPath: program,
      extensionTestsEnv: environment,
      launchArgs: ['--user-data-dir', folder],
    });
  } catch (error) {
    console.log(error.message);
  }
}
