// Makes packages of what the build left, each as its argument says: `node scripts/vsce.mjs '[{"file": "…", "platform": "linux-x64"}]'`.
// A process of its own: vsce talks, and ends the process where it finds fault.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vsce from '@vscode/vsce';
import { prebuildOf } from './platforms.mjs';
import { repository } from './run.mjs';

/** @type {{ file: string, platform?: string }[]} without a platform: the one for all of them */
const packages = JSON.parse(process.argv[2] ?? '[]');
// Everything that is needed is in the bundles, so no node_modules go in.
const common = { dependencies: false };
const folder = mkdtempSync(join(tmpdir(), 'mpbackup-package-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// What ships lies apart while it is packed: vsce asks each pattern about each file that it sees, and the checkout is large.
const shipped = await vsce.listFiles({ cwd: repository, packageManager: vsce.PackageManager.None });
for (const name of shipped) cpSync(join(repository, name), join(folder, 'all', name));

let wereScanned = false;
for (const { file, platform } of packages) {
  const ignoreFile = join(folder, `${platform ?? 'all'}.ignore`);
  writeFileSync(ignoreFile, platform ? `prebuilds/**\n!${literally(prebuildOf[platform] ?? '')}\n` : '');
  await vsce.createVSIX({
    ...common,
    cwd: join(folder, 'all'),
    packagePath: file,
    ignoreFile,
    ...(platform && { target: platform }),
    // Secrets are looked for once: all have the same texts, and that takes longer than the rest.
    ...{ allowPackageAllSecrets: wereScanned, allowPackageEnvFile: wereScanned },
  });
  wereScanned = true;
}

/**
 * @param {string} path
 * @returns {string} a pattern for it alone
 */
function literally(path) {
  return path.replaceAll(/[@+]/g, '[$&]');
}
