// `npm run bench -- eta`: records how real jobs come along (files, bytes, seconds), and prints how far each estimate of the time is
// off. With --write FILE the records become the fixture that test/core/eta.test.ts is held to.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { realEnv, silentLog } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import type { JobContext, Progress } from '../../src/core/jobs/job.js';
import { restore } from '../../src/core/jobs/restore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { type Trace, type TracePart, tell } from '../support/etaTraces.js';
import { simulatedBoard } from './boards.js';
import { type Files, fiftyFiles, incompressibleFiles, oneLog, smallFiles } from './fileSets.js';

const { values } = parseArgs({ options: { write: { type: 'string' }, only: { type: 'string' } } });

function sets(): Record<string, Files> {
  const small = [...smallFiles()];
  const large = [...oneLog(150_000)];
  const sources = [...fiftyFiles()].filter(([path]) => path.endsWith('.py'));
  return {
    'fifty mixed': fiftyFiles(),
    'one large, many tiny': new Map([...incompressibleFiles()].slice(0, 6).concat(small.slice(0, 150))),
    'one log, many tiny': new Map([...large, ...small.slice(0, 150)]),
    'tiny files': new Map(small.slice(0, 200)),
    sources: new Map(sources),
  };
}

const open = transportByUrl('');
const env = realEnv({ ...silentLog, warn: console.error });
const scope = { root: ROOT, include: [], exclude: [] };

interface Done {
  ways: string[];
  wire: Readonly<{ sent: number; received: number }>;
}

async function record(name: string, run: (context: JobContext) => Promise<Done>): Promise<Trace> {
  const start = performance.now();
  const events: Array<Progress & { at: number }> = [];
  const onProgress = (progress: Progress) => void events.push({ ...progress, at: performance.now() - start });
  const { ways, wire } = await run({ env, onProgress });
  const end = performance.now() - start;
  console.log(
    `${name}: ${(end / 1000).toFixed(1)} s, ${wire.sent} bytes up, ${wire.received} down, ${ways.join(', ')}`,
  );
  const phases = (['read', 'write'] as const).filter((phase) => events.some((event) => event.phase === phase));
  const first = events.find((event) => event.phase === phases[0])?.at ?? 0;
  const parts = phases.map((phase) =>
    partOf(
      phase,
      ways,
      events.filter((event) => event.phase === phase),
      first,
      end,
    ),
  );
  return { name, end: Math.round(end - first), parts };
}

/** One sample for each hundredth of the time is enough. */
function partOf(
  phase: TracePart['phase'],
  ways: string[],
  events: Array<Progress & { at: number }>,
  first: number,
  end: number,
): TracePart {
  const sizes = new Map<string, number>();
  let before = 0;
  for (const { path, done } of events) {
    if (path === undefined) continue;
    sizes.set(path, (sizes.get(path) ?? 0) + done.bytes - before);
    before = done.bytes;
  }
  const samples: TracePart['samples'] = [];
  for (const { done, at } of events) {
    const time = Math.round(at - first);
    if (time - (samples.at(-1)?.[2] ?? -1) < (end - first) / 100) continue;
    samples.push([done.files, done.bytes, time]);
  }
  return {
    phase,
    isPacked: phase === 'write' ? ways.includes('deflated') : ways.some((way) => way.startsWith('packed')),
    start: Math.round((events[0]?.at ?? 0) - first),
    files: [...sizes].map(([path, size]) => [extname(path), size]),
    samples,
  };
}

/** The same board, with every file changed a little. */
function edited(files: Files): Files {
  return new Map([...files].map(([path, content]) => [path, Buffer.concat([content, Buffer.from('\n# edited\n')])]));
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'eta-'));
  const traces: Trace[] = [];
  try {
    for (const [set, files] of Object.entries(sets())) {
      for (const speed of [11_520, undefined]) {
        const label = `${set}, ${speed ?? 'unlimited'}`;
        if (values.only && !label.includes(values.only)) continue;
        const work = await mkdtemp(join(folder, 'set-'));
        const store = await openStore(env, join(work, 'store'));
        const on = async <T>(name: string, content: Files, run: (path: string) => Promise<T>): Promise<T> => {
          const flash = join(work, name);
          await simulatedBoard.write(flash, content);
          const port = await simulatedBoard.powerOn(flash, speed);
          try {
            return await run(port.path);
          } finally {
            await port.stop();
          }
        };
        traces.push(
          await on('full', files, (url) =>
            record(`backup, ${label}`, (context) =>
              backup(context, { url, open }, store, { kind: 'auto', origin: 'manual', scope }),
            ),
          ),
        );
        const options = { backup: await store.find('latest'), paths: [ROOT], allowOtherBoard: true };
        traces.push(
          await on('empty', new Map(), (url) =>
            record(`restore, ${label}`, (context) => restore(context, { url, open }, store, options)),
          ),
        );
        traces.push(
          await on('edited', edited(files), (url) =>
            record(`restore over, ${label}`, (context) => restore(context, { url, open }, store, options)),
          ),
        );
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  for (const trace of traces) {
    const told = tell(trace, [0.1, 0.25, 0.5]).map(({ told, left }) =>
      told === undefined ? '–' : (told / left).toFixed(2),
    );
    console.log(`${trace.name.padEnd(50)} ${(trace.end / 1000).toFixed(1).padStart(5)} s  ${told.join('  ')}`);
  }
  if (values.write)
    await writeFile(values.write, `[\n${traces.map((trace) => JSON.stringify(trace)).join(',\n')}\n]\n`);
}

void main();
