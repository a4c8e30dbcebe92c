// `npm run bench -- start`: how long the packaged extension takes to start in the extension host of a real VS Code, and how much
// memory. It is woken there when VS Code itself has come to rest, without a board, and each time in a new extension host.

import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { browserPackage } from './browser.mjs';
import { runInExtensionHost } from './extensionHostTests.mjs';
import { packageExtension, vsixFile } from './package.mjs';
import { repository, runQuietly } from './run.mjs';
import { ensureSystemPackages } from './setUp.mjs';
import { vscodeHostRunsHere } from './vscodeHost.mjs';

/** Of one run, in milliseconds. */
const timeout = 2 * 60_000;

/** @param {string[]} words */
export async function startBench(words) {
  const { values } = parseArgs({ args: words, options: { runs: { type: 'string', default: '5' } } });
  const inDesktop = !vscodeHostRunsHere;
  await ensureSystemPackages([...(inDesktop ? [] : [browserPackage]), { name: 'unzip', programs: ['unzip'] }]);
  await packageExtension();
  const folder = mkdtempSync(join(tmpdir(), 'start-bench-'));
  try {
    const extension = await unpack(folder);
    const starts = [];
    for (let run = 0; run < Number(values.runs); run++) {
      const file = join(folder, `${run}.json`);
      const program = join(repository, 'out', 'bench', 'startInHost.program.js');
      await runInExtensionHost({
        ...{ environment: { MICROPYTHON_BACKUP_START: file }, timeout, inDesktop },
        ...{ extension, program },
      });
      starts.push(JSON.parse(readFileSync(file, 'utf8')));
    }
    print(starts, join(extension, 'dist', 'extension.js'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The packaged extension with the stop-watch before it, which sleeps until it is asked. */
async function unpack(folder) {
  await runQuietly('unpack', 'unzip', ['-q', vsixFile, '-d', folder]);
  const extension = join(folder, 'extension');
  cpSync(
    join(repository, 'out', 'bench', 'measuredStart.program.js'),
    join(extension, 'dist', 'measuredStart.program.js'),
  );
  const file = join(extension, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(
    file,
    JSON.stringify({ ...manifest, main: './dist/measuredStart.program.js', activationEvents: ['onCommand:none'] }),
  );
  return extension;
}

function print(starts, bundle) {
  const all = (of) => starts.map(of);
  const row = (what, step) => [
    what,
    ...[step.map(({ ms }) => ms), step.map(({ processorMs }) => processorMs)].map(span),
  ];
  const [load, activate, look] = [
    all((start) => start.load),
    all((start) => start.activate),
    all((start) => start.look),
  ];
  const sum = starts.map((start) => ({
    ms: start.load.ms + start.activate.ms + start.look.ms,
    processorMs: start.load.processorMs + start.activate.processorMs + start.look.processorMs,
  }));
  const rows = [
    ['', 'by the clock', 'of the processor'],
    ...[row('load', load), row('activate', activate), row('first look', look), row('together', sum)],
  ];
  console.log(
    rows.map(([what, ...figures]) => what.padEnd(12) + figures.map((text) => text.padStart(28)).join('')).join('\n'),
  );
  const heap = span(
    starts.map(({ heapBytes }) => heapBytes / 1e6),
    2,
  );
  const native = new Set(starts.flatMap((start) => start.native));
  console.log(`
Milliseconds, the least and the median of ${starts.length} starts in an extension host that was at rest, without a board; processor time counts all
threads of it. Heap added: ${heap} MB. dist/extension.js has ${(statSync(bundle).size / 1000).toFixed(0)} kB, the VSIX ${(statSync(vsixFile).size / 1000).toFixed(0)} kB.
Native parts loaded: ${native.size === 0 ? 'none' : [...native].join(', ')}.`);
}

/** @param {number[]} figures */
function span(figures, digits = 1) {
  const sorted = [...figures].sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return `${(sorted[0] ?? Number.NaN).toFixed(digits)} … ${median.toFixed(digits)}`;
}
