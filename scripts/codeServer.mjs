// Starts and stops code-server: a VS Code that a browser shows. It keeps everything it writes in one given folder, so that
// it neither reads nor changes the VS Code of whoever runs it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Settings that keep VS Code itself from asking for attention. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'window.autoDetectColorScheme': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** What takes longer than this to start or to end never will, in milliseconds. */
const patience = 90_000;

/**
 * @typedef {object} CodeServerOptions
 * @property {{ node: string, entry: string }} host what to run, from ensureVscodeHost()
 * @property {string} folder for all it writes; what is in it from an earlier run is used again
 * @property {string} [installed] a folder that {@link installExtension} has filled: its extensions are there from the start, too
 * @property {string[] | undefined} [beside] folders of extensions that are there as if they had been installed
 * @property {Record<string, unknown>} [settings] of the machine, read when VS Code starts
 * @property {boolean} [needsTrust] whether the folder that is opened is not trusted until somebody says so, as everywhere else
 * @property {string | undefined} [language] that VS Code and its extensions speak; its own words stay English: its language packs have to be downloaded
 * @property {string[]} [options] more of code-server's options
 */

/**
 * Installs a packaged extension into the folder of a code-server that does not run.
 *
 * @param {CodeServerOptions['host']} host
 * @param {string} folder
 * @param {string} vsix
 */
export async function installExtension(host, folder, vsix) {
  const { common, spawnOptions } = placesIn(host, folder);
  const installer = spawn(host.node, [...common, '--install-extension', vsix, '--force'], spawnOptions);
  const output = collect(installer);
  const [code] = await once(installer, 'exit');
  if (code !== 0) throw new Error(`code-server could not install ${vsix}.\n${output.join('\n')}`);
}

/** Where a code-server keeps what it writes, and how it is told so. */
function placesIn(host, folder) {
  const [userData, extensions] = [join(folder, 'user-data'), join(folder, 'extensions')];
  const common = [
    ...[host.entry, '--config', join(folder, 'config.yaml')],
    ...['--user-data-dir', userData, '--extensions-dir', extensions],
  ];
  return {
    common,
    userData,
    extensions,
    spawnOptions: { env: environment(folder), stdio: ['ignore', 'pipe', 'pipe'] },
  };
}

/**
 * @param {CodeServerOptions} codeServer
 * @returns {Promise<{ address: string, ended: Promise<unknown>, stop(): Promise<void> }>} the address ends with a slash
 */
export async function startCodeServer(codeServer) {
  const {
    host,
    folder,
    installed,
    beside = [],
    settings = {},
    needsTrust = false,
    language,
    options = [],
  } = codeServer;
  const { common, userData, extensions, spawnOptions } = placesIn(host, folder);
  // The settings of the machine: the user's own are written anew by this VS Code as soon as one of them is changed in it.
  await mkdir(join(userData, 'Machine'), { recursive: true });
  await writeFile(join(userData, 'Machine', 'settings.json'), JSON.stringify(settings, undefined, 2));
  if (installed) await cp(placesIn(host, installed).extensions, extensions, { recursive: true });
  if (beside.length > 0) await putExtensions(extensions, beside);
  if (language) await installLanguage(language, userData);
  const locale = language ? ['--locale', language] : [];
  const quiet = ['--auth', 'none', '--disable-telemetry', '--disable-update-check'];
  if (!needsTrust) quiet.push('--disable-workspace-trust');
  const server = spawn(host.node, [...common, ...quiet, '--bind-addr', '127.0.0.1:0', ...locale, ...options], {
    ...spawnOptions,
    // A process group of its own: it starts others, which must end with it.
    detached: true,
  });
  const ended = once(server, 'exit');
  const end = (signal) => process.kill(-server.pid, signal);
  const endNow = () => end('SIGKILL');
  process.once('exit', endNow);
  server.once('exit', () => process.removeListener('exit', endNow));
  return {
    address: await addressOf(server).catch((error) => {
      if (isRunning(server)) endNow();
      throw error;
    }),
    ended,
    async stop() {
      if (!isRunning(server)) return;
      end('SIGTERM');
      const late = setTimeout(endNow, patience);
      await ended;
      clearTimeout(late);
    },
  };
}

/**
 * A language counts once VS Code has a pack for it: this one has no words.
 *
 * @param {string} language
 * @param {string} userData
 */
async function installLanguage(language, userData) {
  const words = join(userData, `${language}.i18n.json`);
  await writeFile(words, JSON.stringify({ contents: {} }));
  const extensions = [{ extensionIdentifier: { id: `tests.${language}` }, version: '1.0.0' }];
  const pack = { hash: language, extensions, translations: { vscode: words }, label: language };
  await writeFile(join(userData, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}

/**
 * As if they had been installed: a folder of theirs alone is not looked at.
 *
 * @param {string} folder in which others may be installed
 * @param {string[]} extensions
 */
async function putExtensions(folder, extensions) {
  const list = join(folder, 'extensions.json');
  const entries = existsSync(list) ? JSON.parse(await readFile(list, 'utf8')) : [];
  for (const extension of extensions) {
    const { publisher, name, version } = JSON.parse(await readFile(join(extension, 'package.json'), 'utf8'));
    const relativeLocation = `${publisher}.${name}-${version}`;
    const path = join(folder, relativeLocation);
    await cp(extension, path, { recursive: true });
    const location = { $mid: 1, path, scheme: 'file' };
    entries.push({ identifier: { id: `${publisher}.${name}` }, version, location, relativeLocation });
  }
  await writeFile(list, JSON.stringify(entries));
}

/** @param {string} folder */
function environment(folder) {
  const env = { ...process.env };
  // Started from a terminal inside VS Code, code-server would take itself for a command of that VS Code.
  for (const name of Object.keys(env)) if (name.startsWith('VSCODE_')) delete env[name];
  return { ...env, XDG_CONFIG_HOME: join(folder, 'config'), XDG_DATA_HOME: join(folder, 'data') };
}

/**
 * @param {import('node:child_process').ChildProcess} server
 * @returns {Promise<string>}
 */
function addressOf(server) {
  const output = collect(server);
  return new Promise((resolve, reject) => {
    createInterface(server.stdout).on('line', (line) => {
      const [address] = /http:\/\/127\.0\.0\.1:\d+\//.exec(line) ?? [];
      if (address) resolve(address);
    });
    server.once('error', reject);
    const fail = () => reject(new Error(`code-server did not start.\n${output.join('\n')}`));
    server.once('exit', fail);
    setTimeout(fail, patience).unref();
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function isRunning(child) {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {string[]} its lines, as they come
 */
function collect(child) {
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => lines.push(line));
  return lines;
}
