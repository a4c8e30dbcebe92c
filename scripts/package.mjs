// `npm run package`: makes the one VSIX for all platforms, `micropython-backup-<version>.vsix`.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thirdPartyNotices } from './notices.mjs';
import { repository, runQuietly, whenStarted } from './run.mjs';
import { ensureNpmPackages } from './setUp.mjs';

const { name, version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

/** The packaged extension, once it has been made. */
export const vsixFile = join(repository, `${name}-${version}.vsix`);

/** Packages what the build left: build first. */
export async function packageExtension() {
  rmSync(vsixFile, { force: true });
  writeFileSync(join(repository, 'dist', 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices());
  // Everything needed is in the bundles, so no node_modules go in.
  const vsce = join(repository, 'node_modules', '@vscode', 'vsce', 'vsce');
  await runQuietly('package', process.execPath, [vsce, 'package', '--no-dependencies', '--out', vsixFile]);
}

/** @param {string[]} [options] of esbuild.mjs */
export async function build(options = []) {
  await runQuietly('build', process.execPath, ['esbuild.mjs', ...options]);
}

await whenStarted(import.meta.url, async () => {
  await ensureNpmPackages();
  await build();
  await packageExtension();
  console.log(vsixFile);
});
