// `npm run pictures`: makes the animation at the top of README.md from pictures of a real VS Code (Linux on x64). With
// `-- --all` also those in `media/screenshots`, anew, as the tests of `test/e2e` take them: that takes some minutes.

import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { browserOptions, browserPackage } from './browser.mjs';
import { installExtension } from './codeServer.mjs';
import { build, packageExtension, vsixFile } from './package.mjs';
import { repository, runInView, runQuietly, whenStarted } from './run.mjs';
import { ensureNpmPackages, ensureSystemPackages } from './setUp.mjs';
import { ensureVscodeHost, vscodeHostRunsHere } from './vscodeHost.mjs';

const screenshots = join(repository, 'media', 'screenshots');
const animation = join(screenshots, 'main-path.png');

await whenStarted(import.meta.url, async () => {
  const { values } = parseArgs({ options: { all: { type: 'boolean' } } });
  if (!vscodeHostRunsHere) throw new Error('The pictures are taken on Linux on x64.');
  await ensureNpmPackages();
  await ensureSystemPackages([browserPackage, { name: 'apngasm', programs: ['apngasm'] }]);
  await build(['--tests']);
  await packageExtension();
  await makeAnimation();
  if (values.all) await takeScreenshots();
});

async function makeAnimation() {
  const folder = mkdtempSync(join(tmpdir(), 'mpbackup-pictures-'));
  try {
    const host = await ensureVscodeHost();
    const installed = join(folder, 'installed');
    await installExtension(host, installed, vsixFile);
    const setUp = { host, browser: browserOptions(), installed };
    const env = { ...process.env, MICROPYTHON_BACKUP_E2E: JSON.stringify(setUp) };
    const program = join(repository, 'out', 'e2e', 'pictures.program.js');
    await runQuietly('pictures', process.execPath, [program, folder], { env });
    // It takes the pictures that are numbered on from this one, and how long each is shown from the texts beside them.
    await runQuietly('animation', 'apngasm', [animation, join(folder, 'picture-01.png')]);
    console.log(`${animation} (${Math.round(statSync(animation).size / 1000)} kB)`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Those that stand there already, by their names. */
async function takeScreenshots() {
  const env = { ...process.env, MPBACKUP_THEMES: 'all' };
  const code = await runInView(process.execPath, ['scripts/test.mjs', '--only', 'e2e'], { env });
  if (code !== 0) throw new Error('The tests that take the pictures failed.');
  for (const name of readdirSync(screenshots)) {
    const taken = join(repository, 'out', 'screenshots', name);
    if (existsSync(taken)) copyFileSync(taken, join(screenshots, name));
  }
}
