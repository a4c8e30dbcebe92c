// Runs the tests that need VS Code's own interface (test/vscode): inside its extension host, with the checkout as the
// extension under development. In code-server where that runs, else in a desktop VS Code.

import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { browserOptions } from './browser.mjs';
import { startCodeServer } from './codeServer.mjs';
import { logFolder, repository } from './run.mjs';
import { ensureVscodeHost } from './vscodeHost.mjs';

const logFile = join(logFolder, 'extension-host.log');
const tests = join(repository, 'out', 'vscode', 'inExtensionHost.program.js');

/**
 * In code-server, through the door that VS Code has for its own tests of this kind: the page is opened with a payload, and
 * calls two functions of ours, one with what the tests print and one with the end.
 *
 * @param {Record<string, string>} environment of the tests
 * @param {number} timeout of all of them, in milliseconds
 */
export async function runInCodeServer(environment, timeout) {
  const { chromium } = await import('playwright-core');
  const host = await ensureVscodeHost();
  const folder = await mkdtemp(join(tmpdir(), 'vscode-tests-'));
  // Without this option the payload is ignored without a word.
  const server = await startCodeServer({ host, folder, options: ['--vscode-option', 'enable-smoke-test-driver'] });
  const browser = await chromium.launch(browserOptions());
  try {
    const page = await browser.newPage();
    const log = createWriteStream(logFile);
    await page.exposeFunction('codeAutomationLog', (_type, words) => log.write(`${words.join(' ')}\n`));
    const ended = new Promise((resolve) => page.exposeFunction('codeAutomationExit', resolve));
    const remote = (path) => `vscode-remote://${new URL(server.address).host}${path}`;
    const payload = [
      ['extensionDevelopmentPath', remote(repository)],
      ['extensionTestsPath', remote(tests)],
      ['extensionEnvironment', JSON.stringify(environment)],
      ['enableProposedApi', ''],
      ['skipWelcome', 'true'],
    ];
    await page.goto(`${server.address}?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    return await Promise.race([ended, timeIsUp(timeout)]);
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeIsUp(timeout) {
  await setTimeout(timeout, undefined, { ref: false });
  throw new Error(`The tests inside VS Code have not ended after ${timeout / 1000} s. What it said: ${logFile}`);
}

/**
 * In a desktop VS Code, downloaded from its vendor.
 *
 * @param {Record<string, string>} environment of the tests
 */
export async function runInDesktop(environment) {
  const { runTests } = await import('@vscode/test-electron');
  return runTests({ extensionDevelopmentPath: repository, extensionTestsPath: tests, extensionTestsEnv: environment });
}
