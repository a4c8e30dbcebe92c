// `npm run package`: makes the VSIX for all platforms, `micropython-backup-<version>.vsix`, and in `packages/` one for each
// platform, which holds the native part of that platform alone, the one for all once more, and the checksums of all that is there.

import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { thirdPartyNotices } from './notices.mjs';
import { platforms } from './platforms.mjs';
import { hashOfFile, repository, runQuietly, whenStarted } from './run.mjs';
import { ensureNpmPackages } from './setUp.mjs';

const { name, version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

/** The packaged extension for all platforms, once it has been made. */
export const vsixFile = join(repository, `${name}-${version}.vsix`);

/** Where those for one platform each are put. */
const packagesFolder = join(repository, 'packages');

/**
 * The packaged extension for one platform, once it has been made.
 *
 * @param {string} platform
 */
export function vsixFor(platform) {
  return join(packagesFolder, `${name}-${platform}-${version}.vsix`);
}

/**
 * Packages what the build left, for all platforms in one, and for some of them apart: build first.
 *
 * @param {string[]} [apart]
 */
export async function packageExtension(apart = []) {
  const packages = [{ file: vsixFile }, ...apart.map((platform) => ({ file: vsixFor(platform), platform }))];
  mkdirSync(packagesFolder, { recursive: true });
  for (const { file } of packages) rmSync(file, { force: true });
  writeFileSync(join(repository, 'dist', 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices());
  const program = join(repository, 'scripts', 'vsce.mjs');
  await runQuietly('package', process.execPath, [program, JSON.stringify(packages)]);
}

/**
 * Brings what is published into one folder, with the checksums of all of it, which can be checked there.
 *
 * @param {string[]} files
 * @param {string} folder in which most of them are
 */
export function gather(files, folder) {
  for (const file of files) if (dirname(file) !== folder) copyFileSync(file, join(folder, basename(file)));
  const checksums = files.map((file) => `${hashOfFile(file)}  ${basename(file)}\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), checksums.join(''));
}

/** @param {string[]} [options] of esbuild.mjs */
export async function build(options = []) {
  await runQuietly('build', process.execPath, ['esbuild.mjs', ...options]);
}

await whenStarted(import.meta.url, async () => {
  await ensureNpmPackages();
  await build();
  // Those of another version, too.
  rmSync(packagesFolder, { recursive: true, force: true });
  await packageExtension(platforms);
  const files = [vsixFile, ...platforms.map((platform) => vsixFor(platform))];
  gather(files, packagesFolder);
  for (const file of files) console.log(`${file} (${Math.round(statSync(file).size / 1000)} kB)`);
});
