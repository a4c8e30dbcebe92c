// Runs other programs for the scripts here: quietly, with what they print kept in a file, or in full view.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where everything lies that is costly to make and belongs to no checkout. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'micropython-backup');

const linesShownOfAFailure = 30;
let logFiles = 0;

/**
 * Runs a program out of sight. When it fails, the error has the end of what it printed and names the file with all of it.
 *
 * @param {string} name names the log file
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export async function runQuietly(name, command, args, options = {}) {
  const logFile = newLogFile(name);
  const log = await open(logFile, 'w');
  try {
    const code = await exitCode(command, args, { ...options, stdio: ['ignore', log.fd, log.fd] });
    if (code === 0) {
      rmSync(logFile);
      return;
    }
    const end = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-linesShownOfAFailure).join('\n');
    throw new Error(`${end}\n\n'${command} ${args.join(' ')}' ended with code ${code}. All it printed: ${logFile}`);
  } finally {
    await log.close();
  }
}

/**
 * Where to keep what a program prints: worth reading if it fails, worth removing if not.
 *
 * @param {string} name
 */
export function newLogFile(name) {
  const folder = join(cacheFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  logFiles += 1;
  return join(folder, `${name}-${process.pid}-${logFiles}.log`);
}

/**
 * Runs a program in full view.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code
 */
export function runInView(command, args, options = {}) {
  return exitCode(command, args, { ...options, stdio: 'inherit' });
}

/**
 * Runs a program, and shows what it printed when it has ended: several at once do not talk into each other.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code
 */
export async function runAside(command, args, options = {}) {
  const logFile = newLogFile('aside');
  const log = await open(logFile, 'a');
  try {
    return await exitCode(command, args, { ...options, stdio: ['ignore', log.fd, log.fd] });
  } finally {
    await log.close();
    process.stdout.write(readFileSync(logFile));
    rmSync(logFile);
  }
}

/**
 * What takes longer than `options.timeout` is killed: a program may have its own answer to a mere request to end.
 *
 * @returns {Promise<number>} 1 where a signal ended the program
 */
function exitCode(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repository, killSignal: 'SIGKILL', ...options });
    // It must not outlive us: nobody else waits for it.
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('error', reject);
    child.once('exit', (code) => {
      process.removeListener('exit', end);
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs what a script is for, when it was started by itself rather than imported. Whoever typed the command reads the
 * reason of a failure, not where in the script it happened.
 *
 * @param {string} url the script's import.meta.url
 * @param {() => Promise<void>} program
 */
export async function whenStarted(url, program) {
  if (url !== pathToFileURL(process.argv[1] ?? '').href) return;
  try {
    await program();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

/**
 * npm, as the program and first arguments to spawn. The npm that runs us is preferred; on Windows the plain name is a
 * batch file, which only a shell can run.
 */
export function npmCommand() {
  if (process.env.npm_execpath) return { command: process.execPath, args: [process.env.npm_execpath], shell: false };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

/**
 * @param {string} command
 * @returns {string | undefined} the path of a program that a shell would find under this name
 */
export function findOnPath(command) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders
    .flatMap((folder) => endings.map((ending) => join(folder, command + ending)))
    .find((path) => existsSync(path));
}

/** @param {string} path */
export function hashOfFile(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
