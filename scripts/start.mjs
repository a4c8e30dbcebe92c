// `npm start`: shows the main job on a simulated board, then opens a VS Code with the extension and what that job left.
// `npm start -- --headless` ends after the job, with its exit code.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installExtension, quietSettings, startCodeServer } from './codeServer.mjs';
import { build, packageExtension, vsixFile } from './package.mjs';
import { cacheFolder, findOnPath, repository, runInView, whenStarted } from './run.mjs';
import { ensureNpmPackages } from './setUp.mjs';
import { ensureVscodeHost, vscodeHostRunsHere } from './vscodeHost.mjs';

/** Emptied by each demo. */
const demo = join(cacheFolder, 'demo');
/** What that VS Code writes, apart from the user's own. */
const vscodeFolder = join(cacheFolder, 'demo-vscode');

const settings = {
  ...quietSettings,
  'micropythonBackup.storeFolder': join(demo, 'store'),
  'micropythonBackup.simulatedBoardsFolder': join(demo, 'boards'),
};

await whenStarted(import.meta.url, async () => {
  const { values } = parseArgs({ options: { headless: { type: 'boolean' } } });
  await ensureNpmPackages();
  await build(['--tests']);
  process.exitCode = await runInView(process.execPath, ['out/support/demo.program.js', '--folder', demo]);
  if (process.exitCode === 0 && !values.headless) await openVscode();
});

/** Opens the first that there is: an installed VS Code, one from its vendor, or one for the browser. */
async function openVscode() {
  const desktop = hasDisplay() ? (findOnPath('code') ?? (await downloadVscode())) : undefined;
  if (desktop) await openDesktop(desktop);
  else if (vscodeHostRunsHere) await openInBrowser();
  else throw new Error('There is no VS Code to open: please install it, with its `code` command on the PATH.');
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @returns {Promise<string | undefined>} nothing where it cannot be had */
async function downloadVscode() {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  try {
    return await downloadAndUnzipVSCode({ cachePath: join(cacheFolder, 'vscode-desktop') });
  } catch (error) {
    console.log(`VS Code could not be downloaded (${error.message}).`);
    return undefined;
  }
}

/** @param {string} program */
async function openDesktop(program) {
  const userData = join(vscodeFolder, 'desktop');
  mkdirSync(join(userData, 'User'), { recursive: true });
  writeFileSync(join(userData, 'User', 'settings.json'), JSON.stringify(settings, undefined, 2));
  const args = [`--extensionDevelopmentPath=${repository}`, '--user-data-dir', userData, demo];
  console.log('\nOpening VS Code with the extension: see the view MicroPython Backup.');
  // On Windows `code` is a batch file, which only a shell can run.
  const child = spawn(program, args, { stdio: 'ignore', detached: true, shell: program.endsWith('.cmd') });
  await once(child, 'spawn');
  child.unref();
}

async function openInBrowser() {
  const host = await ensureVscodeHost();
  await packageExtension();
  const folder = join(vscodeFolder, 'browser');
  await installExtension(host, folder, vsixFile);
  const server = await startCodeServer({ host, folder, settings });
  console.log(`\nVS Code with the extension: ${server.address}?folder=${encodeURIComponent(demo)}`);
  console.log('See the view MicroPython Backup. Ctrl-C ends it.');
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.stop());
  await server.ended;
}
