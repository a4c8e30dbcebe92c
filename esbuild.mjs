// Builds what ships (dist/, prebuilds/) and, with --tests, what tests run (out/).

import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { boardPython } from './scripts/boardPython.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const withTests = process.argv.includes('--tests');

/** @type {esbuild.BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [boardPython],
};

const dist = join(root, 'dist');
await rm(dist, { recursive: true, force: true });
await bundle();

// The simulated board's firmware, and serialport's native part: its loader looks in ../prebuilds from the bundle.
const firmware = dirname(require.resolve('@micropython/micropython-webassembly-pyscript/package.json'));
for (const file of ['micropython.mjs', 'micropython.wasm']) await cp(join(firmware, file), join(dist, file));
await rm(join(root, 'prebuilds'), { recursive: true, force: true });
const bindings = dirname(require.resolve('@serialport/bindings-cpp/package.json'));
await cp(join(bindings, 'prebuilds'), join(root, 'prebuilds'), { recursive: true });
// VS Code on a desktop (Electron) does not know for which version of ARM it was made, so its loader would take neither that for 6
// nor that for 7. The one for 6 runs on all, and nothing in it is a matter of speed.
const arm = join(root, 'prebuilds', 'linux-arm');
await rm(join(arm, '@serialport+bindings-cpp.armv7.glibc.node'));
await rename(join(arm, '@serialport+bindings-cpp.armv6.glibc.node'), join(arm, '@serialport+bindings-cpp.glibc.node'));

if (withTests) {
  await rm(join(root, 'out'), { recursive: true, force: true });
  await mkdir(join(root, 'out'));
  const found = await readdir(join(root, 'test'), { recursive: true });
  const entryPoints = found
    .filter((name) => name.endsWith('.test.ts') || name.endsWith('.program.ts'))
    .map((name) => join('test', name));
  await esbuild.build({
    ...shared,
    entryPoints,
    outbase: 'test',
    outdir: 'out',
    external: ['vscode', 'mocha'],
    packages: 'external',
    define: { ASSETS_FOLDER: JSON.stringify(dist) },
  });
}

/**
 * What ships, in pieces: one for each program, one for each `import()`, so that it is read when it is needed and not when VS Code
 * starts, and one for each part that some of these share. esbuild cuts only modules of ECMAScript into pieces, and VS Code loads
 * only those of CommonJS: so first the one, then each of them into the other.
 */
async function bundle() {
  const shipped = { ...shared, minify: true };
  // The bundles lie one folder deep: what they load from disk lies beside them.
  const define = { ASSETS_FOLDER: '__dirname' };
  const pieces = join(dist, 'pieces');
  const { metafile } = await esbuild.build({
    ...shipped,
    entryPoints: {
      extension: 'src/extension.ts',
      cli: 'src/cli.ts',
      serialPort: 'src/core/board/transport/serialPort.program.ts',
    },
    format: 'esm',
    splitting: true,
    chunkNames: 'piece-[hash]',
    metafile: true,
    outdir: pieces,
    external: ['vscode'],
    define,
  });
  for (const { entryPoint, exports } of Object.values(metafile.outputs)) {
    // It would be found by nobody but a user: the tests load their own bundles, which are whole.
    if (exports.join() === 'default')
      throw new Error(
        `${entryPoint} is loaded by import(), which would find none of its names. Load a file of ours that exports them.`,
      );
  }
  await esbuild.build({
    ...shipped,
    bundle: false,
    plugins: [],
    entryPoints: Object.keys(metafile.outputs).filter((name) => name.endsWith('.js')),
    outdir: dist,
    // Node's own loader of such modules is another one, which would have to be started first.
    supported: { 'dynamic-import': false },
  });
  await rm(pieces, { recursive: true });
  // The simulated board loads a module of ECMAScript, its firmware, and shares next to nothing with the others.
  const simulatedBoard = 'src/core/board/simulated/worker.ts';
  await esbuild.build({ ...shipped, entryPoints: { simulatedBoard }, outdir: dist, define });
}
