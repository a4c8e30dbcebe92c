// `npm run bench`: how fast backups and restores are, on real MicroPython behind serial ports, and how fast mpremote is on
// the same boards. Prints tables, and writes all figures as JSON.

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { realBoards } from '../support/realBoards.js';
import { simulatedBoard, unixBoard } from './boards.js';
import { resultTables, verdictTable } from './report.js';
import { type BenchOptions, runBench } from './runBench.js';
import { judge } from './targets.js';

const USAGE = `npm run bench -- [--runs N] [--only PATTERN] [--json FILE]
  --runs N        runs of each trial, of which the median counts; 3 where nothing is said
  --only PATTERN  only trials whose title fits (a regular expression): 'Unix port.*no limit, 50 files, backup'
  --json FILE     where the figures go; bench.json where nothing is said`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    json: { type: 'string', default: 'bench.json' },
    help: { type: 'boolean' },
  },
});

async function main(options: BenchOptions, jsonFile: string): Promise<void> {
  const start = performance.now();
  const boards = [simulatedBoard];
  if (await realBoards()) boards.push(unixBoard);
  else console.error(`Not measured: ${unixBoard.name}. It needs Debian, or what has its packages.`);
  const { results, failures } = await runBench(boards, options);
  const verdicts = judge(results);
  await writeFile(
    jsonFile,
    `${JSON.stringify({ date: new Date().toISOString(), results, verdicts, failures }, null, 2)}\n`,
  );
  const minutes = ((performance.now() - start) / 60_000).toFixed(1);
  console.log(`${resultTables(results)}

Targets for the 50 files, where nothing else is said
${verdictTable(verdicts)}

Payload, up (to the board) and down are bytes; the ratio is that of up and down to the payload. Seconds are medians of
${options.runs} runs, with mpremote too where nothing else is said. The bench took ${minutes} minutes. All figures are in ${jsonFile}.`);
  if (failures.length === 0) return;
  console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}\n`).join('')}`);
  process.exitCode = 1;
}

const runs = Number(values.runs);
if (values.help) console.log(USAGE);
else if (Number.isInteger(runs) && runs > 0) void main({ runs, only: new RegExp(values.only) }, values.json);
else throw new Error(`--runs ${values.runs} is no number of runs.\n${USAGE}`);
