// Makes ready what a fresh checkout lacks: npm packages and system packages. Does nothing where nothing is missing.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath, hashOfFile, npmCommand, repository, runQuietly } from './run.mjs';

/**
 * A system package by its name on Debian and Ubuntu. Where one of its programs is there already, however it came, the
 * package is not asked for.
 *
 * @typedef {{ name: string, programs?: string[] }} SystemPackage
 */

/** The project's own packages, exactly as the lock says. */
export async function ensureNpmPackages() {
  const stamp = join(repository, 'node_modules', '.installed-lock');
  const lock = hashOfFile(join(repository, 'package-lock.json'));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing npm packages …');
  const npm = npmCommand();
  await runQuietly('npm-packages', npm.command, [...npm.args, 'ci', '--ignore-scripts'], { shell: npm.shell });
  writeFileSync(stamp, lock);
}

/**
 * System packages: installed where that needs no password, asked for in one sentence where it does.
 *
 * @param {SystemPackage[]} wanted
 */
export async function ensureSystemPackages(wanted) {
  const lacking = wanted.filter(({ programs = [] }) => !programs.some(findOnPath));
  if (lacking.length === 0) return;
  if (!findOnPath('apt-get')) {
    throw new Error(`Please install what Debian calls ${names(lacking)}, then run this again.`);
  }
  const missing = lacking.filter(({ name }) => !isInstalled(name));
  if (missing.length === 0) return;

  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing.map(({ name }) => name)];
  const asRoot = prefixForRoot();
  if (!asRoot) {
    throw new Error(`Please run \`sudo apt-get update && sudo ${install.join(' ')}\`, then run this again.`);
  }
  console.log(`Installing system packages: ${names(missing)} …`);
  for (const line of [['apt-get', 'update'], install]) {
    const [command, ...args] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', ...line];
    await runQuietly(`system-packages-${line[1]}`, command, args);
  }
}

/** @param {SystemPackage[]} packages */
function names(packages) {
  return packages.map(({ name }) => name).join(' ');
}

/** @param {string} name */
function isInstalled(name) {
  // dpkg knows removed packages too: only the status tells.
  const { stdout } = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
  return /^Status: .* installed$/m.test(stdout);
}

/** What to put before a command for root to run it, if that needs no password. */
function prefixForRoot() {
  if (process.getuid?.() === 0) return [];
  if (findOnPath('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0) return ['sudo', '-n'];
  return undefined;
}
